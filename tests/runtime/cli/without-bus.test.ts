/** The command line where no bus runs: it says so in a sentence, and its exit codes are those of docs/cli.md. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { guildhall, starterIn, temporaryFolder } from './terminal.ts';

const temporary = temporaryFolder();
const { folder } = temporary;
let solution: string;
beforeAll(async () => {
  ({ solution } = await starterIn(folder));
});
afterAll(() => temporary.remove());

function runFile(name: string, content: unknown): string {
  const where = join(folder, `running-${name}`);
  mkdirSync(join(where, 'data', 'running'), { recursive: true });
  for (const run of [content].flat() as { bus?: string }[]) {
    writeFileSync(join(where, 'data', 'running', `${run?.bus ?? 'some'}.json`), JSON.stringify(run));
  }
  return where;
}

const VERBS = [
  ['status'],
  ['messages', 'list'],
  ['messages', 'show', 'm'],
  ['suspended'],
  ['resume', 'd1'],
  ['terminate', '--all'],
  ['instances'],
  ['instances', 'i'],
  ['explain', 'm'],
  ['send', 'enquiries', 'samples/enquiry.json'],
];

test.each(VERBS)('%s %s says that no bus is running, and what to do', async (...argv) => {
  const { exit, out, err } = await guildhall(solution, ...argv);
  expect([exit, out]).toEqual([3, '']);
  expect(err).toBe(
    `NO_BUS_RUNNING No bus is running for ${solution}. Start one with "guildhall run ${solution}", or name a running one with --admin and --token.`,
  );
});

test('with --json the error is JSON', async () => {
  const { exit, json, err } = await guildhall(solution, 'status', '--json');
  expect([exit, err]).toEqual([3, '']);
  expect(json().error).toMatchObject({ code: 'NO_BUS_RUNNING', message: `No bus is running for ${solution}.` });
});

test('the run file of a process that is gone counts for nothing, nor does a broken one', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  const gone = runFile('gone', { bus: 'old', pid, admin: 'http://127.0.0.1:1', token: 't' });
  for (const text of ['', '{"bus":', 'null', '[]', '{}', '7']) {
    writeFileSync(join(gone, 'data', 'running', 'broken.json'), text);
    const { exit, err } = await guildhall(gone, 'status');
    expect([exit, err]).toEqual([3, expect.stringMatching(/^NO_BUS_RUNNING /)]);
  }
});

test('one of several must be chosen; one that is not there is told with those that are', async () => {
  const { pid } = process;
  const run = (bus: string) => ({ bus, pid, admin: 'http://127.0.0.1:1', token: 't' });
  const several = runFile('several', [run('east'), run('west')]);
  const open = await guildhall(several, 'status');
  expect([open.exit, open.err]).toEqual([3, expect.stringMatching(/^SEVERAL_BUSES .*: (east, west|west, east)\. /)]);
  const chosen = await guildhall(several, 'status', '--bus', 'west');
  expect([chosen.exit, chosen.err]).toEqual([3, expect.stringMatching(/^ADMIN_UNREACHABLE /)]);
  const wrong = await guildhall(several, 'status', '--bus', 'north');
  expect([wrong.exit, wrong.err]).toEqual([3, expect.stringMatching(/^BUS_NOT_RUNNING .*north.*(east|west)/)]);
});

test('an address where nothing listens, or something else, is told', async () => {
  const server = createServer((_request, response) => response.end('<html>Welcome</html>')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const other = await guildhall(folder, 'status', '--admin', `http://127.0.0.1:${port}/`, '--token', 't');
  expect([other.exit, other.err]).toEqual([3, expect.stringMatching(/^ADMIN_UNREACHABLE .* is no admin API\. /)]);
  await new Promise((resolve) => server.close(resolve));
  for (const admin of [`http://127.0.0.1:${port}`, 'nonsense', 'localhost:8079']) {
    const { exit, err } = await guildhall(folder, 'status', '--admin', admin, '--token', 't');
    expect([exit, err]).toEqual([3, expect.stringMatching(/^ADMIN_UNREACHABLE /)]);
    expect(err).not.toContain('    at ');
  }
});

test('--wait gives up in the end', async () => {
  const { exit, err } = await guildhall(solution, 'status', '--wait', '1');
  expect([exit, err]).toEqual([3, expect.stringMatching(/^NO_BUS_RUNNING /)]);
});

test.each([
  ['no verb', []],
  ['an unknown verb', ['explode']],
  ['an unknown option', ['status', '--colour']],
  ['a missing argument', ['explain']],
  ['one argument too many', ['status', 'now']],
  ['no subcommand', ['messages']],
  ['a wait that is no number', ['status', '--wait', 'long']],
  ['a limit of nothing', ['messages', 'list', '--limit', '0']],
  ['a limit beyond what is given at once', ['suspended', '--limit', '1001']],
  ['a property without a value', ['messages', 'list', '--property', 'report.id']],
  ['a property without a name', ['messages', 'list', '--property', '=A-1']],
  ['an unknown status', ['instances', '--status', 'dreaming']],
  ['nothing to resume', ['resume']],
  ['ids and --all', ['terminate', 'd1', '--all']],
  ['instances by code', ['resume', '--instance', '--code', 'X']],
  ['a log level that is none', ['run', '--log-level', 'loud']],
  ['a file that is not there', ['send', 'enquiries', 'nowhere.json']],
] as [string, string[]][])('%s is a wrong command line', async (_what, argv) => {
  const { exit, out, err } = await guildhall(solution, ...argv);
  expect([exit, out]).toEqual([2, '']);
  expect(err).not.toBe('');
  expect(err).not.toContain('    at ');
});

test('help and version are no errors', async () => {
  const help = await guildhall(solution, '--help');
  expect([help.exit, help.err]).toEqual([0, '']);
  for (const verb of ['new', 'check', 'test', 'run', 'status', 'send']) expect(help.out).toContain(`  ${verb} `);
  expect(help.out).not.toContain('generate');
  expect((await guildhall(solution, 'send', '--help')).exit).toBe(0);
  expect((await guildhall(solution, '--version')).out).toMatch(/^\d+\.\d+\.\d+$/);
});

describe('new', () => {
  test('writes a solution that checks and passes its tests', async () => {
    const check = await guildhall(solution, 'check');
    expect([check.exit, check.out]).toEqual([0, '0 errors, 0 warnings.']);
    const test = await guildhall(solution, 'test');
    expect(test.exit).toBe(0);
    expect(test.out).toBe('mappings/enquiry-to-case.test.yaml\n  ok     a missed bin\n1 files, 1 passed, 0 failed.');
    expect((await guildhall(folder, 'check', 'my-council', '--json')).json()).toEqual({ findings: [] });
    expect((await guildhall(folder, 'test', 'my-council', '--json')).json().files).toHaveLength(1);
  });

  test('names the bus as a bus may be named', async () => {
    const { exit } = await guildhall(folder, 'new', '--json', 'Städte & Gemeinden');
    expect(exit).toBe(0);
    expect((await guildhall(folder, 'check', 'Städte & Gemeinden')).exit).toBe(0);
  });

  test('touches nothing that is there already', async () => {
    const again = await guildhall(folder, 'new', 'my-council');
    expect([again.exit, again.err]).toEqual([1, expect.stringMatching(/^FOLDER_NOT_EMPTY my-council is not empty\./)]);
    const file = join(solution, 'package.json');
    const before = readFileSync(file, 'utf8');
    for (const path of [file, join(file, 'below')]) {
      const { exit, err } = await guildhall(folder, 'new', path);
      expect([exit, err]).toEqual([1, expect.stringMatching(/^FOLDER_NOT_WRITABLE /)]);
    }
    expect(readFileSync(file, 'utf8')).toBe(before);
  });
});

describe('a solution with faults', () => {
  let broken: string;
  beforeAll(async () => {
    ({ solution: broken } = await starterIn(folder, 'broken'));
    const file = join(broken, 'config', 'applications', 'enquiries.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('enquiry-to-case', 'enquiry-to-cases'));
    const mapTest = join(broken, 'mappings', 'enquiry-to-case.test.yaml');
    writeFileSync(mapTest, readFileSync(mapTest, 'utf8').replace('09:30', '10:30'));
  });

  const FAULT = /^config\/applications\/enquiries\.yaml:12:12 \S+ .*Did you mean enquiry-to-case\?$/m;

  test('check tells them with their places, and says no', async () => {
    const check = await guildhall(broken, 'check');
    expect([check.exit, check.err]).toEqual([1, '']);
    expect(check.out).toMatch(FAULT);
    expect(check.out).toMatch(/\n1 error, 0 warnings\.$/);
    const { findings } = (await guildhall(broken, 'check', '--json')).json();
    expect(findings).toMatchObject([{ severity: 'error', suggestion: 'enquiry-to-case', at: { line: 12 } }]);
  });

  test('run tells them and does not start', async () => {
    const { exit, out, err } = await guildhall(broken, 'run');
    expect([exit, out]).toEqual([1, '']);
    expect(err).toMatch(FAULT);
  });

  test('test tells what failed and how, and says no', async () => {
    const { exit, out } = await guildhall(broken, 'test');
    expect(exit).toBe(1);
    expect(out).toMatch(/FAILED a missed bin\n[\s\S]*10:30[\s\S]*0 passed, 1 failed\.$/);
  });

  test('what is no solution is told, and an environment that is not there', async () => {
    for (const verb of ['check', 'test', 'run']) {
      const { exit, err } = await guildhall(folder, verb, 'nowhere');
      expect([exit, err]).toEqual([1, expect.stringMatching(/^SOLUTION_NOT_FOUND .*there is no such folder/)]);
    }
    for (const environment of ['nowhere', './nowhere.yaml']) {
      const { exit, out, err } = await guildhall(solution, 'check', '--environment', environment);
      expect([exit, out + err]).toEqual([1, expect.stringContaining('nowhere')]);
      expect(out + err).not.toContain('    at ');
    }
  });
});
