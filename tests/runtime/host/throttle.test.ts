/** Back-pressure: locations take in less while too much waits at what they feed, and nothing else slows them. */
import { busError } from '../../../runtime/errors/bus-error.ts';
import { feedsOf } from '../../../runtime/host/feeds.ts';
import { openMemory } from '../../../runtime/message-box/memory.ts';
import { compileStubbed, type Files, type SmallBus, startSmallBus } from './small-bus.ts';

let bus: SmallBus | undefined;
afterEach(async () => {
  await bus?.stop();
  bus = undefined;
});

/** `in` feeds `slow`, `other` feeds `quick`; `slow` sends one a second. */
const files = (throttle: string, transport = 'stub', slow = 'limit: { concurrent: 1, perSecond: 1 }'): Files => ({
  'config/bus.yaml': `bus: small\norganisation: northmoor\nstore: memory\nthrottle: ${throttle}\n`,
  'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: ${transport}, pipeline: json-receive, message: parcel }
  other:
    locations:
      door: { transport: ${transport}, pipeline: json-receive, message: receipt }
sendPorts:
  slow: { transport: stub, pipeline: json-send, filter: message.type == "parcel", ${slow} }
  quick: { transport: stub, pipeline: json-send, filter: message.type == "receipt" }
`,
});
const states = () => Object.fromEntries(bus!.host.status.locations.map(({ name, state }) => [name, state]));
const told = () =>
  bus!.events.filter(({ name }) => name.startsWith('throttling-')).map(({ name, data }) => [name, data]);

async function arrive(count: number): Promise<void> {
  for (let n = 1; n <= count; n += 1) await bus!.stub.arrive('in/door', JSON.stringify({ id: `P-${n}` }));
  await bus!.clock.advance(2000);
}

test('callers are told to come again, until enough of what waits is gone', async () => {
  bus = await startSmallBus(files('{ waiting: 20, resume: 0.5 }', 'stub-called'));
  await arrive(10);
  expect(states()).toEqual({ 'in/door': 'running', 'other/door': 'running' });
  await arrive(30);
  expect(states()).toEqual({ 'in/door': 'throttled', 'other/door': 'throttled' });
  const refused = bus.stub.arrive('in/door', '{"id":"P-99"}');
  await expect(refused).rejects.toMatchObject({ code: 'BUS_BUSY', kind: 'transient', retryAfter: 5000 });
  await bus.clock.advance(15_000);
  expect(states()).toMatchObject({ 'in/door': 'throttled' });
  await bus.clock.advance(15_000);
  expect(states()).toEqual({ 'in/door': 'running', 'other/door': 'running' });
  expect((await bus.stub.arrive('in/door', '{"id":"P-99"}')).outcome).toBe('accepted');
  expect(told()).toEqual([
    ['throttling-began', { port: 'in', waiting: expect.any(Number), limit: 20 }],
    ['throttling-began', { port: 'other', waiting: expect.any(Number), limit: 20 }],
    ['throttling-ended', { port: 'in' }],
    ['throttling-ended', { port: 'other' }],
  ]);
});

test.each(['stub', 'stub-once'])('a location without callers stops meanwhile (%s)', async (transport) => {
  bus = await startSmallBus(files('{ waiting: 20, resume: 0.5 }', transport));
  await arrive(40);
  expect([bus.stub.runs('in/door'), states()['in/door']]).toEqual([false, 'throttled']);
  await bus.clock.advance(40_000);
  expect([bus.stub.runs('in/door'), states()['in/door']]).toEqual([true, 'running']);
});

test('one port that is behind slows only what feeds it', async () => {
  bus = await startSmallBus(files('{ perPort: 20 }'));
  await arrive(40);
  expect(states()).toEqual({ 'in/door': 'throttled', 'other/door': 'running' });
  expect(told()).toMatchObject([['throttling-began', { port: 'in', subscriber: 'send:slow', limit: 20 }]]);
});

test('what waits at a port that is stopped slows nobody', async () => {
  bus = await startSmallBus(files('{ waiting: 20, perPort: 20 }'));
  await bus.box.commit({ now: bus.clock.now(), operate: [{ kind: 'stop', subscriber: 'send:slow' }] });
  await arrive(40);
  expect(states()).toEqual({ 'in/door': 'running', 'other/door': 'running' });
  await bus.box.commit({ now: bus.clock.now(), operate: [{ kind: 'start', subscriber: 'send:slow' }] });
  await bus.clock.advance(2000);
  expect(states()).toMatchObject({ 'in/door': 'throttled' });
});

test('nor does what waits for a far end that is down, or for a window', async () => {
  const down = 'retry: { attempts: 1 }, breaker: { failures: 1, pause: 1h }';
  bus = await startSmallBus(files('{ waiting: 20 }', 'stub', down));
  bus.stub.answer('slow', busError('ENDPOINT_UNREACHABLE', { endpoint: 'slow', reason: 'down' }));
  await arrive(40);
  expect(states()).toMatchObject({ 'in/door': 'running' });
  await bus.stop();
  bus = await startSmallBus(files('{ waiting: 20 }', 'stub', 'window: { from: "20:00", to: "21:00" }'));
  await arrive(40);
  expect(states()).toMatchObject({ 'in/door': 'running' });
});

test('a host that starts with much behind it takes nothing in at first', async () => {
  const box = openMemory();
  bus = await startSmallBus(files('{ waiting: 20 }'), { box });
  await arrive(40);
  const { clock } = bus;
  await bus.stop();
  bus = await startSmallBus(files('{ waiting: 20 }'), { box, clock, waits: true });
  expect([states()['in/door'], bus.stub.runs('in/door')]).toEqual(['throttled', false]);
});

test('an HTTP caller gets 503 and Retry-After', async () => {
  const given = files('{ waiting: 20 }', 'stub');
  const rest = given['config/applications/post.yaml']!.replace(
    '      door: { transport: stub, pipeline: json-receive, message: parcel }\n',
    (door) => `${door}      web: { transport: rest, path: /parcels, pipeline: json-receive, message: parcel }\n`,
  );
  bus = await startSmallBus({ ...given, 'config/applications/post.yaml': rest });
  await arrive(40);
  const ask = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"id":"P-1"}' };
  const answer = await fetch(`${bus.host.address}/parcels`, ask);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await answer.json()).toMatchObject({ code: 'BUS_BUSY' });
});

test('what a receive port feeds is known through orchestrations and groups', () => {
  const deployment = compileStubbed({
    'orchestrations/tell.orchestration.yaml': `orchestration: tell
messages: { parcel: parcel }
body:
  - receive: { port: from, message: parcel, activate: true }
  - send: { port: to, message: parcel }
`,
    'config/applications/post.yaml': `application: post
receivePorts:
  in: { locations: { door: { transport: stub, pipeline: json-receive, message: parcel } } }
  other: { locations: { door: { transport: stub, pipeline: json-receive, message: receipt } } }
sendPorts:
  one: { transport: stub, pipeline: json-send }
  two: { transport: stub, pipeline: json-send, filter: bus.receivePort == "other" }
sendPortGroups:
  both: { members: [one] }
bindings:
  tell: { from: in, to: both }
`,
  });
  const feeds = feedsOf(deployment);
  expect([...feeds.get('in')!].sort()).toEqual(['orchestration:tell', 'send:one']);
  expect([...feeds.get('other')!]).toEqual(['send:two']);
});
