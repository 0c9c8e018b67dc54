/** Duplicates by a key of one's own and within a window: over locations, hosts and restarts, and what callers get. */
import { createSimulatedClock } from '../../../runtime/clock/simulated.ts';
import { openMemory } from '../../../runtime/message-box/memory.ts';
import { type Files, passing, type SmallBus, startSmallBus } from './small-bus.ts';
import { createStub } from './stub-adapter.ts';

const buses: SmallBus[] = [];
afterEach(async () => {
  for (const bus of buses.splice(0)) await bus.stop();
});
async function start(...given: Parameters<typeof startSmallBus>): Promise<SmallBus> {
  const bus = await startSmallBus(...given);
  buses.push(bus);
  return bus;
}
const MINUTE = 60_000;

const files = (dedupe: string): Files => ({
  'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: stub, pipeline: json-receive, message: parcel, dedupe: ${dedupe} }
      hatch: { transport: stub, pipeline: json-receive, message: parcel, dedupe: ${dedupe} }
sendPorts:
  out: { transport: stub, pipeline: json-send, filter: message.type == "parcel" }
`,
});
const parcel = (id: string, weight?: number) => JSON.stringify({ id, weight });

test('a key over the document, and null where there is nothing to compare', async () => {
  const bus = await start(files('{ key: \'body.weight == null ? null : parcel.id + "/" + string(body.weight)\' }'));
  const first = await bus.stub.arrive('in/door', parcel('P-1', 3));
  expect(await bus.stub.arrive('in/hatch', parcel('P-1', 3))).toEqual({
    messageId: first.messageId,
    outcome: 'duplicate',
  });
  expect((await bus.stub.arrive('in/door', parcel('P-1', 4))).outcome).toBe('accepted');
  for (const _ of [1, 2]) expect((await bus.stub.arrive('in/door', parcel('P-1'))).outcome).toBe('accepted');
  await bus.settle();
  expect(bus.stub.taken('out')).toHaveLength(4);
});

test('after its window the same key is something new, and opens a window of its own', async () => {
  const bus = await start(files('{ by: parcel.id, window: 24m }'));
  const outcomes = [];
  for (const minutes of [0, 23, 2, 23, 2]) {
    await bus.clock.advance(minutes * MINUTE);
    outcomes.push((await bus.stub.arrive('in/door', parcel('P-1'))).outcome);
  }
  expect(outcomes).toEqual(['accepted', 'duplicate', 'accepted', 'duplicate', 'accepted']);
});

test('another host, and one that was started anew, know what has been', async () => {
  const shared = { box: openMemory(), clock: createSimulatedClock(Date.UTC(2026, 5, 1, 8)) };
  const given = files('{ by: parcel.id, window: 1h }');
  const one = await start(given, { ...shared, name: 'one' });
  const two = await startSmallBus(given, { ...shared, name: 'two', deploy: false, stub: createStub(), waits: true });
  const { messageId } = await one.stub.arrive('in/door', parcel('P-1'));
  expect(await two.stub.arrive('in/door', parcel('P-1'))).toEqual({ messageId, outcome: 'duplicate' });
  await two.stop();
  await passing(shared.clock, one.host.stop());
  const three = await start(given, { ...shared, name: 'one', stub: createStub(), waits: true });
  expect(await three.stub.arrive('in/hatch', parcel('P-1'))).toEqual({ messageId, outcome: 'duplicate' });
});

test('two at once are one', async () => {
  const bus = await start(files('{ key: parcel.id, window: 1h }'));
  const both = await Promise.all([1, 2].map(() => bus.stub.arrive('in/door', parcel('P-1'))));
  expect(both.map(({ outcome }) => outcome).sort()).toEqual(['accepted', 'duplicate']);
  expect(new Set(both.map(({ messageId }) => messageId)).size).toBe(1);
});
