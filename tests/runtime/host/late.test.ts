/** What becomes of messages that reach an instance which has taken all that it takes: `late`, on each store. */
import { breakOffInstance } from '../../../runtime/host/break-off.ts';
import type { State } from '../../../runtime/orchestration/state.ts';
import { type StoredBus, storedBus } from './each-store.ts';
import type { Files } from './small-bus.ts';

/** A pair of parcels of a kind makes a receipt; or a parcel and news of it. */
const CONVOY = `  - receive: { port: in, message: parcel, activate: true, initialises: by-kind }
  - receive: { port: in, message: other, follows: by-kind }
`;
const CORRELATED = `  - receive: { port: in, message: parcel, activate: true, initialises: by-kind }
  - receive: { port: news, message: news, follows: by-kind }
`;

/** `kind`: the body that this one is made of. */
const files = (late: string, body: string, kind = body): Files => ({
  'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: stub, pipeline: json-receive, message: parcel }
  news:
    locations:
      wire: { transport: stub, pipeline: json-receive, message: news }
sendPorts:
  out: { transport: stub, pipeline: json-send }
bindings:
  pair: { in: in, out: out${kind === CORRELATED ? ', news: news' : ''} }
`,
  'schemas/news.message.yaml':
    'message: news\nschema: parcel.schema.json\npromote: { parcel.id: id, parcel.kind: kind }\n',
  'orchestrations/pair.orchestration.yaml': `orchestration: pair
messages: { parcel: parcel, other: parcel, news: news, receipt: receipt }
correlations: { by-kind: [parcel.kind] }
late: ${late}
body:
${body}  - assign: { receipt.number: parcel.id + " and ${kind === CORRELATED ? '" + news.id' : '" + other.id'} }
  - send: { port: out, message: receipt }
`,
});

const STORES = ['sqlite', 'postgres'] as const;
let bus: StoredBus;
afterEach(() => bus.stop());

const arrive = (location: string, id: string) => bus.stub.arrive(location, JSON.stringify({ id, kind: 'box' }));
const operate = (kind: 'stop' | 'start') =>
  bus.box.commit({ now: bus.clock.now(), operate: [{ kind, subscriber: 'orchestration:pair' }] });
const statuses = async () => (await bus.instances()).map(({ instance }) => instance.status).sort();
const stand = (...expected: string[]) =>
  bus.until(`they are ${expected.join(', ')}`, async () => (await statuses()).join() === expected.join());
const numbers = () => bus.sent<{ number: string }>('out').map(({ number }) => number);

/** An instance waits; two that follow it are on their way before it takes the first of them, over a restart. */
async function twoAtOnce(kind: (typeof STORES)[number], late: string, body: string): Promise<void> {
  const location = body === CONVOY ? 'in/door' : 'news/wire';
  bus = await storedBus(kind, files(late, body));
  await arrive('in/door', 'A');
  await stand('waiting');
  await operate('stop');
  for (const id of ['B', 'C']) await arrive(location, id);
  await bus.restart(files(late, body));
  await operate('start');
  await bus.until('the pair is told', () => numbers().includes('A and B'));
}

describe.each(STORES)('%s', (kind) => {
  test('new: what can start an instance does', async () => {
    await twoAtOnce(kind, 'new', CONVOY);
    await stand('completed', 'waiting');
    expect(await bus.bus.suspended()).toEqual([]);
    await arrive('in/door', 'D');
    await bus.until('the second pair is told', () => numbers().length === 2);
    expect(numbers()).toEqual(['A and B', 'C and D']);
  });

  test('new: what cannot start one is suspended, and finds the next when it is resumed', async () => {
    await twoAtOnce(kind, 'new', CORRELATED);
    await bus.until('it is suspended', async () => (await bus.bus.suspended()).length === 1);
    expect(await bus.bus.suspended()).toMatchObject([{ code: 'INSTANCE_ENDED', resumable: true }]);
    await findsTheNext();
  });

  test('fail: it is suspended for good, and can be ended', async () => {
    await twoAtOnce(kind, 'fail', CORRELATED);
    await bus.until('it is suspended', async () => (await bus.bus.suspended()).length === 1);
    const { id, message } = (await bus.bus.suspended())[0]!;
    expect(await bus.bus.suspended()).toMatchObject([{ code: 'INSTANCE_ENDED', resumable: false }]);
    const { box, clock } = bus;
    await expect(box.commit({ now: clock.now(), operate: [{ kind: 'resume', delivery: id }] })).rejects.toMatchObject({
      code: 'NOT_RESUMABLE',
    });
    await box.commit({ now: clock.now(), operate: [{ kind: 'terminate', delivery: id }] });
    expect(await bus.bus.suspended()).toEqual([]);
    expect(await box.inspection.message(message!)).toBeDefined();
  });

  test.each([
    ['park', CORRELATED, 'news/wire', ['terminated'], [{ code: 'INSTANCE_ENDED', resumable: true }]],
    ['new', CONVOY, 'in/door', ['terminated', 'waiting'], []],
  ])('%s: what an instance holds when an operator ends it', async (late, body, location, statusesAfter, suspended) => {
    bus = await storedBus(kind, files(late, body.replace('\n', '\n  - delay: 1h\n'), body));
    await arrive('in/door', 'A');
    await stand('waiting');
    await arrive(location, 'B');
    const held = async () => (await bus.instances())[0]!.instance;
    await bus.until('it is held', async () => ((await held()).state as State).inbox.length === 1);
    const instance = await held();
    const { box, clock } = bus;
    await box.commit(await breakOffInstance(instance.id, { box, clock, newId: () => 'a copy' }));
    await stand(...statusesAfter);
    expect(await bus.bus.suspended()).toMatchObject(suspended);
    expect((await bus.instances()).map(({ waitingFor }) => waitingFor.length).sort()).toEqual(
      statusesAfter.map((_, at) => at),
    );
  });
});

describe('by SQLite alone', () => {
  test('park: it is suspended, and finds the next when it is resumed', async () => {
    await twoAtOnce('sqlite', 'park', CORRELATED);
    await bus.until('it is suspended', async () => (await bus.bus.suspended()).length === 1);
    expect(await bus.bus.suspended()).toMatchObject([{ code: 'INSTANCE_ENDED', resumable: true }]);
    await findsTheNext();
  });

  test('a message that comes after the end finds nobody, whatever the policy', async () => {
    bus = await storedBus('sqlite', files('fail', CORRELATED));
    await arrive('in/door', 'A');
    await stand('waiting');
    await arrive('news/wire', 'B');
    await stand('completed');
    await arrive('news/wire', 'C');
    await bus.until('it is suspended', async () => (await bus.bus.suspended()).length === 1);
    expect(await bus.bus.suspended()).toMatchObject([{ code: 'NO_SUBSCRIBER', resumable: true }]);
  });
});

/** The next instance of the kind waits for news: those that were late. */
async function findsTheNext(): Promise<void> {
  await arrive('in/door', 'X');
  await stand('completed', 'waiting');
  const { id } = (await bus.bus.suspended())[0]!;
  await bus.box.commit({ now: bus.clock.now(), operate: [{ kind: 'resume', delivery: id }] });
  await stand('completed', 'completed');
  await bus.until('the second pair is told', () => numbers().length === 2);
  expect(numbers()).toEqual(['A and B', 'X and C']);
  expect(await bus.bus.suspended()).toEqual([]);
}
