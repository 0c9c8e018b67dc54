/**
 * The simulated systems that hand messages in: files, queues and callers. They keep what they were told, and those that
 * insist offer a receipt again until it is acknowledged.
 */
import type { Submission } from '../../runtime/contracts/adapter.ts';
import { type Message, partOf } from '../../runtime/contracts/message.ts';
import { textOf } from './describe.ts';
import type { HostProcess } from './host-process.ts';
import { type Life, withinLife } from './life.ts';
import type { Arrival, Item } from './plan.ts';
import type { World } from './world.ts';

export interface Acknowledged {
  readonly item: Item & Arrival;
  /** One per body. */
  readonly told: readonly { readonly messageId: string; readonly outcome: Submission['outcome'] }[];
}

/** A caller of a two-way port. */
export interface Caller {
  readonly tag: string;
  readonly life: Life;
  /** Text, or the code of the error. */
  answer?: { readonly text: string } | { readonly code: string };
}

export interface Sources {
  offer(item: Item & Arrival): void;
  readonly acknowledged: readonly Acknowledged[];
  readonly callers: readonly Caller[];
  /** Receipts that are still being offered. */
  readonly offering: ReadonlySet<string>;
}

const PATIENCE = 2000;
const TWO_WAY = ['counter/', 'desk/'];

export function createSources(processes: readonly HostProcess[], { clock, story, ledger }: World): Sources {
  const acknowledged: Acknowledged[] = [];
  const callers: Caller[] = [];
  const offering = new Set<string>();

  async function offer(item: Item & Arrival): Promise<void> {
    offering.add(item.name);
    for (let attempt = 0; ; attempt += 1) {
      const submissions = await attemptAt(item, attempt);
      if (submissions) acknowledge(item, submissions);
      if (submissions || (!item.insists && submissions === null)) break;
      await clock.sleep(PATIENCE);
    }
    offering.delete(item.name);
  }

  /** Null: it is not known what became of it. Undefined: nobody was there to take it. */
  async function attemptAt(item: Item & Arrival, attempt: number): Promise<readonly Submission[] | null | undefined> {
    const { location, bodies, key } = item;
    const process = processes
      .map((_, index) => processes[(item.host + attempt + index) % processes.length]!)
      .find((each) => each.submit(location));
    const submit = process?.submit(location);
    const life = process?.life;
    if (!submit || !life) return undefined;
    story.tell(item.name, () => `offers ${bodies.join(' ')} to ${life.label} at ${location}`);
    const batch = bodies.map((body, index) => {
      const parts = [partOf(Buffer.from(body), 'application/json')] as const;
      return { parts, context: new Map(), ...(key === undefined ? {} : { key: `${key} ${index}` }) };
    });
    const reached = withinLife(life, Promise.resolve());
    const outcome = reached
      .then(() => submit(batch, new AbortController().signal))
      .catch((thrown: unknown) => {
        story.tell(item.name, () => `was turned away: ${(thrown as Error).message}`);
        return null;
      });
    const told = await Promise.race([outcome, life.died.then(() => null)]);
    if (told) listen(item, told, life);
    return told;
  }

  function acknowledge(item: Item & Arrival, submissions: readonly Submission[]): void {
    const told = submissions.map(({ messageId, outcome }) => ({ messageId, outcome }));
    story.tell(item.name, () => `is told ${told.map((one) => `${one.outcome} ${one.messageId.slice(-6)}`).join(', ')}`);
    if (told.length !== item.bodies.length) ledger.breach('lost', `${item.name} got ${told.length} answers`);
    acknowledged.push({ item, told });
  }

  function listen(item: Item & Arrival, submissions: readonly Submission[], life: Life): void {
    if (!TWO_WAY.some((port) => item.location.startsWith(port))) return;
    for (const [index, { response }] of submissions.entries()) {
      const caller: Caller = { tag: JSON.parse(item.bodies[index]!).id, life };
      callers.push(caller);
      response?.then(
        (answer: Message) => {
          caller.answer = { text: textOf(answer) };
          story.tell(item.name, () => `is answered ${textOf(answer)}`);
        },
        (thrown: { code: string }) => {
          caller.answer = { code: thrown.code };
          story.tell(item.name, () => `gets no answer: ${thrown.code}`);
        },
      );
    }
  }

  return { offer: (item) => void offer(item), acknowledged, callers, offering };
}
