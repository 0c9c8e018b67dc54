/** The package as it is published, compiled and below node_modules: a new solution, an adapter and a component of its own on it. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { startRun, stopRun } from '../runtime/cli/terminal.ts';
import { buildPackage } from './build.ts';

const root = resolve(import.meta.dirname, '..', '..');
let folder: string;
let launcher: string;
let solution: string;

interface Said {
  readonly code: number;
  readonly out: string;
}

async function run(script: string, ...argv: string[]): Promise<Said> {
  const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', script, ...argv];
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, node, { cwd: solution });
    return { code: 0, out: stdout + stderr };
  } catch (thrown) {
    const { code, stdout, stderr } = thrown as { code: number; stdout: string; stderr: string };
    return { code, out: stdout + stderr };
  }
}
const guildhall = (...argv: string[]) => run(launcher, ...argv);

beforeAll(async () => {
  mkdirSync(join(root, 'dist'), { recursive: true });
  folder = mkdtempSync(join(root, 'dist', 'test-'));
  const installed = join(folder, 'node_modules', 'guildhall');
  buildPackage(installed);
  launcher = join(installed, 'runtime', 'cli', 'launcher.js');
  solution = folder;
  expect(await guildhall('new', 'my-council')).toMatchObject({ code: 0 });
  solution = join(folder, 'my-council');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a new solution depends on it, checks, passes its tests and runs', async () => {
  const { dependencies } = JSON.parse(readFileSync(join(solution, 'package.json'), 'utf8'));
  expect(dependencies.guildhall).toMatch(/^\^\d+\.\d+\.\d+$/);
  expect(await guildhall('check')).toEqual({ code: 0, out: '0 errors, 0 warnings.\n' });
  expect(await guildhall('test')).toMatchObject({ code: 0, out: expect.stringContaining('1 passed') });
  const free = join(solution, 'free.yaml');
  writeFileSync(free, 'environment: free\nbus:\n  http: { address: 127.0.0.1:0 }\n  admin: { address: 127.0.0.1:0 }\n');
  const started = await startRun(solution, free, [process.execPath, launcher]);
  expect(await stopRun(started)).toBe(0);
});

test('a new adapter and a new component keep their contracts, have types, and are found', async () => {
  expect(await guildhall('new', 'adapter', 'parcel-post')).toMatchObject({ code: 0 });
  expect(await guildhall('new', 'component', 'plain-words')).toMatchObject({ code: 0 });
  const application = join(solution, 'config', 'applications', 'enquiries.yaml');
  const before = readFileSync(application, 'utf8');
  const port = `  parcels:
    { transport: parcel-post, url: "http://127.0.0.1:9/", pipeline: json-send, filter: message.type == "enquiry" }
`;
  writeFileSync(application, before + port);
  writeFileSync(
    join(solution, 'config', 'bus.yaml'),
    readFileSync(join(solution, 'config', 'bus.yaml'), 'utf8').replace('bus:', '# ours\nbus:'),
  );
  expect(await guildhall('check')).toEqual({ code: 0, out: '0 errors, 0 warnings.\n' });
  writeFileSync(application, before + port.replace('url:', 'ulr:'));
  expect(await guildhall('check')).toMatchObject({ code: 1, out: expect.stringContaining('Did you mean url?') });
  writeFileSync(application, before);

  const jest = await run(join(root, 'node_modules', 'jest', 'bin', 'jest.js'), '--rootDir', solution);
  expect(jest.out).toMatch(/Tests: +[1-9]\d+ passed, [1-9]\d+ total/);
  expect(jest.code).toBe(0);
  const types = await run(join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', solution);
  expect(types).toEqual({ code: 0, out: '' });
});

test.each([
  ['a name that none may have', ['Parcel Post'], 2, 'small letters'],
  ['a transport that there is', ['rest'], 1, 'there is a rest already'],
  ['no solution', ['post', '--solution', 'schemas'], 1, 'SOLUTION_NOT_FOUND'],
  ['an extension that there is', ['twice'], 1, 'FOLDER_NOT_EMPTY'],
])('%s is refused, and nothing is written', async (_what, argv, code, words) => {
  mkdirSync(join(solution, 'extensions', 'twice'), { recursive: true });
  writeFileSync(join(solution, 'extensions', 'twice', 'mine.ts'), '');
  const bus = () => readFileSync(join(solution, 'config', 'bus.yaml'), 'utf8');
  const before = bus();
  expect(await guildhall('new', 'adapter', ...argv)).toEqual({ code, out: expect.stringContaining(words) });
  expect(bus()).toBe(before);
});
