/** `guildhall migrate` and `guildhall resume --under`: instances of a bus that was stopped and started with a changed orchestration. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { guildhall, type Started, starterIn, startRun, stopRun, temporaryFolder } from './terminal.ts';

const temporary = temporaryFolder();
let solution: string;
let free: string;
let bus: Started | undefined;
const ask = (...argv: string[]) => guildhall(solution, ...argv);
const put = (path: string, text: string) => {
  mkdirSync(join(solution, path, '..'), { recursive: true });
  writeFileSync(join(solution, path), text);
};

const orchestration = (start: string, end = '') => `orchestration: watch
messages: { enquiry: enquiry, again: enquiry }
variables: { count: integer, told: integer }
correlations: { topic: [enquiry.topic] }
body:
  - receive: { port: enquiries, message: enquiry, activate: true, initialises: topic }
${start}  - listen:
      - receive: { port: enquiries, message: again, follows: topic }
      - delay: 28d
${end}`;
const FAULTY = orchestration('  - assign: { count: integer(1 / count) }\n');
const MENDED = orchestration('  - assign: { count: 1 + count }\n');
const LONGER = orchestration(
  '  - assign: { count: 1 + count }\n  - assign: { told: count }\n',
  '  - terminate: too long\n',
);

async function instance(status: string): Promise<{ id: string; version: string; state: unknown }> {
  const found = async () => (await ask('instances', '--json', '--status', status)).json().instances;
  await eventually(`an instance is ${status}`, async () => (await found()).length === 1);
  return (await found())[0].instance;
}

async function restart(text: string): Promise<void> {
  if (bus) await stopRun(bus);
  put('orchestrations/watch.orchestration.yaml', text);
  bus = await startRun(solution, free);
}

beforeAll(async () => {
  ({ solution, free } = await starterIn(temporary.folder));
  put('config/applications/watch.yaml', 'application: watch\nbindings: { watch: { enquiries: enquiries } }\n');
  await restart(FAULTY);
  expect((await ask('send', 'enquiries', 'samples/enquiry.json')).exit).toBe(0);
});
afterAll(async () => {
  if (bus) await stopRun(bus);
  temporary.remove();
});

test('a suspended one goes on under the mended version', async () => {
  const { id } = await instance('suspended');
  const hint = await ask('resume', id, '--under', 'current');
  expect([hint.exit, hint.err]).toEqual([2, '--under goes with --instance.']);
  await restart(MENDED);
  expect(await ask('resume', id, '--instance', '--under', 'current')).toMatchObject({ exit: 0, out: '1 resumed.' });
  expect(await instance('waiting')).toMatchObject({ id, state: { variables: { count: 1 } } });
  const again = await ask('resume', id, '--instance', '--under', 'current');
  expect([again.exit, again.err]).toEqual([1, expect.stringMatching(/: NOT_SUSPENDED /)]);
});

test('the command line says what it wants', async () => {
  for (const argv of [[], ['--all', '--instance', 'i-1'], ['--all', '--environment', 'x']])
    expect((await ask('migrate', 'watch', ...argv)).exit).toBe(2);
  expect((await ask('migrate', 'watch', '--all', '--offline', '--to', 'abcdef01')).exit).toBe(2);
  expect((await ask('migrate', 'watch', '--instance', 'i-1')).err).toMatch(/NOT_FOUND .*i-1/);
});

test('on a running bus, by the positions of its migration; what does not fit is listed', async () => {
  const { id, version } = await instance('waiting');
  put(
    'orchestrations/watch.migrate.yaml',
    `migration: watch\norchestration: watch\nfrom: ${version}\npositions: { listen: body.3 }\nvariables: { told: count + 40 }\n`,
  );
  await restart(LONGER);
  const dry = await ask('migrate', 'watch', '--instance', id, '--dry-run', '--json');
  const moved = [{ instance: id, from: version, shape: 'listen', line: 8 }];
  const { to } = dry.json() as { to: string };
  expect([dry.exit, dry.json()]).toEqual([0, { to, dryRun: true, moved, unfit: [], current: 0 }]);
  expect((await instance('waiting')).version).toBe(version);
  expect((await ask('migrate', 'watch', '--all')).out).toMatch(/^1 came to \w{12}, 0 do not fit\.$/);
  const variables = { count: 1, told: 41 };
  expect(await instance('waiting')).toMatchObject({ version: to, state: { variables } });
  const back = await ask('migrate', 'watch', '--all', '--to', version);
  expect(back.exit).toBe(1);
  expect(back.out).toMatch(/^0 came to \w{12}, 1 do not fit\.\nINSTANCE +FROM +SHAPE +LINE +REASON\n/);
  expect(back.out).toContain(`${to.slice(0, 12)}  listen  9     the step "assign" of line 8 is no longer where it was`);
});

test('offline, on the store of the stopped bus, which is refused while it runs', async () => {
  const { version } = await instance('waiting');
  put('orchestrations/watch.orchestration.yaml', LONGER.replace('too long', 'far too long'));
  expect((await ask('migrate', 'watch', '--all', '--offline')).err).toMatch(/^STORE_IN_USE /);
  await stopRun(bus!);
  bus = undefined;
  const offline = async (...argv: string[]) =>
    (await ask('migrate', 'watch', '--all', '--offline', '--json', ...argv)).json();
  expect(await offline('--dry-run')).toMatchObject({ moved: [{ from: version }], current: 0 });
  expect(await offline()).toMatchObject({ moved: [{ from: version }], unfit: [] });
  expect(await offline()).toMatchObject({ moved: [], unfit: [], current: 1 });
});
