/** What orchestrations ask of people: listed, handed in, refused, withdrawn. */
import type { Files } from '../host/small-bus.ts';
import { type AskedBus, startAskedBus } from './asked-bus.ts';

const files: Files = {
  'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: stub, pipeline: json-receive, message: parcel }
sendPorts:
  out: { transport: stub, pipeline: json-send }
bindings:
  approve: { in: in, out: out }
`,
  'orchestrations/approve.orchestration.yaml': `orchestration: approve
messages: { parcel: parcel, decision: receipt }
body:
  - receive: { port: in, message: parcel, activate: true }
  - scope:
      name: ask
      do:
        - task: { role: officer, title: '"Let in " + parcel.id', show: parcel, result: decision, due: 2h }
      catch:
        - error: Overdue
          do:
            - task: { role: manager, title: '"Let in " + parcel.id + " at last"', result: decision }
  - send: { port: out, message: decision }
`,
};

let bus: AskedBus;
beforeEach(async () => {
  bus = await startAskedBus(files);
});
afterEach(() => bus.stop());

async function ask(id: string) {
  await bus.stub.arrive('in/door', JSON.stringify({ id }));
  await bus.settle();
  return (await bus.get('/tasks')).body.tasks[0];
}
const hand = (task: { id: string }, filled: object | string, query = '?by=Jo') =>
  bus.post(`/tasks/${encodeURIComponent(task.id)}/complete${query}`, filled);
const sent = () => bus.stub.taken('out').map(({ text }) => JSON.parse(text));

test('a task shows what to look at, and its form goes on in the process', async () => {
  const task = await ask('P-1');
  expect(task).toMatchObject({
    role: 'officer',
    title: 'Let in P-1',
    form: 'receipt',
    due: '2026-06-01T10:00:00.000Z',
  });
  expect(JSON.parse(task.body.text)).toEqual({ id: 'P-1' });
  expect((await bus.get('/tasks?role=manager')).body.tasks).toEqual([]);
  const handed = await hand(task, { number: 'yes' });
  expect([handed.status, handed.body.completed]).toEqual([200, true]);
  await bus.settle();
  expect(sent()).toEqual([{ number: 'yes' }]);
  const { body } = await bus.get(`/messages/${handed.body.messageId}`);
  expect(body).toMatchObject({ type: 'receipt', properties: { 'task.by': 'Jo', 'bus.responseTo': task.id } });
  expect((await bus.get('/tasks')).body.tasks).toEqual([]);
});

test('what the form does not take is refused field by field, and the task stays open', async () => {
  const task = await ask('P-1');
  const refused = await hand(task, { number: 7 });
  expect([refused.status, refused.body.code]).toEqual([422, 'SCHEMA_VIOLATION']);
  expect(refused.body.detail).toContain('/number');
  expect((await hand(task, '{"number"')).status).toBe(400);
  expect((await hand(task, { number: 'yes' }, '')).status).toBe(400);
  expect((await hand(task, { number: 'yes' })).status).toBe(200);
});

test('it is done once, and not at all after it was withdrawn', async () => {
  const first = await ask('P-1');
  await hand(first, { number: 'yes' });
  expect((await hand(first, { number: 'no' })).body.code).toBe('TASK_NOT_OPEN');
  const second = await ask('P-2');
  await bus.clock.advance(3 * 3_600_000);
  expect((await hand(second, { number: 'late' })).status).toBe(409);
  const [asked, ...others] = (await bus.get('/tasks')).body.tasks;
  expect([asked.role, asked.title, others]).toEqual(['manager', 'Let in P-2 at last', []]);
  await hand(asked, { number: 'at last' });
  await bus.settle();
  expect(sent()).toEqual([{ number: 'yes' }, { number: 'at last' }]);
});

test('it is no suspended message, and --all does not end it', async () => {
  const task = await ask('P-1');
  expect((await bus.get('/suspended')).body).toEqual({ groups: [], suspended: [] });
  expect((await bus.get('/status')).body.suspended).toEqual([]);
  expect((await bus.post('/suspended/terminate', { all: true })).body).toEqual({ terminated: 0, refused: [] });
  expect((await hand(task, { number: 'yes' })).status).toBe(200);
});

test('the end of an instance from outside takes its task with it', async () => {
  const task = await ask('P-1');
  await bus.post(`/instances/${encodeURIComponent(task.instance)}/terminate`);
  await bus.settle();
  expect((await bus.get('/tasks')).body.tasks).toEqual([]);
  expect((await hand(task, { number: 'yes' })).status).toBe(409);
});
