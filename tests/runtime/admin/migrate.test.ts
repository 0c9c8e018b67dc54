/** Running instances come to another version of their orchestration, where they fit; all others stay as they are, and are told. */
import { openMemory } from '../../../runtime/message-box/memory.ts';
import type { Files } from '../host/small-bus.ts';
import { type AskedBus, startAskedBus } from './asked-bus.ts';

/** Waits two hours for news of a parcel, after it was weighed. */
const BEFORE = `orchestration: watch
messages: { parcel: parcel, news: news, receipt: receipt }
variables: { rounds: integer }
correlations: { by-id: [parcel.id] }
body:
  - receive: { port: in, message: parcel, activate: true, initialises: by-id }
  - scope:
      name: weigh
      do: [ { assign: { rounds: rounds + 1 } } ]
      compensate:
        - assign: { receipt.number: 'parcel.id + " undone"' }
        - send: { port: out, message: receipt }
  - listen:
      - receive: { port: news, message: news, follows: by-id }
        do:
          - assign: { receipt.number: 'parcel.id + " heard"' }
          - send: { port: out, message: receipt }
      - delay: 2h
        do:
          - compensate: weigh
`;
/** Looks at the parcel first, and catches what fails while it waits. */
const AFTER = `orchestration: watch
messages: { parcel: parcel, news: news, receipt: receipt }
variables: { rounds: integer, reminders: integer, last: string }
correlations: { by-id: [parcel.id] }
body:
  - receive: { port: in, message: parcel, activate: true, initialises: by-id }
  - send: { name: look, port: out, message: parcel }
  - scope:
      name: weigh
      do: [ { assign: { rounds: rounds + 1 } } ]
      compensate:
        - assign: { receipt.number: 'parcel.id + " undone anew"' }
        - send: { port: out, message: receipt }
  - scope:
      name: wait
      do:
        - listen:
            - receive: { port: news, message: news, follows: by-id }
              do:
                - assign: { receipt.number: 'parcel.id + " heard " + last + string(reminders)' }
                - send: { port: out, message: receipt }
            - delay: 4h
              do:
                - compensate: weigh
      catch:
        - do: [ { terminate: it could not be watched } ]
`;
const MIGRATION = `migration: look-first
orchestration: watch
positions: { listen: body.3.scope.do.0 }
variables: { reminders: rounds + 6, last: parcel.id }
`;

const files = (orchestration: string, migration?: string): Files => ({
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
  watch: { in: in, out: out, news: news }
`,
  'schemas/news.message.yaml':
    'message: news\nschema: parcel.schema.json\npromote: { parcel.id: id, parcel.kind: kind }\n',
  'orchestrations/watch.orchestration.yaml': orchestration,
  ...(migration === undefined ? {} : { 'orchestrations/watch.migrate.yaml': migration }),
});

let bus: AskedBus;
afterEach(() => bus.stop());

async function waiting(next: Files, before = BEFORE): Promise<string> {
  const box = openMemory();
  bus = await startAskedBus(files(before), { box });
  await bus.stub.arrive('in/door', '{"id":"P-1","kind":"box","weight":3}');
  await bus.clock.advance(1000);
  const { clock, stub } = bus;
  await bus.stop();
  bus = await startAskedBus(next, { box, clock, stub });
  const [found] = await box.inspection.instances({ status: 'waiting', limit: 2 });
  return found!.instance.id;
}

const sent = () => bus.stub.taken('out').map(({ text }) => text);
const migrate = async (more: object = {}) => (await bus.post('/migrations', { orchestration: 'watch', ...more })).body;
const record = async (id: string) => (await bus.box.inspection.instance(id))!;
const HOUR = 3_600_000;

test('without a migration it does not fit, and stays as it is', async () => {
  const id = await waiting(files(AFTER));
  const before = await record(id);
  const report = await migrate();
  expect(report).toMatchObject({ to: bus.host.status.definition, moved: [], current: 0 });
  expect(report.unfit).toEqual([
    {
      instance: id,
      from: before.instance.version,
      shape: 'listen',
      line: 13,
      code: 'INSTANCE_UNFIT',
      reason: 'the step "weigh" of line 7 is no longer where it was, or comes after others',
    },
  ]);
  expect(await record(id)).toEqual(before);
});

test('a dry run says what would be moved, and writes nothing', async () => {
  const id = await waiting(files(AFTER, MIGRATION));
  const before = await record(id);
  expect(await migrate({ dryRun: true })).toMatchObject({
    moved: [{ instance: id, shape: 'listen', line: 13 }],
    unfit: [],
  });
  expect(await record(id)).toEqual(before);
});

test('with one it goes on where that says, and its subscription goes with it', async () => {
  const id = await waiting(files(AFTER, MIGRATION));
  expect(await migrate()).toMatchObject({ moved: [{ instance: id }], unfit: [] });
  const { instance, history } = await record(id);
  expect(instance).toMatchObject({
    version: bus.host.status.definition,
    status: 'waiting',
    state: { variables: { rounds: 1, reminders: 7, last: 'P-1' } },
  });
  expect(history.at(-1)).toMatchObject({
    name: 'instance-moved',
    data: { to: bus.host.status.definition, migration: 'orchestrations/watch.migrate.yaml', shape: 'listen' },
  });
  expect(await migrate()).toMatchObject({ moved: [], unfit: [], current: 1 });
  await bus.stub.arrive('news/wire', '{"id":"P-1"}');
  await bus.clock.advance(1000);
  expect(sent()).toEqual(['{"number":"P-1 heard P-17"}']);
  expect((await record(id)).instance.status).toBe('completed');
});

test('a delay of a listen keeps its time, and what has completed is undone as the version says', async () => {
  const id = await waiting(files(AFTER, MIGRATION));
  const [timer] = (await record(id)).timers;
  await bus.clock.advance(HOUR);
  await migrate();
  expect((await record(id)).timers).toEqual([timer]);
  await bus.clock.advance(HOUR + 2000);
  expect(sent()).toEqual(['{"number":"P-1 undone anew"}']);
});

test('what it comes into catches what fails there', async () => {
  const failing = AFTER.replace(
    '                - compensate: weigh',
    `                - throw: { error: Lost, reason: "'gone'" }`,
  );
  const id = await waiting(files(failing, MIGRATION));
  await migrate();
  await bus.clock.advance(2 * HOUR + 1000);
  expect((await record(id)).instance.status).toBe('terminated');
});

test('another receive is waited for by another subscription', async () => {
  const other = BEFORE.replace(
    'port: news, message: news, follows: by-id',
    'port: news, message: news, follows: by-kind',
  )
    .replace('{ by-id: [parcel.id] }', '{ by-id: [parcel.id], by-kind: [parcel.kind] }')
    .replace('initialises: by-id }', 'initialises: [by-id, by-kind] }');
  const id = await waiting(files(other));
  const report = await migrate();
  expect(report.unfit).toMatchObject([
    { reason: expect.stringContaining('the correlation set "by-kind" has no values') },
  ]);
  const { clock, stub, box } = bus;
  await bus.stop();
  const values = 'migration: by-kind\norchestration: watch\ncorrelations: { by-kind: { parcel.kind: parcel.kind } }\n';
  bus = await startAskedBus(files(other, values), { box, clock, stub });
  const [old] = (await record(id)).waitingFor;
  expect(await migrate({ instance: id })).toMatchObject({ moved: [{ instance: id }] });
  const [subscription, ...others] = (await record(id)).waitingFor;
  expect(others).toEqual([]);
  expect(subscription!.id).not.toBe(old!.id);
  await bus.stub.arrive('news/wire', '{"id":"P-2","kind":"box"}');
  await bus.clock.advance(1000);
  expect((await record(id)).instance.status).toBe('completed');
});

test('it is refused where a message that counts from there on was made by a step that it has not passed', async () => {
  const needing = AFTER.replace(
    '  - send: { name: look, port: out, message: parcel }',
    '  - assign: { checked.id: parcel.id }',
  )
    .replace('receipt: receipt }', 'receipt: receipt, checked: parcel }')
    .replace('parcel.id + " heard "', 'checked.id + " heard "');
  await waiting(files(needing, MIGRATION));
  expect((await migrate()).unfit).toMatchObject([
    {
      shape: 'listen',
      line: 13,
      reason: expect.stringMatching(/it has no message "checked", which is looked at from "listen" of line 17 on/),
    },
  ]);
});

test.each([
  [{ orchestration: '' }, /"orchestration" is the name of one/],
  [{ orchestration: 'watch', dryRun: 'yes' }, /"dryRun" is true or false/],
  [{ orchestration: 'watch', after: 'nothing i-1' }, /"after" is the "next" of an answer/],
])('an order without sense: %j', async (order, reason) => {
  await waiting(files(BEFORE));
  expect(await bus.post('/migrations', order)).toMatchObject({
    status: 400,
    body: { detail: expect.stringMatching(reason) },
  });
});

test('an instance that is not there, or has ended', async () => {
  const id = await waiting(files(AFTER, MIGRATION));
  expect(await bus.post('/migrations', { orchestration: 'watch', instance: 'i-0' })).toMatchObject({ status: 404 });
  await bus.post(`/instances/${encodeURIComponent(id)}/terminate`);
  expect(await bus.post('/migrations', { orchestration: 'watch', instance: id })).toMatchObject({ status: 409 });
});
