/** Tasks on the command line: operators and people with tokens of their own, against a bus in a process of its own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { guildhall, type Started, startRun, stopRun, temporaryFolder } from './terminal.ts';

const FILES: Readonly<Record<string, string>> = {
  'config/bus.yaml': `bus: office
organisation: eastmere
store: memory
http: { address: 127.0.0.1:0 }
admin:
  address: 127.0.0.1:0
  users:
    Ann: { token: { secret: ANN_TOKEN }, roles: [officer] }
    Ben: { token: { secret: BEN_TOKEN }, roles: [officer, manager] }
    Cem: { token: { secret: CEM_TOKEN }, roles: [clerk] }
secrets: config/secrets
`,
  'config/secrets/ANN_TOKEN': 'the token that Ann has\n',
  'config/secrets/BEN_TOKEN': 'the token that Ben has\n',
  'config/secrets/CEM_TOKEN': 'the token that Cem has\n',
  'config/applications/office.yaml': `application: office
receivePorts:
  requests:
    locations:
      tray: { transport: rest, path: /requests, pipeline: json-receive, message: request }
sendPorts:
  letters: { transport: file, folder: data/letters, pipeline: json-send }
bindings:
  approve: { requests: requests, letters: letters }
`,
  'orchestrations/approve.orchestration.yaml': `orchestration: approve
messages: { request: request, decision: request }
body:
  - receive: { port: requests, message: request, activate: true }
  - task: { role: officer, title: '"Allow " + request.id', show: request, result: decision }
  - send: { port: letters, message: decision }
`,
  'schemas/request.message.yaml': 'message: request\nschema: request.schema.json\n',
  'schemas/request.schema.json':
    '{ "type": "object", "required": ["id"], "properties": { "id": { "type": "string" } } }',
  'free.yaml': 'environment: free\n',
  'request.json': '{ "id": "R-1" }',
  'decision.json': '{ "id": "yes" }',
};

const temporary = temporaryFolder();
let bus: Started;

beforeAll(async () => {
  for (const [path, text] of Object.entries(FILES)) {
    const file = join(temporary.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  bus = await startRun(temporary.folder, join(temporary.folder, 'free.yaml'));
});
afterAll(async () => {
  await stopRun(bus);
  temporary.remove();
});

const ask = (...argv: string[]) => guildhall(temporary.folder, ...argv);
const as = (name: string, ...argv: string[]) =>
  ask(...argv, '--admin', bus.ready.admin, '--token', `the token that ${name} has`);

test('a task is seen, claimed, delegated and done by people of its role', async () => {
  expect((await ask('send', 'requests', 'request.json')).exit).toBe(0);
  await eventually('the task is there', async () => (await as('Ann', 'tasks', '--json')).json().tasks.length === 1);
  const { id } = (await as('Ann', 'tasks', '--json')).json().tasks[0];
  expect((await as('Cem', 'tasks')).out).toBe('Nothing is to be done.');

  const refused = await as('Cem', 'claim', id);
  expect(refused.exit).toBe(1);
  expect(refused.err).toContain('TASK_FORBIDDEN');
  expect(refused.err).toContain('The task is for the role officer; Cem has: clerk.');
  expect((await as('Ann', 'status')).err).toContain('ADMIN_FORBIDDEN');

  expect(await as('Ann', 'claim', id)).toMatchObject({ exit: 0, out: `${id} is with Ann` });
  expect((await as('Ben', 'tasks')).out).toMatch(/BY *\n.*Allow R-1 .*Ann$/m);
  expect((await as('Ben', 'done', id, 'decision.json')).err).toContain('TASK_CLAIMED');
  expect(await as('Ann', 'delegate', id, 'Ben')).toMatchObject({ exit: 0, out: `${id} is with Ben` });
  expect(await as('Ben', 'release', id)).toMatchObject({ exit: 0, out: `released ${id}` });
  expect(await as('Ben', 'done', id, 'decision.json')).toMatchObject({ exit: 0, out: `done ${id}` });
  expect((await as('Ben', 'tasks')).out).toBe('Nothing is to be done.');
  expect((await ask('messages', 'show', id)).out).toMatch(/task-claimed.*Ann[\s\S]*task-completed.*Ben/);
});

test('operators say for whom they act', async () => {
  expect((await ask('done', 'no-such-task', 'decision.json')).err).toContain('say who did it');
  expect((await ask('claim', 'no-such-task', '--by', 'Ann')).err).toContain('TASK_NOT_OPEN');
});
