/**
 * The MessageBox without HTTP, beside tables written by hand: `publish`, `publish-1`, `publish-10`, `publish-100`, `claim`,
 * `settle`. p50 and p99 are those of one commit or claim.
 */
import type { Delivery, MessageBox } from '../../runtime/contracts/message-box.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { compare } from './compare.ts';
import type { LimitTable, TakenWork } from './limit-table.ts';
import { BODY, claimBy, done, mail, taking } from './mail.ts';
import type { Measured } from './measured.ts';
import { openBox } from './open-box.ts';
import { openLimitTable } from './open-limit-table.ts';
import type { Options } from './options.ts';
import { inPlace } from './place.ts';
import type { Round } from './round.ts';
import { timed } from './timed.ts';

const PUBLISHERS = 128;
const CLAIMERS = 8;
const SETTLERS = 128;
/** How many deliveries a claim asks for. */
const CLAIM = 16;
/** Messages a commit, where their number is not what is measured. */
const UNIT = 1000;

type Contestants = (box: MessageBox, table: LimitTable) => { limit(): Promise<Round>; subject(): Promise<Round> };

/** One message a commit. `bare`: by hand there is the message alone, and no row for whom it is. */
export async function publish(item: string, subscribers: number, bare: boolean, options: Options): Promise<Measured> {
  const operations = Math.max(PUBLISHERS, Math.round(options.count / Math.max(1, subscribers / 4)));
  return contest(item, subscribers, options, (box, table) => ({
    limit: () => publishing(operations, () => table.insert(BODY, bare ? 0 : subscribers)),
    subject: () => publishing(operations, () => publishTo(box, subscribers)),
  }));
}

async function publishTo(box: MessageBox, subscribers: number): Promise<void> {
  const { routed } = await box.commit({ now: Date.now(), publish: [mail()] });
  const matched = routed[0]!.subscriptions.length;
  if (matched !== subscribers) throw new Error(`${matched} subscriptions matched instead of ${subscribers}.`);
}

const publishing = (operations: number, publish: () => Promise<unknown>) =>
  timed({ operations, atOnce: PUBLISHERS, run: () => publish().then(() => undefined) });

/** Filling is not timed; what is claimed stays leased. */
export async function claim(options: Options): Promise<Measured> {
  return contest('claim', 1, options, (box, table) => ({
    limit: async () => {
      await fillTable(table, options.count);
      return claiming(options.count, () => table.take(CLAIM));
    },
    subject: async () => {
      await fillBox(box, options.count);
      return claiming(options.count, () => box.claim(claimBy('send:out-0', CLAIM)));
    },
  }));
}

const claiming = (messages: number, take: () => Promise<readonly unknown[]>) =>
  timed({ operations: Math.ceil(messages / CLAIM), atOnce: CLAIMERS, run: () => take().then(({ length }) => length) });

/** One settlement a commit, of work that was claimed before. By hand it is deleted, with its message. */
export async function settle(options: Options): Promise<Measured> {
  return contest('settle', 1, options, (box, table) => ({
    limit: async () => {
      await fillTable(table, options.count);
      const work = [...(await table.take(options.count))];
      return settling(work, (each: TakenWork) => table.settle(each));
    },
    subject: async () => {
      await fillBox(box, options.count);
      const work = [...(await box.claim(claimBy('send:out-0', options.count)))];
      return settling(work, (each: Delivery) => box.commit({ now: Date.now(), settle: [done(each)] }));
    },
  }));
}

const settling = <Taken>(work: Taken[], end: (taken: Taken) => Promise<unknown>) =>
  timed({ operations: work.length, atOnce: SETTLERS, run: () => end(work.pop()!).then(() => undefined) });

function contest(item: string, subscribers: number, options: Options, contestants: Contestants): Promise<Measured> {
  return inPlace(options.store, async (place) => {
    const box = await openBox(await place.address());
    const table = await openLimitTable(place);
    try {
      const subscribe = Array.from({ length: subscribers }, (_, index) =>
        taking(`send:out-${index}`, { [BUS.messageType]: 'parcel' }),
      );
      await box.commit({ now: Date.now(), subscribe });
      return await compare({ item, ...contestants(box, table) }, options);
    } finally {
      await table.close();
      await box.close();
    }
  });
}

async function fillBox(box: MessageBox, count: number): Promise<void> {
  for (let left = count; left > 0; left -= UNIT) {
    const publish = Array.from({ length: Math.min(left, UNIT) }, () => mail());
    await box.commit({ now: Date.now(), publish });
  }
}

async function fillTable(table: LimitTable, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => table.insert(BODY, 1)));
}
