/** Hosts as processes: following what was deployed from a folder of their own, names, and ending within a time. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openSqlite } from '../../../runtime/message-box/sqlite.ts';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { guildhall, type Started, starterIn, startProcess, startRun, stopRun, temporaryFolder } from './terminal.ts';

const temporary = temporaryFolder();
const running: Pick<Started, 'child' | 'ended'>[] = [];
let made = 0;
let solution: string;
let free: string;
beforeEach(async () => {
  made += 1;
  ({ solution, free } = await starterIn(temporary.folder, `h${made}`));
});
afterAll(async () => {
  for (const one of running) await stopRun(one).catch(() => {});
  temporary.remove();
});

async function start(folder: string, ...more: string[]): Promise<Started> {
  const started = await startRun(folder, free, [], more);
  running.push(started);
  return started;
}

test('a host with a folder of its own follows what was deployed: files, paths and run file are its own', async () => {
  expect(await stopRun(await start(solution))).toBe(0);
  const own = join(temporary.folder, `own${made}`);
  mkdirSync(join(own, 'cases'), { recursive: true });
  const store = `sqlite:${join(solution, 'data', 'guildhall.db')}`;
  const follower = await start(own, '--follow', '--store', store, '--host', 'second');
  expect(follower.ready).toMatchObject({ bus: `h${made}`, host: 'second' });
  expect(readdirSync(join(own, 'data', 'running'))).toEqual([`h${made}.second.json`]);
  const sample = join(solution, 'samples', 'enquiry.json');
  expect((await guildhall(own, 'send', 'enquiries', sample)).exit).toBe(0);
  await eventually('the case is written', () => readdirSync(join(own, 'cases')).some((name) => name.endsWith('.json')));
  const { definition, hosts } = (await guildhall(own, 'status', '--json')).json();
  expect(hosts).toMatchObject([{ name: 'second', alive: true }]);
  expect(definition).toMatch(/^[0-9a-f]{64}$/);
});

test('where nothing is deployed yet it waits, and can be told to stop', async () => {
  const empty = join(temporary.folder, `empty${made}`);
  mkdirSync(empty);
  const waiting = startProcess(empty, ['run', '--follow', '--store', 'sqlite:data/box.db']);
  await eventually('it says that it waits', () => waiting.err().includes('Nothing is deployed yet'));
  waiting.child.kill('SIGTERM');
  expect([await waiting.ended, waiting.out()]).toEqual([0, '']);
});

test('a definition that this host cannot run is told of with its file and line', async () => {
  const box = openSqlite(join(solution, 'broken.db'));
  const content = JSON.stringify({ version: 1, files: [['config/bus.yaml', 'bus: 1\n']] });
  await box.commit({ now: 1, deploy: [{ hash: 'broken', name: 'bus', content }] });
  await box.close();
  const host = startProcess(solution, ['run', '--follow', '--store', 'sqlite:broken.db']);
  expect(await host.ended).toBe(1);
  expect(host.err()).toMatch(/^OLD_DEFINITION_UNUSABLE .* broken cannot be run here: config\/bus\.yaml:1 /);
});

test('the verbs find a host by its name, and say which there are', async () => {
  await start(solution, '--host', 'front');
  const found = await guildhall(solution, 'status', '--host', 'front');
  expect([found.exit, found.out]).toEqual([0, expect.stringMatching(/^HOST +STATE[^\n]*\nfront +running /m)]);
  const other = await guildhall(solution, 'status', '--host', 'back');
  expect([other.exit, other.err]).toEqual([3, expect.stringMatching(/^HOST_NOT_RUNNING .*back.*front/)]);
});

test.each([
  ['--host', 'no name'],
  ['--drain', 'soon'],
])('%s %j is a wrong command line', async (option, value) => {
  const { exit } = await guildhall(solution, 'run', option, value);
  expect(exit).toBe(2);
});

describe('what is under way when it is told to stop', () => {
  let server: Server;
  let asked: number;
  let answer: () => void;
  beforeEach(async () => {
    asked = 0;
    server = createServer((_, response) => {
      asked += 1;
      answer = () => response.writeHead(204).end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const file = join(solution, 'config', 'applications', 'enquiries.yaml');
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/`;
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(/transport: file\n\s+folder: cases/, `transport: rest\n    url: ${url}`),
    );
  });
  afterEach(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  async function underWay(...more: string[]): Promise<Started> {
    const bus = await start(solution, ...more);
    expect((await guildhall(solution, 'send', 'enquiries', 'samples/enquiry.json')).exit).toBe(0);
    await eventually('the far end is asked', () => asked === 1);
    return bus;
  }

  const deliveries = async () => {
    const box = openSqlite(join(solution, 'data', 'guildhall.db'));
    const found = await box.inspection.deliveries({ subscriber: 'send:cases', limit: 10 }, 1);
    await box.close();
    return found.map(({ state, attempt }) => ({ state, attempt }));
  };

  test('ends as it should, and then the process with 0', async () => {
    const bus = await underWay();
    bus.child.kill('SIGTERM');
    await eventually('its run file is gone', () => readdirSync(join(solution, 'data', 'running')).length === 0);
    answer();
    expect(await bus.ended).toBe(0);
    expect(await deliveries()).toEqual([{ state: 'done', attempt: 1 }]);
  });

  test('is given back when its time is over, and the process ends with 0 all the same', async () => {
    const bus = await underWay('--drain', '500ms');
    bus.child.kill('SIGTERM');
    expect([await bus.ended, bus.err()]).toEqual([0, '']);
    expect(await deliveries()).toMatchObject([{ attempt: 1 }]);
    expect((await deliveries())[0]!.state).not.toBe('done');
    expect(existsSync(join(solution, 'data', 'running'))).toBe(true);
  });

  test('is left as it stands when told twice, and taken up again', async () => {
    const bus = await underWay();
    bus.child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    bus.child.kill('SIGTERM');
    expect(await bus.ended).toBe('SIGTERM');
    await start(solution);
    await eventually('the far end is asked again', () => asked === 2);
    answer();
  });
});
