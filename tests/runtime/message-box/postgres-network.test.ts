/** What networks do: connections that are cut, and such that fall silent. Everything comes back, and nothing happens twice. */
import { createSystemClock } from '../../../runtime/clock/system.ts';
import type { MessageBox } from '../../../runtime/contracts/message-box.ts';
import { openPostgres, type PostgresOptions } from '../../../runtime/message-box/postgres.ts';
import { eventually, within } from '../../../runtime/testing/eventually.ts';
import { addressed, done, mailTo, NOW, refused, subjects, take } from '../../../runtime/testing/message-box/bench.ts';
import { type FreshDatabase, freshDatabase } from '../../servers/postgres.ts';
import { startTcpProxy, type TcpProxy } from '../../servers/tcp-proxy.ts';

const clock = createSystemClock();
let database: FreshDatabase;
let proxy: TcpProxy;
let box: MessageBox;
let other: MessageBox;

/** Called once, when the box sends the end of a transaction. */
let atCommit: (() => void) | undefined;
const tap = () => (chunk: Buffer) => {
  if (!atCommit || !chunk.includes('box_stamp')) return;
  const act = atCommit;
  atCommit = undefined;
  act();
};

async function opened(options: Partial<PostgresOptions> = {}): Promise<void> {
  database = await freshDatabase();
  proxy = await startTcpProxy(database.url, tap);
  const url = new URL(database.url);
  url.port = String(proxy.port);
  box = await openPostgres(url.href, { clock, patience: 2000, ...options });
  other = await openPostgres(database.url, { clock });
}

afterEach(async () => {
  proxy.heal();
  await Promise.all([box.close(), other.close()]);
  await proxy.close();
  await database.drop();
});

/** Leaves the connections that were cut without a chance to be used at once. */
function cutAll(): void {
  proxy.cut();
  proxy.heal();
}

test('all connections come back, also the one that listens', async () => {
  await opened();
  await box.commit({ now: NOW, subscribe: [addressed('s')] });
  const woken: string[] = [];
  box.onWakeup((subscriber) => woken.push(subscriber));
  for (const round of ['1', '2', '3']) {
    cutAll();
    await box.commit({ now: NOW, publish: [mailTo('s', round)] });
    const [delivery] = await take(box, 's');
    expect(subjects([delivery!])).toEqual([round]);
    cutAll();
    await box.commit({ now: NOW, settle: [done(delivery!)] });
    expect((await box.inspection.message(round))!.deliveries).toMatchObject([{ state: 'done' }]);
    woken.length = 0;
    let sent = 0;
    await eventually('the other host is heard again', async () => {
      sent += 1;
      await other.commit({ now: NOW, publish: [mailTo('s', `hint ${round} ${sent}`)] });
      return woken.includes('s');
    });
    for (const hint of await take(other, 's', NOW, 1000)) await other.commit({ now: NOW, settle: [done(hint)] });
  }
});

test('cuts at any moment: what resolved is there once, what rejected at most once', async () => {
  await opened();
  await box.commit({ now: NOW, subscribe: [addressed('s')] });
  const accepted: string[] = [];
  const rejected: string[] = [];
  let stopped = false;
  const publish = async (name: string) => {
    for (let count = 0; !stopped; count += 1) {
      const id = `${name}-${count}`;
      const track = [{ name: 'message-received', at: NOW, message: id, data: {} }];
      await box.commit({ now: NOW, publish: [mailTo('s', id)], track }).then(
        () => accepted.push(id),
        (error) => {
          expect(error).toEqual(refused('STORE_FAILED'));
          rejected.push(id);
        },
      );
    }
  };
  const publishers = ['a', 'b', 'c', 'd'].map(publish);
  for (let cut = 0; cut < 40; cut += 1) {
    await clock.sleep(40 + ((cut * 7) % 23));
    cutAll();
  }
  stopped = true;
  await Promise.all(publishers);
  expect(accepted.length).toBeGreaterThan(40);
  const records = await other.inspection.deliveries({ limit: 1_000_000 }, NOW);
  const delivered = records.map(({ message }) => message!);
  expect(new Set(delivered).size).toBe(delivered.length);
  expect(accepted.filter((id) => !delivered.includes(id))).toEqual([]);
  for (const id of delivered) expect((await other.inspection.message(id))!.history).toHaveLength(1);
});

test.each([
  ['before it reached the server', () => proxy.cut()],
  ['before the answer came back', () => setImmediate(proxy.stall)],
])('a commit whose connection is lost %s happens once, and resolves', async (_when, act) => {
  await opened();
  await box.commit({ now: NOW, subscribe: [addressed('s')] });
  for (const units of [{ publish: [mailTo('s', '1')] }, { subscribe: [addressed('t')], publish: [mailTo('s', '2')] }]) {
    let lost = false;
    atCommit = () => {
      lost = true;
      act();
    };
    const { message } = units.publish[0]!;
    const track = [{ name: 'message-received', at: NOW, message: message.id, data: {} }];
    const committing = box.commit({ now: NOW, ...units, track });
    await eventually('the connection is lost', () => lost);
    await clock.sleep(100);
    proxy.heal();
    expect((await committing).routed).toEqual([{ message: message.id, subscriptions: ['s takes'] }]);
    const { history, deliveries } = (await other.inspection.message(message.id))!;
    expect([history.length, deliveries.length]).toEqual([1, 1]);
  }
});

test('while the server is away, calls reject in time; then they go on', async () => {
  await opened({ patience: 300 });
  await box.commit({ now: NOW, subscribe: [addressed('s')], publish: [mailTo('s', '1')] });
  proxy.cut();
  const calls = [
    ...['2', '3', '4'].map((id) => box.commit({ now: NOW, publish: [mailTo('s', id)] })),
    take(box, 's'),
    box.read(['1']),
    box.own({ host: 'h', names: ['x'], now: NOW, until: NOW + 1 }),
  ];
  for (const call of await within(10_000, 'the refusals', Promise.allSettled(calls))) {
    expect(call).toEqual({ status: 'rejected', reason: refused('STORE_FAILED') });
  }
  proxy.heal();
  await box.commit({ now: NOW, publish: [mailTo('s', '5')] });
  expect(subjects(await take(box, 's'))).toEqual(['1', '5']);
});

test('a connection that falls silent is given up, and what it held is free', async () => {
  await opened({ patience: 500, deadline: 500 });
  await box.commit({ now: NOW, subscribe: [addressed('s')] });
  proxy.stall();
  const calls = [box.commit({ now: NOW, publish: [mailTo('s', '1')] }), take(box, 's')];
  for (const call of await within(20_000, 'the refusals', Promise.allSettled(calls))) {
    expect(call).toEqual({ status: 'rejected', reason: refused('STORE_FAILED') });
  }
  proxy.heal();
  await eventually('it writes again', () =>
    box.commit({ now: NOW, publish: [mailTo('s', '2')] }).then(
      () => true,
      () => false,
    ),
  );
  expect(subjects(await take(other, 's', NOW, 1))).toEqual(['2']);
});
