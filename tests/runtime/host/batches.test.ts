/** A send port that gathers: when batches go, what they hold, and what becomes of their members when something goes wrong. */
import { busError } from '../../../runtime/errors/bus-error.ts';
import { openMemory } from '../../../runtime/message-box/memory.ts';
import { oneWay, type SmallBus, startSmallBus } from './small-bus.ts';

let bus: SmallBus;
afterEach(() => bus.stop());

const parcel = (id: string, more: object = {}) => JSON.stringify({ id, kind: 'letter', ...more });
const batch = (text: string, first = '1s') =>
  oneWay(`    batch: { ${text} }\n    retry: { attempts: 3, first: ${first}, factor: 2, max: 5m }\n`);
const LIST = 'count: 3, wait: 5s, before: "[", between: ",", after: "]"';
const texts = () => bus.stub.taken('out').map(({ text }) => text);
const unreachable = () => busError('ENDPOINT_UNREACHABLE', { endpoint: 'out', reason: 'refused' });
const refused = () => busError('ENDPOINT_REFUSED', { endpoint: 'out', reason: 'no' });
const keyOf = (index: number) => bus.stub.taken('out')[index]!.message.context.get('bus.idempotencyKey')?.value;

async function arrive(...ids: string[]): Promise<string[]> {
  const submissions = await Promise.all(ids.map((id) => bus.stub.arrive('in/door', parcel(id))));
  await bus.settle();
  return submissions.map(({ messageId }) => messageId);
}

test('a batch goes when it is full, or when its first has waited', async () => {
  bus = await startSmallBus(batch(LIST));
  await arrive('1', '2', '3', '4');
  expect(texts()).toEqual([`[${parcel('1')},${parcel('2')},${parcel('3')}]`]);
  await bus.clock.advance(4000);
  expect(texts()).toHaveLength(1);
  await bus.clock.advance(1500);
  expect(texts()).toEqual([expect.any(String), `[${parcel('4')}]`]);
  expect(bus.stub.taken('out')[0]!.message.context.get('bus.batchCount')?.value).toBe(3);
});

test('each message has its own history, and all are settled at once', async () => {
  bus = await startSmallBus(batch(LIST));
  for (const id of await arrive('1', '2', '3')) {
    const record = await bus.box.inspection.message(id);
    expect(record?.deliveries.map(({ state }) => state)).toEqual(['done']);
    expect(record?.history.map(({ name }) => name)).toEqual(['message-received', 'message-sent']);
  }
});

test('a batch is no longer than it may be', async () => {
  bus = await startSmallBus(batch('count: 100, bytes: 60, wait: 1s'));
  await arrive('1', '2', '3');
  await bus.clock.advance(2000);
  expect(texts()).toEqual([parcel('1') + parcel('2'), parcel('3')]);
});

test('a transient failure lets all of them wait, and the same batch goes out again under the same key', async () => {
  bus = await startSmallBus(batch(LIST));
  const keys: unknown[] = [];
  bus.stub.answer('out', async ({ context }) => {
    keys.push(context.get('bus.idempotencyKey')?.value);
    throw unreachable();
  });
  await arrive('1', '2', '3');
  expect(texts()).toEqual([]);
  await bus.clock.advance(10_000);
  expect(texts()).toEqual([`[${parcel('1')},${parcel('2')},${parcel('3')}]`]);
  expect(keys).toEqual([keyOf(0)]);
  expect(await bus.suspended()).toEqual([]);
});

test('the members of a batch that failed come together again, whatever pauses chance gives them and whatever else arrived', async () => {
  const pauses = [0, 1, 0.5, 0.9, 0.1];
  const random = () => pauses[made++ % pauses.length]!;
  let made = 0;
  bus = await startSmallBus(batch(LIST.replace('5s', '1s'), '100s'), { random });
  const tried: unknown[] = [];
  const fail = async ({ context }: { context: ReadonlyMap<string, { value: unknown }> }) => {
    tried.push(context.get('bus.idempotencyKey')?.value);
    throw unreachable();
  };
  bus.stub.answer('out', fail, fail);
  await arrive('1', '2', '3');
  await arrive('4', '5');
  await bus.clock.advance(2000);
  expect(tried).toHaveLength(2);
  await bus.clock.advance(150_000);
  expect(texts().toSorted()).toEqual([
    `[${parcel('1')},${parcel('2')},${parcel('3')}]`,
    `[${parcel('4')},${parcel('5')}]`,
  ]);
  expect([keyOf(0), keyOf(1)].toSorted()).toEqual(tried.toSorted());
});

test('what is refused for good harms only itself', async () => {
  bus = await startSmallBus(batch(LIST));
  const whole = refused();
  const bad = async ({ parts }: { parts: readonly { bytes?: Uint8Array }[] }) => {
    if (Buffer.from(parts[0]!.bytes!).includes('"id":"2"')) throw refused();
    return undefined;
  };
  bus.stub.answer('out', whole, bad, bad, bad);
  const [, second] = await arrive('1', '2', '3');
  expect(texts()).toEqual([`[${parcel('1')}]`, `[${parcel('3')}]`]);
  expect(await bus.suspended()).toMatchObject([{ message: second, code: 'ENDPOINT_REFUSED' }]);
});

test('a host that stops sends what it has gathered', async () => {
  const box = openMemory();
  bus = await startSmallBus(batch('count: 100, wait: 50s'), { box });
  const [id] = await arrive('1');
  expect(texts()).toEqual([]);
  await bus.stop();
  expect(texts()).toEqual([parcel('1')]);
  expect((await box.inspection.message(id!))?.deliveries.map(({ state }) => state)).toEqual(['done']);
});

test('answers and order are those of single messages', async () => {
  await expect(startSmallBus(oneWay('    batch: { count: 2 }\n    order: true\n'))).rejects.toThrow(
    'gathers messages into batches, and has `order`',
  );
  bus = await startSmallBus(batch(LIST));
});
