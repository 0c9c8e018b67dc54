/** Send port groups: every member gets its copy, members keep their own filters, and each subscription counts by itself. */
import { subscriberOf } from '../../../runtime/contracts/properties.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import { planOf } from '../../../runtime/host/plan.ts';
import { subscriptionsOf } from '../../../runtime/host/subscriptions.ts';
import { explain } from '../../../runtime/message-box/explain.ts';
import { compileStubbed, type Files, type SmallBus, startSmallBus } from './small-bus.ts';

let bus: SmallBus | undefined;
afterEach(async () => {
  await bus?.stop();
  bus = undefined;
});

const ORCHESTRATION: Files = {
  'orchestrations/tell.orchestration.yaml': `orchestration: tell
messages: { parcel: parcel }
body:
  - receive: { port: from, message: parcel, activate: true }
  - send: { port: to, message: parcel }
`,
};
const BINDING = 'bindings:\n  tell: { from: in, to: everyone }\n';

/** Three send ports, of which `one` and `two` are in the group. */
const files = ({ group = '', one = '', rest = '' }): Files => ({
  ...(rest.includes('tell:') ? ORCHESTRATION : {}),
  'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: stub, pipeline: json-receive, message: parcel }
sendPorts:
  one: { transport: stub, pipeline: json-send${one} }
  two: { transport: stub, pipeline: json-send, retry: { attempts: 1 } }
  three: { transport: stub, pipeline: json-send, filter: parcel.kind == "small" }
sendPortGroups:
  everyone: { members: [one, two]${group} }
${rest}`,
});
const LARGE = `, filter: 'message.type == "parcel" && parcel.kind == "large"'`;

async function started(given: Files): Promise<SmallBus> {
  bus = await startSmallBus(given);
  return bus;
}
const parcel = (id: string, kind: string) => JSON.stringify({ id, kind });
const taken = () => ['one', 'two', 'three'].map((port) => bus!.stub.taken(port).map(({ text }) => JSON.parse(text).id));

async function arrive(id: string, kind: string): Promise<void> {
  await bus!.stub.arrive('in/door', parcel(id, kind));
  await bus!.settle();
}

test('each member gets its own copy of what the filter of the group takes', async () => {
  await started(files({ group: LARGE }));
  await arrive('P-1', 'large');
  await arrive('P-2', 'small');
  expect(taken()).toEqual([['P-1'], ['P-1'], ['P-2']]);
});

test('all copies are there from the commit that publishes, and one that fails harms no other', async () => {
  await started(files({ group: LARGE }));
  bus!.stub.answer('two', busError('ENDPOINT_REFUSED', { endpoint: 'two', reason: 'no' }));
  await arrive('P-1', 'large');
  expect(taken()).toEqual([['P-1'], [], []]);
  const [held] = await bus!.suspended();
  expect(held).toMatchObject({ subscriber: 'send:two', subscription: 'group:everyone/two', resumable: true });
  await bus!.box.commit({ now: bus!.clock.now(), operate: [{ kind: 'resume', delivery: held!.id }] });
  await bus!.settle();
  expect(taken()).toEqual([['P-1'], ['P-1'], []]);
});

test('what both filters take goes out once for each, under one idempotency key', async () => {
  await started(files({ group: LARGE, one: `, filter: 'parcel.id == "P-1"'` }));
  await arrive('P-1', 'large');
  expect(taken()).toEqual([['P-1', 'P-1'], ['P-1'], []]);
  const keys = bus!.stub.taken('one').map(({ message }) => message.context.get('bus.idempotencyKey')?.value);
  expect(new Set(keys).size).toBe(1);
});

test('an orchestration sends to all of a group', async () => {
  await started(files({ rest: BINDING }));
  await arrive('P-1', 'large');
  expect(taken()).toEqual([['P-1'], ['P-1'], []]);
  expect(await bus!.suspended()).toEqual([]);
});

test('an ordered member keeps its order over the group and its own filter', async () => {
  await started(files({ group: LARGE, one: `, order: true, filter: 'parcel.kind == "small"'` }));
  bus!.stub.answer('one', busError('ENDPOINT_UNREACHABLE', { endpoint: 'one', reason: 'away' }));
  await arrive('P-1', 'large');
  await arrive('P-2', 'small');
  await bus!.clock.advance(60_000);
  expect(bus!.stub.taken('one').map(({ text }) => JSON.parse(text).id)).toEqual(['P-1', 'P-2']);
});

test('status shows the members and how they are', async () => {
  await started(files({ group: LARGE }));
  const members = [
    { name: 'one', state: 'running' },
    { name: 'two', state: 'running' },
  ];
  expect(bus!.host.status.sendPortGroups).toEqual([{ name: 'everyone', members }]);
});

test('explain tells of the subscription of each member, and plan of one that leaves', () => {
  const before = compileStubbed(files({ group: LARGE }));
  const after = compileStubbed(
    Object.fromEntries(
      Object.entries(files({ group: LARGE })).map(([path, text]) => [path, text.replace('[one, two]', '[one]')]),
    ),
  );
  const context = new Map([
    ['message.type', { value: 'parcel', promoted: true }],
    ['parcel.kind', { value: 'large', promoted: true }],
  ]);
  const { matched } = explain(subscriptionsOf(before), context);
  expect(matched.map(({ id, subscriber }) => [id, subscriber])).toEqual([
    ['group:everyone/one', subscriberOf.sendPort('one')],
    ['group:everyone/two', subscriberOf.sendPort('two')],
  ]);
  const counts = { messages: 0, deliveries: [], instances: [], suspended: [] };
  expect(planOf(before, after, counts).subscriptions).toEqual([{ name: 'group:everyone/two', change: 'removed' }]);
});
