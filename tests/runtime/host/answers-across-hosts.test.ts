/** Two-way requests where the caller waits at one host and the answer is made on another, and what a dead host leaves. */
import { bytesOf, type Message } from '../../../runtime/contracts/message.ts';
import { subscriberOf } from '../../../runtime/contracts/properties.ts';
import { type SeveralHosts, severalHosts } from './several-hosts.ts';
import type { Files } from './small-bus.ts';

let hosts: SeveralHosts;
beforeEach(() => {
  hosts = severalHosts();
});
afterEach(() => hosts.stop());

/** The door is served in front, all the work is done behind. */
const split = (wait = ''): Files => ({
  'config/bus.yaml': `bus: small
organisation: northmoor
store: memory
hosts:
  front: { applications: [door] }
  second: { applications: [door] }
  back: { applications: [work] }
`,
  'config/applications/door.yaml': `application: door
receivePorts:
  counter:
    response: receipt
    timeout: 10s
    locations:
      desk: { transport: stub, pipeline: json-receive, message: parcel, dedupe: parcel.id }
`,
  'config/applications/work.yaml': `application: work
sendPorts:
  depot: { transport: stub, pipeline: json-send, responsePipeline: json-receive, response: receipt }
bindings:
  handle-parcel: { counter: counter, depot: depot }
`,
  'orchestrations/handle-parcel.orchestration.yaml': `orchestration: handle-parcel
messages: { parcel: parcel, receipt: receipt }
body:
  - receive: { port: counter, message: parcel, activate: true }
${wait}  - request: { port: depot, send: parcel, response: receipt }
  - send: { port: counter, message: receipt }
`,
});

const text = async (response: Promise<Message> | undefined) => {
  const { parts } = (await response)!;
  return JSON.parse(Buffer.from(await bytesOf(parts[0])).toString());
};

const ask = '{"id":"P-1"}';

test('each host runs the applications that it was given, and the answer finds the host that the caller waits at', async () => {
  const front = await hosts.start('front', split());
  const back = await hosts.start('back', split());
  expect(front.host.status).toMatchObject({ locations: [{ name: 'counter/desk' }], sendPorts: [] });
  expect(back.host.status).toMatchObject({ locations: [], sendPorts: [{ name: 'depot' }] });
  back.stub.answer('depot', '{"number":"R-7"}');
  const { outcome, response } = await front.stub.arrive('counter/desk', ask);
  await hosts.clock.advance(3000);
  expect(outcome).toBe('accepted');
  expect(await text(response)).toEqual({ number: 'R-7' });
  expect(back.stub.taken('depot')).toHaveLength(1);
});

test('an answer to a caller of a host that died is kept, and given to who asks again elsewhere', async () => {
  const front = await hosts.start('front', split('  - delay: 5m\n'));
  const back = await hosts.start('back', split('  - delay: 5m\n'));
  back.stub.answer('depot', '{"number":"R-7"}');
  const { response } = await front.stub.arrive('counter/desk', ask);
  response!.catch(() => {}); // Nobody hears what becomes of it: its host dies.
  await hosts.clock.advance(1000);
  front.freezer.freeze();
  await hosts.clock.advance(200_000);
  const standing = (await hosts.box.inspection.subscriptions()).map(({ id }) => id);
  expect(standing).not.toContain(subscriberOf.responses('front'));
  await hosts.clock.advance(200_000);
  const second = await hosts.start('second', split('  - delay: 5m\n'));
  const again = await second.stub.arrive('counter/desk', ask);
  expect(again.outcome).toBe('duplicate');
  expect(await text(again.response)).toEqual({ number: 'R-7' });
  expect(await second.suspended()).toEqual([]);
});

test('what waited at a host that died does not pile up: another host puts it away', async () => {
  const front = await hosts.start('front', split());
  const back = await hosts.start('back', split());
  back.stub.answer('depot', '{"number":"R-7"}');
  const { response } = await front.stub.arrive('counter/desk', ask);
  response!.catch(() => {}); // Nobody hears what becomes of it: its host dies.
  front.freezer.freeze();
  await hosts.clock.advance(2000);
  const waiting = () =>
    hosts.box.inspection.deliveries({ subscriber: subscriberOf.responses('front'), limit: 10 }, hosts.clock.now());
  expect(await waiting()).toMatchObject([{ state: 'ready' }]);
  await hosts.clock.advance(130_000);
  expect(await waiting()).toMatchObject([{ state: 'done' }]);
  expect(back.events.map(({ name }) => name)).toContain('host-lost');
  front.freezer.thaw();
  await hosts.clock.advance(3000);
  back.stub.answer('depot', '{"number":"R-8"}');
  const next = await front.stub.arrive('counter/desk', '{"id":"P-2"}');
  await hosts.clock.advance(3000);
  expect(await text(next.response)).toEqual({ number: 'R-8' });
});
