/** Who may see, claim, delegate and do a task: by roles, over real HTTP, with what was refused in the log and what was done in the history. */

import { createAdminServer } from '../../../runtime/admin/server.ts';
import { createIds } from '../../../runtime/clock/identity.ts';
import { defaultRetention } from '../../../runtime/contracts/retention.ts';
import type { Files } from '../host/small-bus.ts';
import { type AskedBus, startAskedBus, TOKEN } from './asked-bus.ts';

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
  - decide:
      - when: parcel.id == "M"
        do:
          - task: { role: manager, title: '"Let in " + parcel.id', result: decision }
      - else:
          - task: { role: officer, title: '"Let in " + parcel.id', show: parcel, result: decision, due: 2h }
  - send: { port: out, message: decision }
`,
};

const tokenOf = (name: string) => `${name}-has-a-token-of-their-own`;
const users = [
  { name: 'Ann', token: tokenOf('Ann'), roles: ['officer'] },
  { name: 'Ben', token: tokenOf('Ben'), roles: ['officer', 'manager'] },
  { name: 'Cem', token: tokenOf('Cem'), roles: ['clerk'] },
];
const as = (name: string) => ({ Authorization: `Bearer ${tokenOf(name)}` });

let bus: AskedBus;
beforeEach(async () => {
  bus = await startAskedBus(files, { users });
});
afterEach(() => bus.stop());

async function ask(id = 'P-1') {
  await bus.stub.arrive('in/door', JSON.stringify({ id }));
  await bus.settle();
  const { tasks } = (await bus.get('/tasks')).body;
  return encodeURIComponent(tasks.find(({ title }: { title: string }) => title.endsWith(id)).id);
}

const titles = async (name: string, query = '') =>
  (await bus.get(`/tasks${query}`, as(name))).body.tasks.map(({ title }: { title: string }) => title);
const post = (path: string, name: string, order?: unknown) => bus.post(path, order, as(name));
const done = (task: string, name: string, query = '') =>
  post(`/tasks/${task}/complete${query}`, name, { number: 'yes' });

test('people see the tasks of their roles, and no others', async () => {
  await ask('P-1');
  await ask('M');
  expect(await titles('Ann')).toEqual(['Let in P-1']);
  expect((await titles('Ben')).sort()).toEqual(['Let in M', 'Let in P-1']);
  expect(await titles('Ben', '?role=manager')).toEqual(['Let in M']);
  expect(await titles('Cem')).toEqual([]);
  const refused = await bus.get('/tasks?role=manager', as('Ann'));
  expect(refused).toMatchObject({ status: 403, body: { code: 'TASK_FORBIDDEN' } });
  expect(refused.body.detail).toBe('The task is for the role manager; Ann has: officer.');
});

test.each(['claim', 'release', 'delegate', 'complete'])(
  '%s of another role is refused, logged, and changes nothing',
  async (what) => {
    const task = await ask();
    const refused = await post(`/tasks/${task}/${what}`, 'Cem', { to: 'Cem', number: 'yes' });
    expect(refused).toMatchObject({ status: 403, body: { code: 'TASK_FORBIDDEN' } });
    expect(refused.body.detail).toBe('The task is for the role officer; Cem has: clerk.');
    expect(bus.told).toMatchObject([
      { name: 'admin-refused', data: { user: 'Cem', method: 'POST', code: 'TASK_FORBIDDEN' } },
    ]);
    expect((await bus.get('/tasks')).body.tasks).toMatchObject([{ claimedBy: null }]);
  },
);

test.each([
  ['GET', '/status'],
  ['GET', '/messages'],
  ['GET', '/instances'],
  ['GET', '/tasksheet'],
  ['POST', '/suspended/terminate'],
  ['POST', '/locations/in/door'],
  ['POST', '/send-ports/out/stop'],
])('%s %s is for operators', async (method, path) => {
  const answer = await (method === 'GET' ? bus.get(path, as('Ben')) : bus.post(path, { all: true }, as('Ben')));
  expect(answer).toMatchObject({ status: 403, body: { code: 'ADMIN_FORBIDDEN' } });
  expect(answer.body.detail).toContain('Ben may see and do tasks of: officer, manager');
  expect(bus.told.map(({ data }) => data['path'])).toEqual([path]);
});

test('what one has claimed no other does, until it is released', async () => {
  const task = await ask();
  expect(await post(`/tasks/${task}/claim`, 'Ann')).toMatchObject({ status: 200, body: { claimedBy: 'Ann' } });
  expect(await post(`/tasks/${task}/claim`, 'Ann')).toMatchObject({ status: 200, body: { claimedBy: 'Ann' } });
  for (const refused of [
    await post(`/tasks/${task}/claim`, 'Ben'),
    await done(task, 'Ben'),
    await post(`/tasks/${task}/release`, 'Ben'),
  ]) {
    expect(refused).toMatchObject({ status: 409, body: { code: 'TASK_CLAIMED' } });
    expect(refused.body.detail).toContain('is with Ann');
  }
  expect((await bus.get('/tasks', as('Ben'))).body.tasks).toMatchObject([{ claimedBy: 'Ann' }]);
  expect((await post(`/tasks/${task}/release`, 'Ann')).status).toBe(200);
  expect((await post(`/tasks/${task}/release`, 'Ann')).status).toBe(409);
  expect((await done(task, 'Ben')).status).toBe(200);
});

test('of many who claim at once one has it', async () => {
  const task = await ask();
  const names = ['Ann', 'Ben', 'Ann', 'Ben', 'Ann', 'Ben'];
  const answers = await Promise.all(names.map((name) => post(`/tasks/${task}/claim`, name)));
  const winners = new Set(answers.filter(({ status }) => status === 200).map(({ body }) => body.claimedBy));
  const losers = answers.filter(({ status }) => status === 409).map(({ body }) => body.code);
  expect([winners.size, new Set(losers)]).toEqual([1, new Set(['TASK_CLAIMED'])]);
});

/** Two admin APIs over one MessageBox, whose history comes to light late, as that of another host may. */
test('so it is where they ask different hosts', async () => {
  const task = await ask();
  const id = decodeURIComponent(task);
  const { host, box, clock } = bus;
  const slow = { ...box, inspection: { ...box.inspection, message: late(box.inspection.message) } };
  const other = createAdminServer({
    ...{ bus: 'b', version: '0', host, hostName: 'other', box: slow, clock, newId: createIds(clock, () => 0.25) },
    ...{ retention: defaultRetention, listen: { host: '127.0.0.1', port: 0 }, token: TOKEN, users },
  });
  await other.start();
  try {
    const there = fetch(`${other.address}/tasks/${task}/claim`, { method: 'POST', headers: as('Ben') });
    const here = await post(`/tasks/${task}/claim`, 'Ann');
    const answers = [here.status, (await there).status].sort();
    expect(answers).toEqual([200, 409]);
    const claims = (await box.inspection.message(id))!.history.filter(({ name }) => name === 'task-claimed');
    expect(claims).toHaveLength(1);
  } finally {
    await other.stop();
  }

  function late(read: typeof box.inspection.message): typeof box.inspection.message {
    return async (message) => {
      const found = await read(message);
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      return found;
    };
  }
});

test('it is delegated to somebody of the role, and to nobody else', async () => {
  const task = await ask();
  await post(`/tasks/${task}/claim`, 'Ann');
  expect(await post(`/tasks/${task}/delegate`, 'Ann', { to: 'Cem' })).toMatchObject({ status: 403 });
  expect(await post(`/tasks/${task}/delegate`, 'Ann', { to: 'Nobody' })).toMatchObject({ status: 403 });
  expect(await post(`/tasks/${task}/delegate`, 'Ann', {})).toMatchObject({ status: 400 });
  expect(await post(`/tasks/${task}/delegate`, 'Ben', { to: 'Ben' })).toMatchObject({ status: 409 });
  expect(await post(`/tasks/${task}/delegate`, 'Ann', { to: 'Ben' })).toMatchObject({ body: { claimedBy: 'Ben' } });
  expect((await done(task, 'Ann')).body.code).toBe('TASK_CLAIMED');
  expect((await done(task, 'Ben')).status).toBe(200);
});

test('people act under their own name, and operators for anybody', async () => {
  const task = await ask();
  expect((await done(task, 'Ann', '?by=Ben')).status).toBe(400);
  expect((await bus.post(`/tasks/${task}/claim?by=Cem`)).status).toBe(403);
  expect((await bus.post(`/tasks/${task}/claim?by=Ann`)).body.claimedBy).toBe('Ann');
  expect((await bus.post(`/tasks/${task}/delegate`, { to: 'Ben' })).body.claimedBy).toBe('Ben');
  expect((await bus.post(`/tasks/${task}/release`)).status).toBe(200);
  const { body } = await done(task, 'Ann');
  expect((await bus.get(`/messages/${body.messageId}`)).body.properties['task.by']).toBe('Ann');
});

test('who did what stands in the history of the task', async () => {
  const task = await ask();
  await post(`/tasks/${task}/claim`, 'Ann');
  await post(`/tasks/${task}/delegate`, 'Ann', { to: 'Ben' });
  await post(`/tasks/${task}/release`, 'Ben');
  await done(task, 'Ann');
  const { history } = (await bus.get(`/messages/${task}`)).body;
  const told = history.filter(({ name }: { name: string }) => name.startsWith('task-'));
  expect(told.map(({ name, data }: { name: string; data: object }) => [name, data])).toEqual([
    ['task-claimed', { by: 'Ann', role: 'officer' }],
    ['task-delegated', { from: 'Ann', to: 'Ben', by: 'Ann', role: 'officer' }],
    ['task-released', { from: 'Ben', by: 'Ben' }],
    ['task-completed', { by: 'Ann', role: 'officer', answer: expect.any(String) }],
  ]);
});

test.each([
  ['a token that is short', [{ name: 'Ann', token: 'short', roles: [] }], 'fewer than 16'],
  ['a token of two', [users[0]!, { ...users[1]!, token: users[0]!.token }], 'that of Ann, too'],
  ['the token of operators', [{ ...users[0]!, token: TOKEN }], 'that of operators, too'],
])('%s is refused at the start', async (_, people, reason) => {
  const { host, box, clock } = bus;
  const what = {
    bus: 'b',
    version: '0',
    host,
    hostName: 'm',
    box,
    clock,
    newId: () => 'x',
    retention: defaultRetention,
  };
  const server = createAdminServer({ ...what, listen: { host: '127.0.0.1', port: 0 }, token: TOKEN, users: people });
  await expect(server.start()).rejects.toMatchObject({
    code: 'ADMIN_TOKEN_UNFIT',
    message: expect.stringContaining(reason),
  });
});
