/** `guildhall plan`: what a changed solution would do to a running bus. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { guildhall, type Started, starterIn, startRun, stopRun, temporaryFolder } from './terminal.ts';

const temporary = temporaryFolder();
let solution: string;
let bus: Started;
const ask = (...argv: string[]) => guildhall(solution, ...argv);
const put = (path: string, text: string) => {
  mkdirSync(join(solution, path, '..'), { recursive: true });
  writeFileSync(join(solution, path), text);
};
const at = (path: string) => readFileSync(join(solution, path), 'utf8');
const ORCHESTRATION = `orchestration: watch
messages: { enquiry: enquiry, again: enquiry }
correlations: { topic: [enquiry.topic] }
body:
  - receive: { port: enquiries, message: enquiry, activate: true, initialises: topic }
  - listen:
      - receive: { port: enquiries, message: again, follows: topic }
      - delay: 28d
`;

beforeAll(async () => {
  const made = await starterIn(temporary.folder);
  solution = made.solution;
  put('orchestrations/watch.orchestration.yaml', ORCHESTRATION);
  put('config/applications/watch.yaml', 'application: watch\nbindings: { watch: { enquiries: enquiries } }\n');
  bus = await startRun(solution, made.free);
  expect((await ask('send', 'enquiries', 'samples/enquiry.json')).exit).toBe(0);
  const waiting = async () => (await ask('instances', '--json', '--status', 'waiting')).json().instances as unknown[];
  await eventually('an instance waits', async () => (await waiting()).length === 1);
});
afterAll(async () => {
  await stopRun(bus);
  temporary.remove();
});

test('nothing changes', async () => {
  expect(await ask('plan')).toMatchObject({
    exit: 0,
    out: expect.stringMatching(/Nothing would change|No subscription/),
  });
});

test('what is added and changed, and that instances go on', async () => {
  put('orchestrations/watch.orchestration.yaml', ORCHESTRATION.replace('28d', '14d'));
  const application = Object.entries({
    'config/applications/more.yaml':
      'application: more\nsendPorts:\n  copies: { transport: file, folder: copies, pipeline: json-send, filter: message.type == "enquiry" }\n',
  });
  for (const [path, text] of application) put(path, text);
  const { exit, out, json } = await ask('plan', '--json');
  expect([exit, out.includes('orphans')]).toEqual([0, true]);
  expect(json()).toMatchObject({
    subscriptions: [{ name: 'send:copies', change: 'added' }],
    orchestrations: [{ name: 'watch', change: 'changed' }],
    instances: [{ orchestration: 'watch', count: 1, note: expect.stringContaining('under the definition') as string }],
    orphans: [],
    migrations: [{ orchestration: 'watch', fit: 1, unfit: [], more: false }],
  });
  expect((await ask('plan')).out).toMatch(/send:copies +added/);
});

test('which instances could migrate, and which do not fit', async () => {
  put('orchestrations/watch.orchestration.yaml', ORCHESTRATION.replace('  - listen', '  - delay: 1s\n  - listen'));
  expect((await ask('plan')).out).toMatch(
    /watch: 0 instances could migrate, 1 do not fit\.\n {2}\S+ at "listen" of line 6: the step "listen" of line 6 is no longer where it was/,
  );
  put('orchestrations/watch.migrate.yaml', 'migration: watch\norchestration: watch\npositions: { listen: body.2 }\n');
  expect((await ask('plan')).out).toMatch(/watch: 1 instances could migrate, 0 do not fit\./);
  expect((await ask('migrate', 'watch', '--all')).out).toMatch(/^0 came to \w{12}, 1 had it already, 0 do not fit\.$/);
  rmSync(join(solution, 'orchestrations/watch.migrate.yaml'));
});

test('a property that is no longer promoted would leave an instance waiting for ever', async () => {
  const before = at('schemas/enquiry.message.yaml');
  put('schemas/enquiry.message.yaml', before.replace(/enquiry\.topic: [^,}\n]+,?/, ''));
  put(
    'orchestrations/watch.orchestration.yaml',
    ORCHESTRATION.replace(/ {2}- listen[\s\S]*/, '')
      .replace(/correlations.*\n/, '')
      .replace(', initialises: topic', ''),
  );
  const { exit, out } = await ask('plan');
  expect(out).toMatch(/! 1 instances of watch may wait for ever: enquiry no longer promotes enquiry\.topic/);
  expect(exit).toBe(1);
  put('schemas/enquiry.message.yaml', before);
});

test('an orchestration that goes', async () => {
  rmSync(join(solution, 'orchestrations', 'watch.orchestration.yaml'));
  rmSync(join(solution, 'config', 'applications', 'watch.yaml'));
  const { json } = await ask('plan', '--json');
  expect(json()).toMatchObject({
    orchestrations: [{ name: 'watch', change: 'removed' }],
    instances: [{ orchestration: 'watch', note: 'go on; no new ones start' }],
  });
});

test('a solution that does not check is not planned', async () => {
  put(
    'config/applications/more.yaml',
    'application: more\nsendPorts:\n  copies: { transport: flie, pipeline: json-send }\n',
  );
  expect((await ask('plan')).exit).toBe(1);
});
