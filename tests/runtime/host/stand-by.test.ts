/** Locations that stand by: one opens when its primary has failed for long enough, closes or stays, and is never there with it where that is said. */
import { busError } from '../../../runtime/errors/bus-error.ts';
import { type Files, type SmallBus, startSmallBus } from './small-bus.ts';

let bus: SmallBus;
afterEach(() => bus.stop());

const MINUTE = 60_000;
const down = () => busError('ENDPOINT_UNREACHABLE', { endpoint: 'queue', reason: 'it is down' });

const files = (standby = '', transport = 'stub'): Files => ({
  'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      reserve: { transport: ${transport}, pipeline: json-receive, message: parcel, standby: { for: main, after: 2m${standby} } }
      main: { transport: ${transport}, pipeline: json-receive, message: parcel }
sendPorts:
  out: { transport: stub, pipeline: json-send, filter: message.type == "parcel" }
`,
});
const states = () =>
  Object.fromEntries(bus.host.status.locations.map(({ name, state }) => [name.replace('in/', ''), state]));
const told = () => bus.events.filter(({ name }) => name.startsWith('standby-'));

test.each(['stub', 'stub-once'])(
  'opens once its primary has failed for long, and closes when it is back (%s)',
  async (transport) => {
    bus = await startSmallBus(files('', transport));
    await bus.clock.advance(MINUTE);
    expect([states(), bus.stub.runs('in/reserve')]).toEqual([{ main: 'running', reserve: 'standing-by' }, false]);
    bus.stub.fail('in/main', down());
    await bus.clock.advance(MINUTE);
    expect(states()).toEqual({ main: 'failed', reserve: 'standing-by' });
    await bus.clock.advance(2 * MINUTE);
    expect([states(), bus.stub.runs('in/reserve')]).toEqual([{ main: 'failed', reserve: 'running' }, true]);
    await bus.stub.arrive('in/reserve', '{"id":"P-1"}');
    bus.stub.fail('in/main');
    await bus.clock.advance(2 * MINUTE);
    expect([states(), bus.stub.runs('in/reserve')]).toEqual([{ main: 'running', reserve: 'standing-by' }, false]);
    expect(told()).toMatchObject([
      { name: 'standby-opened', data: { location: 'in/reserve', primary: 'in/main', code: 'ENDPOINT_UNREACHABLE' } },
      { name: 'standby-closed', data: { location: 'in/reserve', primary: 'in/main' } },
    ]);
    expect(bus.stub.taken('out')).toHaveLength(1);
  },
);

test('a failure that is soon over opens nothing, however often it comes', async () => {
  bus = await startSmallBus(files());
  for (let round = 0; round < 5; round += 1) {
    bus.stub.fail('in/main', down());
    await bus.clock.advance(MINUTE);
    bus.stub.fail('in/main');
    await bus.clock.advance(MINUTE);
  }
  expect(told()).toEqual([]);
});

test('one that stays is still there when the primary works again', async () => {
  bus = await startSmallBus(files(', return: false'));
  bus.stub.fail('in/main', down());
  await bus.clock.advance(3 * MINUTE);
  bus.stub.fail('in/main');
  await bus.clock.advance(10 * MINUTE);
  expect(states()).toEqual({ main: 'running', reserve: 'running' });
});

test('one that stays and is exclusive stops its primary', async () => {
  bus = await startSmallBus(files(', return: false, exclusive: true'));
  bus.stub.fail('in/main', down());
  await bus.clock.advance(3 * MINUTE);
  bus.stub.fail('in/main');
  await bus.clock.advance(10 * MINUTE);
  expect(states()).toEqual({ main: 'stopped', reserve: 'running' });
});

test('what the primary takes in waits until an exclusive one is closed', async () => {
  bus = await startSmallBus(files(', exclusive: true'));
  bus.stub.fail('in/main', down());
  await bus.clock.advance(3 * MINUTE);
  bus.stub.fail('in/main');
  for (let turn = 0; turn < 60 && !bus.stub.runs('in/main'); turn += 1) await bus.clock.advance(1000);
  expect([bus.stub.runs('in/main'), bus.stub.runs('in/reserve')]).toEqual([true, true]);
  await bus.stub.arrive('in/main', '{"id":"P-1"}');
  expect(bus.stub.runs('in/reserve')).toBe(false);
  await bus.settle();
  expect(bus.stub.taken('out')).toHaveLength(1);
});

test('a host that stops while it stands by, or while it is open, stops', async () => {
  bus = await startSmallBus(files());
  bus.stub.fail('in/main', down());
  await bus.clock.advance(3 * MINUTE);
  await bus.stop();
  expect(bus.stub.runs('in/reserve')).toBe(false);
  bus = await startSmallBus(files());
});
