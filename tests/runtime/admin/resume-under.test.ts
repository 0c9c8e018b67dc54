/** An instance that a fault of its orchestration has stopped goes on under the mended one, where it stood, or is refused unchanged. */
import { openMemory } from '../../../runtime/message-box/memory.ts';
import type { Files } from '../host/small-bus.ts';
import { type AskedBus, startAskedBus } from './asked-bus.ts';

const ORCHESTRATION = `orchestration: weigh
messages: { parcel: parcel, news: parcel, receipt: receipt }
variables: { rounds: integer }
correlations: { by-id: [parcel.id] }
body:
  - receive: { port: in, message: parcel, activate: true, initialises: by-id }
  - send: { name: tell, port: out, message: parcel }
  - scope:
      name: weigh
      do:
        - assign: { rounds: rounds + 1 }
        - assign: { receipt.number: 'parcel.id + " " + string(100 / parcel.weight)' }
      compensate: [ { send: { port: out, message: parcel } } ]
  - send: { port: out, message: receipt }
  - receive: { port: in, message: news, follows: by-id }
`;
const FAULT = 'string(100 / parcel.weight)';
const MENDED = ORCHESTRATION.replace(FAULT, 'string(parcel.weight == 0 ? 0 : 100 / parcel.weight)');

const files = (orchestration: string, ports = '{ in: in, out: out }'): Files => ({
  'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: stub, pipeline: json-receive, message: parcel }
sendPorts:
  out: { transport: stub, pipeline: json-send }
  other: { transport: stub, pipeline: json-send }
bindings:
  weigh: ${ports}
`,
  'orchestrations/weigh.orchestration.yaml': orchestration,
});

let bus: AskedBus;
afterEach(() => bus.stop());

/** An instance that is suspended under the faulty definition, and then the other one deployed. */
async function stuck(next: Files): Promise<string> {
  const box = openMemory();
  bus = await startAskedBus(files(ORCHESTRATION), { box });
  await bus.stub.arrive('in/door', '{"id":"P-1","weight":0}');
  await bus.clock.advance(1000);
  const { clock, stub } = bus;
  await bus.stop();
  bus = await startAskedBus(next, { box, clock, stub });
  const [found] = await box.inspection.instances({ status: 'suspended', limit: 2 });
  expect(found!.instance.failure).toMatchObject({ code: 'EXPRESSION_FAILED', line: 12 });
  return found!.instance.id;
}

const sent = () => bus.stub.taken('out').map(({ text }) => text);
const resume = (id: string, order?: object) => bus.post(`/instances/${encodeURIComponent(id)}/resume`, order);

test('under its own version it fails again, under the mended one it goes on where it stood', async () => {
  const id = await stuck(files(MENDED));
  expect((await resume(id)).status).toBe(200);
  await bus.clock.advance(1000);
  expect((await bus.box.inspection.instance(id))!.instance.status).toBe('suspended');
  expect(await resume(id, { under: 'current' })).toMatchObject({ status: 200, body: { id, resumed: true } });
  await bus.clock.advance(1000);
  expect(sent()).toEqual(['{"id":"P-1","weight":0}', '{"number":"P-1 0"}']);
  const { instance, history } = (await bus.box.inspection.instance(id))!;
  expect(instance).toMatchObject({
    status: 'waiting',
    version: bus.host.status.definition,
    state: { variables: { rounds: 1 } },
  });
  expect(history.map(({ name }) => name)).toContain('instance-moved');
  await bus.stub.arrive('in/door', '{"id":"P-1","weight":1}');
  await bus.clock.advance(1000);
  expect((await bus.box.inspection.instance(id))!.instance.status).toBe('completed');
});

test('what comes later may differ, and new variables begin as they do', async () => {
  const longer = `${MENDED.replace('{ rounds: integer }', '{ rounds: integer, text: string }')}  - assign: { text: 'text + "done"' }\n`;
  const id = await stuck(files(longer.replace('  - send: { port: out, message: receipt }', '  - delay: 1m\n$&')));
  expect((await resume(id, { under: 'current' })).status).toBe(200);
  await bus.clock.advance(1000);
  expect(sent()).toHaveLength(1);
  await bus.clock.advance(61_000);
  expect(sent()).toHaveLength(2);
  expect((await bus.box.inspection.instance(id))!.instance.state).toMatchObject({ variables: { rounds: 1, text: '' } });
});

test.each([
  [
    'a step before it is new',
    MENDED.replace('  - send: { name: tell', '  - delay: 1s\n$&'),
    /the step "tell" of line 7/,
  ],
  ['a step in its scope is new', MENDED.replace('        - assign: { rounds', '        - delay: 1s\n$&'), /line 11/],
  ['its scope has another name', MENDED.replace('name: weigh', 'name: balance'), /the step "weigh" of line 8/],
  [
    'a variable is of another type',
    MENDED.replace('rounds: integer', 'rounds: string').replace('rounds + 1', `'"x"'`),
    /"rounds" is of type string/,
  ],
  [
    'what it waits for is received no more',
    MENDED.replace('news: parcel', 'news: receipt').replace(
      '  - receive: { port: in, message: news, follows: by-id }\n',
      '',
    ),
    /the convoy by by-id is none/,
  ],
  [
    'a correlation set has other properties',
    MENDED.replace('[parcel.id]', '[parcel.kind]'),
    /the correlation set "by-id"/,
  ],
])('it is refused and left as it is when %s', async (_, orchestration, reason) => {
  const id = await stuck(files(orchestration));
  const before = await bus.box.inspection.instance(id);
  const refused = await resume(id, { under: 'current' });
  expect(refused).toMatchObject({
    status: 409,
    body: { code: 'INSTANCE_UNFIT', detail: expect.stringMatching(reason) },
  });
  expect(await bus.box.inspection.instance(id)).toEqual(before);
});

test('it is refused when a port is bound elsewhere', async () => {
  const id = await stuck(files(MENDED, '{ in: in, out: other }'));
  expect((await resume(id, { under: 'current' })).body.detail).toMatch(
    /its port "out" is bound to other in place of out/,
  );
});

test('a definition that is not there, an instance that is not there, and an order without sense', async () => {
  const id = await stuck(files(MENDED));
  expect(await resume(id, { under: 'nonsense' })).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  expect(await resume('i-0', { under: 'current' })).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  expect(await resume(id, { under: 7 })).toMatchObject({ status: 400, body: { code: 'ADMIN_BAD_REQUEST' } });
  await resume(id, { under: 'current' });
  await bus.clock.advance(1000);
  expect(await resume(id, { under: 'current' })).toMatchObject({ status: 409, body: { code: 'NOT_SUSPENDED' } });
});
