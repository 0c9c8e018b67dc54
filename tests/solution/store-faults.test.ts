/**
 * What befalls a store, done to real processes: a newer version wrote it, its bytes are damaged, its disk is full, the clock
 * jumps, a second program opens it. The bus says which it is, loses nothing that it accepted, and goes on as docs/runbook.md says.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { eventually, within } from '../../runtime/testing/eventually.ts';
import { openSmallDisk } from '../chaos/small-disk.ts';
import { freshDatabase } from '../servers/postgres.ts';

const root = join(import.meta.dirname, '..', '..');
const MAIN = join(root, 'runtime', 'cli', 'main.ts');
const SHIFT_CLOCK = join(root, 'tests', 'chaos', 'shift-clock.ts');
const HOUR = 3_600_000;
const PAGE = 8192;

interface Running {
  readonly child: ChildProcess;
  readonly http: string;
  log(): string;
  readonly ended: Promise<number | string>;
}

interface Failed {
  readonly exit: number | string;
  readonly code: string;
}

let folder: string;
let store: string;
let depot: Server;
/** Ids in the order in which the depot has taken them, and what it answers. */
let taken: string[];
let status: number;
let held: (() => void)[] | undefined;
let processes: Running[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'guildhall-faults-'));
  store = join(folder, 'data', 'box.db');
  for (const name of ['data', 'in']) mkdirSync(join(folder, name));
  taken = [];
  status = 200;
  held = undefined;
  processes = [];
  depot = createServer((request, response) => void take(request, response)).listen(0, '127.0.0.1');
  await once(depot, 'listening');
  write('sqlite:data/box.db');
});
afterEach(async () => {
  for (const { child } of processes) child.kill('SIGKILL');
  await Promise.all(processes.map(({ ended }) => ended));
  depot.closeAllConnections();
  depot.close();
  rmSync(folder, { recursive: true, force: true });
});

const take: RequestListener = async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  if (status === 200) taken.push(JSON.parse(body).id);
  if (held) await new Promise<void>((resolve) => held!.push(resolve));
  response.writeHead(status, { 'Content-Type': 'application/json' }).end('{}');
};

/** Parcels by HTTP and from a folder go to the depot at once; those of the counter after half an hour. */
function write(address: string): void {
  const url = `http://127.0.0.1:${(depot.address() as AddressInfo).port}/`;
  const files: Record<string, string> = {
    'config/bus.yaml': `bus: small
organisation: northmoor
store: ${address}
http: { address: 127.0.0.1:0 }
admin: { address: 127.0.0.1:0 }
`,
    'config/applications/parcels.yaml': `application: parcels
receivePorts:
  in:
    locations:
      hatch: { transport: rest, path: /parcels, pipeline: json-receive, message: parcel, dedupe: parcel.id }
      folder: { transport: file, folder: in, poll: 50ms, stableFor: 0s, pipeline: json-receive, message: parcel }
  counter:
    locations:
      desk: { transport: rest, path: /counter, pipeline: json-receive, message: parcel }
sendPorts:
  depot:
    transport: rest
    url: ${url}
    pipeline: json-send
    filter: message.type == "parcel" && bus.receivePort == "in"
    retry: { attempts: 5, first: 30m, factor: 1, max: 30m }
  later:
    transport: rest
    url: ${url}
    pipeline: json-send
bindings:
  wait-a-while: { counter: counter, later: later }
`,
    'orchestrations/wait-a-while.orchestration.yaml': `orchestration: wait-a-while
messages: { parcel: parcel }
body:
  - receive: { port: counter, message: parcel, activate: true }
  - delay: 30m
  - send: { port: later, message: parcel }
`,
    'schemas/parcel.message.yaml': 'message: parcel\nschema: parcel.schema.json\npromote: { parcel.id: id }\n',
    'schemas/parcel.schema.json': JSON.stringify({
      type: 'object',
      required: ['id'],
      properties: { id: { type: 'string' }, fill: { type: 'string' } },
    }),
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Runs the solution: resolves once it is up, or has said why it is not. */
async function run(env: Record<string, string> = {}): Promise<Running | Failed> {
  const preload = env['GUILDHALL_CHAOS_CLOCK'] === undefined ? [] : ['--import', SHIFT_CLOCK];
  const child = spawn(process.execPath, [...preload, MAIN, 'run', folder, '--json'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => (signal ?? code) as number | string);
  const running = { child, http: '', log: () => said, ended };
  processes.push(running);
  const [line] = (await within(30_000, 'The start', once(createInterface({ input: child.stdout }), 'line'))) as [
    string,
  ];
  const told = JSON.parse(line);
  if (told.error) return { exit: await ended, code: told.error.code };
  return { ...running, http: told.http };
}

async function start(env?: Record<string, string>): Promise<Running> {
  const outcome = await run(env);
  if ('code' in outcome) throw new Error(`It did not start: ${outcome.code}`);
  return outcome;
}

async function stop({ child, ended }: Running): Promise<void> {
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
}

interface Said {
  readonly exit: number;
  /** The code with which an error begins. */
  readonly code: string | undefined;
  readonly out: string;
}

function guildhall(...argv: string[]): Promise<Said> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...argv, '--solution', folder], (error, out, err) =>
      resolve({ exit: Number(error?.code ?? 0), code: /^[A-Z_]+(?= )/.exec(err)?.[0], out }),
    );
  });
}

function post({ http }: Running, id: string, { path = '/parcels', fill = '' } = {}): Promise<Response> {
  const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ id, fill }) };
  return fetch(`${http}${path}`, init);
}

async function accepted(bus: Running, ids: readonly string[], fill = ''): Promise<void> {
  for (const id of ids) expect((await post(bus, id, { fill })).status).toBe(202);
}

const named = (letter: string, count: number) => Array.from({ length: count }, (_, n) => `${letter}-${n}`);
const arrived = (ids: readonly string[]) => ids.every((id) => taken.includes(id));
const twice = () => taken.filter((id, n) => taken.indexOf(id) !== n);

/** Does it to a file that no process has open. */
function setVersion(version: number): number {
  const database = new DatabaseSync(store);
  const { user_version: before } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  database.exec(`PRAGMA user_version = ${version}`);
  database.close();
  return before;
}

describe('a store of a newer version', () => {
  test('as a file is refused, stays as it is, and opens again when it has been brought back', async () => {
    await stop(await start());
    const known = setVersion(99);
    const bytes = readFileSync(store);
    expect(await run()).toEqual({ exit: 1, code: 'STORE_NEWER' });
    for (const verb of [['verify'], ['migrate', '--to', String(known)]]) {
      expect(await guildhall('store', ...verb)).toMatchObject({ exit: 1, code: 'STORE_NEWER' });
    }
    expect(readFileSync(store).equals(bytes)).toBe(true);
    setVersion(known);
    await stop(await start());
  }, 60_000);

  test('as a PostgreSQL is refused and stays as it is', async () => {
    const database = await freshDatabase();
    const client = new Client({ connectionString: database.url });
    const version = async () => (await client.query('SELECT version FROM guildhall.schema_version')).rows;
    try {
      await client.connect();
      write(database.url);
      await stop(await start());
      await client.query('UPDATE guildhall.schema_version SET version = 99');
      expect(await run()).toEqual({ exit: 1, code: 'STORE_NEWER' });
      expect(await version()).toEqual([{ version: 99 }]);
    } finally {
      await client.end();
      await database.drop();
    }
  }, 60_000);
});

describe('a damaged file', () => {
  const ids = named('p', 60);
  const backup = () => join(folder, 'monday.db');

  function damage(path: string, from: number, bytes: number): Buffer {
    const damaged = readFileSync(path);
    damaged.fill(0x5a, from, Math.min(from + bytes, damaged.length));
    writeFileSync(path, damaged);
    return damaged;
  }

  /** Sixty parcels wait in the store and in its backup. */
  async function filled(): Promise<void> {
    const bus = await start();
    expect((await guildhall('stop', 'send-port', 'depot')).exit).toBe(0);
    await accepted(bus, ids, 'x'.repeat(3000));
    expect((await guildhall('store', 'backup', backup())).exit).toBe(0);
    await stop(bus);
  }

  test('is refused wherever it shows, and a backup takes its place', async () => {
    await filled();
    const whole = readFileSync(store);
    const size = whole.length;
    for (const [from, bytes] of [
      [0, 4096],
      [PAGE, size - PAGE],
      [PAGE * Math.floor(size / PAGE / 2), size],
    ] as const) {
      writeFileSync(store, whole);
      const damaged = damage(store, from, bytes);
      expect(await run()).toEqual({ exit: 1, code: 'STORE_CORRUPT' });
      expect((await guildhall('store', 'verify')).exit).toBe(1);
      if (from === 0) expect(readFileSync(store).equals(damaged)).toBe(true);
    }
    renameSync(store, `${store}.damaged`);
    expect((await guildhall('store', 'restore', backup())).exit).toBe(0);
    expect((await guildhall('store', 'verify')).exit).toBe(0);
    await start();
    expect((await guildhall('start', 'send-port', 'depot')).exit).toBe(0);
    await eventually('all that waited is sent', () => arrived(ids));
    expect(twice()).toEqual([]);
  }, 60_000);

  test('is no backup: it is refused, and the store stays as it is', async () => {
    await filled();
    const bytes = readFileSync(store);
    damage(backup(), PAGE * 10, PAGE * 5);
    const { exit, code } = await guildhall('store', 'restore', backup(), '--force');
    expect(exit).toBe(1);
    expect(code).toMatch(/^STORE_(CORRUPT|UNSOUND)$/);
    expect(readFileSync(store).equals(bytes)).toBe(true);
    expect((await guildhall('store', 'verify')).exit).toBe(0);
  }, 60_000);
});

test('a full disk: callers are asked to come again, files stay, and all goes on by itself when there is space', async () => {
  const disk = await openSmallDisk(join(folder, 'small'), 24);
  if (!disk) return process.stderr.write('Only root may mount a small disk: left out.\n');
  try {
    write('sqlite:small/box.db');
    const bus = await start();
    await accepted(bus, named('before', 10));
    disk.fill();
    const refused: string[] = [];
    const kept = named('before', 10);
    for (let n = 0; refused.length < 3; n += 1) {
      const response = await post(bus, `n-${n}`, { fill: 'x'.repeat(20_000) });
      if (response.status === 202) kept.push(`n-${n}`);
      else {
        expect(response.status).toBe(503);
        expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
        expect(response.headers.get('content-type')).toMatch('application/problem+json');
        expect(await response.json()).toMatchObject({ code: 'STORE_FULL' });
        refused.push(`n-${n}`);
      }
    }
    writeFileSync(join(folder, 'in', 'f.json'), '{"id":"f"}');
    await eventually('the log says so', () => bus.log().includes('"code":"STORE_FULL"'));
    await pause(300);
    expect(readdirSync(join(folder, 'in'))).toEqual(['f.json']);
    expect((await guildhall('status')).exit).toBe(0);
    disk.empty();
    await eventually('it takes messages in again', async () => (await post(bus, 'after')).status === 202);
    await accepted(bus, refused);
    await eventually('all is sent', () => arrived([...kept, ...refused, 'after', 'f']));
    expect(new Set(taken).size).toBe(kept.length + refused.length + 2);
    await stop(bus);
    expect((await guildhall('store', 'verify')).exit).toBe(0);
  } finally {
    for (const { child, ended } of processes) {
      child.kill('SIGKILL');
      await ended;
    }
    await disk.close();
  }
}, 60_000);

describe('a clock that jumps', () => {
  const clock = () => join(folder, 'clock');

  function jump({ child }: Running, ms: number): void {
    writeFileSync(clock(), String(ms));
    child.kill('SIGUSR2');
  }

  /** One waits for its second attempt, one for its timer, both half an hour. */
  async function waiting(): Promise<Running> {
    const bus = await start({ GUILDHALL_CHAOS_CLOCK: clock() });
    status = 503;
    await accepted(bus, ['retried']);
    expect((await post(bus, 'timed', { path: '/counter' })).status).toBe(202);
    await eventually('one has failed and one waits', async () => {
      const { deliveries } = JSON.parse((await guildhall('status', '--json')).out) as {
        deliveries: { subscriber: string; state: string }[];
      };
      const waits = (name: string) =>
        deliveries.some(({ subscriber, state }) => subscriber === name && state === 'waiting');
      return waits('send:depot') && waits('orchestration:wait-a-while');
    });
    status = 200;
    return bus;
  }

  async function goesOn(bus: Running, name: string): Promise<void> {
    await accepted(bus, [`${name}-http`]);
    writeFileSync(join(folder, 'in', `${name}.json`), JSON.stringify({ id: `${name}-file` }));
    await eventually('new ones go through', () => arrived([`${name}-http`, `${name}-file`]));
  }

  test('an hour on: what waited is due at once, a send under way may be repeated, and new ones go through', async () => {
    const bus = await waiting();
    held = [];
    await accepted(bus, ['slow']);
    await eventually('it is under way', () => taken.includes('slow'));
    jump(bus, HOUR);
    await eventually('what waited is sent', () => arrived(['retried', 'timed']));
    for (const answer of held.splice(0)) answer();
    held = undefined;
    await goesOn(bus, 'ahead');
    jump(bus, 0);
    await goesOn(bus, 'right');
    expect(twice().filter((id) => id !== 'slow' && id !== 'retried' && id !== 'timed')).toEqual([]);
    expect((await guildhall('suspended')).out).toBe('Nothing is suspended.\n');
  }, 60_000);

  test('an hour back: what waited waits until the clock is right, and new ones go through', async () => {
    const bus = await waiting();
    jump(bus, -HOUR);
    await goesOn(bus, 'behind');
    expect(arrived(['retried']) || arrived(['timed'])).toBe(false);
    jump(bus, 0);
    await goesOn(bus, 'right');
    expect(arrived(['retried']) || arrived(['timed'])).toBe(false);
    jump(bus, HOUR);
    await eventually('what waited is sent', () => arrived(['retried', 'timed']));
    expect(twice()).toEqual([]);
  }, 60_000);
});

test('a second program on one file is refused and does not disturb the first', async () => {
  const first = await start();
  expect(await run()).toEqual({ exit: 1, code: 'STORE_IN_USE' });
  expect(await guildhall('store', 'verify')).toMatchObject({ exit: 1, code: 'STORE_IN_USE' });
  await accepted(first, ['p']);
  await eventually('it is sent', () => arrived(['p']));
  first.child.kill('SIGKILL');
  await first.ended;
  expect(existsSync(`${store}-wal`)).toBe(true);
  const second = await start();
  await accepted(second, ['q']);
  await eventually('it is sent', () => arrived(['q']));
  await stop(second);
}, 60_000);
