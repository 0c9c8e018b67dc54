/** Adapters that hang for ever, at each of their calls: nothing else waits for them, and what they do later has no effect. */
import type { Incoming } from '../../../runtime/contracts/adapter.ts';
import { openMemory } from '../../../runtime/message-box/memory.ts';
import { type Files, passing, type SmallBus, startSmallBus } from './small-bus.ts';

const buses: SmallBus[] = [];
afterEach(async () => {
  for (const bus of buses.splice(0)) await bus.stop();
});
async function start(...given: Parameters<typeof startSmallBus>): Promise<SmallBus> {
  const bus = await startSmallBus(...given);
  buses.push(bus);
  return bus;
}

const files = (transport = 'stub'): Files => ({
  'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: ${transport}, pipeline: json-receive, message: parcel }
      hatch: { transport: stub, pipeline: json-receive, message: parcel }
sendPorts:
  out: { transport: stub, pipeline: json-send, filter: message.type == "parcel", timeout: 10s, retry: { attempts: 2, first: 1s } }
  other: { transport: stub, pipeline: json-send, filter: message.type == "parcel" }
`,
});
const PARCEL = '{"id":"P-1"}';
const abandoned = ({ events }: SmallBus) =>
  events.filter(({ name }) => name === 'adapter-abandoned').map(({ data }) => [data['name'], data['call']]);

test('a send that never ends is one that failed; the other port goes on, and the late end has no effect', async () => {
  const bus = await start(files());
  const late = Promise.withResolvers<Incoming | undefined>();
  bus.stub.answer('out', () => late.promise);
  await bus.stub.arrive('in/door', PARCEL);
  await bus.settle();
  expect(bus.stub.taken('other')).toHaveLength(1);
  await bus.clock.advance(12_000);
  expect(bus.stub.taken('out')).toHaveLength(1);
  late.resolve(undefined);
  await bus.clock.advance(60_000);
  const deliveries = await bus.box.inspection.deliveries({ limit: 10 }, bus.clock.now());
  expect(deliveries.map(({ state }) => state)).toEqual(['done', 'done']);
  expect(bus.events.filter(({ name }) => name === 'send-failed')).toMatchObject([
    { data: { code: 'ENDPOINT_TIMEOUT' } },
  ]);
});

test('a send that rejects when nobody listens any more harms nothing', async () => {
  const bus = await start(files());
  const late = Promise.withResolvers<Incoming | undefined>();
  bus.stub.answer(
    'out',
    () => late.promise,
    () => late.promise,
  );
  await bus.stub.arrive('in/door', PARCEL);
  await bus.clock.advance(30_000);
  expect(await bus.suspended()).toMatchObject([{ code: 'ENDPOINT_TIMEOUT' }]);
  late.reject(new Error('too late'));
  await bus.clock.advance(1000);
});

test('a host that stops while a send hangs gives the message back, and the next one sends it', async () => {
  const box = openMemory();
  const bus = await startSmallBus(files(), { box });
  bus.stub.answer('out', () => new Promise(() => {}));
  await bus.stub.arrive('in/door', PARCEL);
  await bus.settle();
  await bus.stop();
  const next = await start(files(), { box, clock: bus.clock, stub: bus.stub, waits: true });
  await next.clock.advance(60_000);
  expect(bus.stub.taken('out')).toHaveLength(1);
});

test('a send port that never closes does not keep the host', async () => {
  const bus = await startSmallBus(files());
  bus.stub.hang('out', 'close');
  await bus.stop();
  expect(abandoned(bus)).toEqual([['out', 'close']]);
  expect(bus.events.at(-1)!.name).toBe('bus-stopped');
});

test.each(['stub', 'stub-once'])(
  'a location that never ends does not keep the host (%s), and is heard no more',
  async (transport) => {
    const box = openMemory();
    const bus = await startSmallBus(files(transport), { box });
    bus.stub.hang('in/door', 'run');
    await bus.stop();
    expect(abandoned(bus)).toEqual([['in/door', 'run']]);
    expect(bus.stub.runs('in/hatch')).toBe(false);
    await expect(bus.stub.arrive('in/door', PARCEL)).rejects.toMatchObject({ code: 'HOST_STOPPING' });
    expect((await box.inspection.counts(bus.clock.now())).messages).toBe(0);
  },
);

test('a location that never ends does not keep a new definition from taking over', async () => {
  const box = openMemory();
  const bus = await start(files(), { box });
  bus.stub.hang('in/door', 'run');
  const two = await startSmallBus({ ...files(), ...shorter() }, { box, clock: bus.clock, name: 'two', waits: true });
  for (let turn = 0; turn < 60 && bus.host.status.definition !== two.host.status.definition; turn += 1)
    await bus.clock.advance(1000);
  await bus.clock.advance(20_000);
  expect(bus.host.status.definition).toBe(two.host.status.definition);
  expect(abandoned(bus)).toEqual([['in/door', 'run']]);
  await passing(bus.clock, two.stop());
});

const shorter = (): Files => ({
  'config/applications/post.yaml': files()['config/applications/post.yaml']!.replace('timeout: 10s', 'timeout: 5s'),
});
