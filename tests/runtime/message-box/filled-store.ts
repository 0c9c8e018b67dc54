/** A store with something of every kind, and what operators see of it. */
import { bytesOf } from '../../../runtime/contracts/message.ts';
import type { MessageBox } from '../../../runtime/contracts/message-box.ts';
import { openSqlite } from '../../../runtime/message-box/sqlite.ts';
import {
  addressed,
  awaited,
  done,
  instanceOf,
  mailFor,
  mailTo,
  messageOf,
  NOW,
  park,
  take,
} from '../../../runtime/testing/message-box/bench.ts';

export const large = Buffer.alloc(900_000, 'a large body ');

/** Something of every kind. */
export async function fill(box: MessageBox): Promise<void> {
  const instance = instanceOf('i', { messages: ['kept'] });
  await box.commit({
    now: NOW,
    deploy: [{ hash: 'h', name: 'n', content: '{}' }],
    subscribe: [addressed('a', { order: { onFailure: 'stop' } }), awaited(instance)],
    instances: [instance],
    timers: [{ id: 't', instance: 'i', at: NOW + 1000 }],
    keep: [messageOf('kept', { n: 1 }, large), messageOf('medium', {}, 'm'.repeat(30_000))],
    publish: [
      { ...mailTo('a', 'one'), keys: [{ scope: 's', key: 'k' }] },
      mailTo('a', 'two'),
      mailTo('nobody', 'three'),
      mailFor(instance, 'four'),
    ],
    track: [{ name: 'message-received', at: NOW, message: 'one', data: { size: 3 } }],
  });
  const [one] = await take(box, 'a');
  await box.commit({ now: NOW, settle: [done(one!)] });
  const [two] = await take(box, 'a');
  await box.commit({ now: NOW, settle: [park(two!)] });
}

/** What operators see of it all. */
export async function seen(box: MessageBox): Promise<unknown> {
  const { inspection } = box;
  const messages = await inspection.messages({ limit: 100 });
  const records = await Promise.all(messages.map(({ message }) => inspection.message(message.id)));
  const bodies = await Promise.all(
    messages.map(async ({ message }) => Buffer.from(await bytesOf(message.parts[0])).toString('base64')),
  );
  return {
    bodies,
    records: records.map((record) => ({
      ...record,
      message: record!.message.id,
      context: [...record!.message.context],
    })),
    deliveries: await inspection.deliveries({ limit: 100 }, NOW),
    instances: await inspection.instances({ limit: 100 }),
    subscriptions: await inspection.subscriptions(),
    counts: await inspection.counts(NOW),
    deployed: await box.deployed(),
  };
}

export async function seenIn(path: string): Promise<unknown> {
  const box = openSqlite(path);
  try {
    await box.commit({ now: NOW });
    return await seen(box);
  } finally {
    await box.close();
  }
}
