/** The bus as a process: signals, exit codes, what keeps it from starting, and the launcher in front of it. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  guildhall,
  LAUNCHER,
  type Started,
  starterIn,
  startProcess,
  startRun,
  stopRun,
  temporaryFolder,
} from './terminal.ts';

const temporary = temporaryFolder();
const running: Pick<Started, 'child' | 'ended'>[] = [];
let made = 0;
let solution: string;
let free: string;
beforeEach(async () => {
  made += 1;
  ({ solution, free } = await starterIn(temporary.folder, `s${made}`));
});
afterAll(async () => {
  for (const one of running) await stopRun(one).catch(() => {});
  temporary.remove();
});

async function start(command: readonly string[] = []): Promise<Started> {
  const started = await startRun(solution, free, command);
  running.push(started);
  return started;
}

const runFiles = () => readdirSync(join(solution, 'data', 'running'));
/** The Node.js of the machine, older than the one that the bus needs, where there is one. */
const OWN = '/usr/bin/node';
const node = existsSync(OWN) ? OWN : process.execPath;
const launcher = [node, LAUNCHER];

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s drains and ends with 0; its run file goes, what it took stays',
  async (signal) => {
    const bus = await start();
    expect((await guildhall(solution, 'send', 'enquiries', 'samples/enquiry.json')).exit).toBe(0);
    bus.child.kill(signal);
    expect(await bus.ended).toBe(0);
    expect(runFiles()).toEqual([]);
    expect((await guildhall(solution, 'status')).exit).toBe(3);
    await start();
    expect((await guildhall(solution, 'status', '--json')).json().messages).toBe(1);
  },
);

test('after kill -9 the run file counts for nothing, and the next start takes it over', async () => {
  const bus = await start();
  bus.child.kill('SIGKILL');
  expect(await bus.ended).toBe('SIGKILL');
  expect(runFiles()).toEqual([`${bus.ready.bus}.main.json`]);
  expect((await guildhall(solution, 'status')).err).toMatch(/^NO_BUS_RUNNING /);
  const next = await start();
  expect((await guildhall(solution, 'status')).exit).toBe(0);
  expect(await stopRun(next)).toBe(0);
  expect(runFiles()).toEqual([]);
});

test('a second bus on the same store does not start, and the first does not notice', async () => {
  await start();
  const second = startProcess(solution, ['run', '--environment', free]);
  expect(await second.ended).toBe(1);
  expect(second.err()).toMatch(/^STORE_IN_USE Another process has .*guildhall\.db open\. /);
  expect(second.err()).not.toContain('    at ');
  expect((await guildhall(solution, 'status')).exit).toBe(0);
});

describe('an address that is taken', () => {
  let server: Server;
  let port: number;
  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  test.each(['http', 'admin'])('of %s keeps it from starting, and nothing is left behind', async (which) => {
    const other = which === 'http' ? 'admin' : 'http';
    const at = `  ${which}: { address: 127.0.0.1:${port} }\n  ${other}: { address: 127.0.0.1:0 }\n`;
    const taken = join(solution, 'taken.yaml');
    writeFileSync(taken, `environment: taken\nbus:\n${at}`);
    const bus = startProcess(solution, ['run', '--environment', taken]);
    expect(await bus.ended).toBe(1);
    expect(bus.err()).toMatch(new RegExp(`^HTTP_LISTEN Cannot listen on 127\\.0\\.0\\.1:${port}: .*EADDRINUSE`));
    expect(existsSync(join(solution, 'data', 'running')) ? runFiles() : []).toEqual([]);
    await start();
  });
});

test('a store that cannot be made is told', async () => {
  writeFileSync(join(solution, 'data'), 'a file where a folder should be');
  const bus = startProcess(solution, ['run', '--environment', free]);
  expect(await bus.ended).toBe(1);
  expect(bus.err()).toMatch(/^STORE_NOT_OPENED /);
});

describe('the launcher', () => {
  test.each([
    [0, ['check']],
    [1, ['check', 'nowhere']],
    [2, ['explode']],
    [3, ['status']],
  ])('passes the exit code %i on', async (exit, argv) => {
    const { ended } = startProcess(solution, argv, launcher);
    expect(await ended).toBe(exit);
  });

  test('passes SIGTERM on, and waits until the bus has drained', async () => {
    const bus = await start(launcher);
    expect(bus.ready.pid).not.toBe(bus.child.pid);
    bus.child.kill('SIGTERM');
    expect([await bus.ended, bus.err()]).toEqual([0, '']);
    expect(runFiles()).toEqual([]);
  });

  test('a Ctrl-C, which the whole group hears and the launcher passes on, drains all the same', async () => {
    const bus = await start(launcher);
    process.kill(-bus.child.pid!, 'SIGINT');
    expect([await bus.ended, bus.err()]).toEqual([0, '']);
    expect(runFiles()).toEqual([]);
  });

  test('ends as the bus ended when a signal ended that', async () => {
    const bus = await start(launcher);
    process.kill(bus.ready.pid, 'SIGKILL');
    expect(await bus.ended).toBe('SIGKILL');
  });
});
