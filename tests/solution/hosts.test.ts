/** Hosts as processes over one PostgreSQL: killed, frozen and restarted while files, calls and requests come in. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { createSystemClock } from '../../runtime/clock/system.ts';
import type { MessageBox } from '../../runtime/contracts/message-box.ts';
import { openPostgres } from '../../runtime/message-box/postgres.ts';
import { eventually, within } from '../../runtime/testing/eventually.ts';
import { freePorts } from '../servers/ports.ts';
import { type FreshDatabase, freshDatabase } from '../servers/postgres.ts';

interface Running {
  readonly child: ChildProcess;
  readonly http: string;
  /** The names of what it has told so far. */
  events(): string[];
  readonly ended: Promise<number | string>;
}

const MAIN = join(import.meta.dirname, '..', '..', 'runtime', 'cli', 'main.ts');

let folder: string;
let database: FreshDatabase;
let box: MessageBox;
let depot: Server;
let started: Running[];
let ports: number[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'guildhall-hosts-'));
  for (const name of ['in', 'out']) mkdirSync(join(folder, name));
  database = await freshDatabase();
  box = await openPostgres(database.url, { clock: createSystemClock() });
  depot = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"number":"R-7"}');
    });
  }).listen(0, '127.0.0.1');
  await once(depot, 'listening');
  ports = await freePorts(4);
  started = [];
  write('first');
});
afterEach(async () => {
  for (const { child } of started) {
    child.kill('SIGCONT');
    child.kill('SIGKILL');
  }
  await Promise.all(started.map(({ ended }) => ended));
  await box.close();
  await database.drop();
  depot.closeAllConnections();
  depot.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The folder is read by a or b; what came in is written out, and asked about, by c. `note` makes the version. */
function write(note: string): void {
  const listen = (port: number) => `http: { address: 127.0.0.1:${port} }, admin: { address: 127.0.0.1:0 }`;
  const files: Record<string, string> = {
    'config/bus.yaml': `bus: small
organisation: northmoor
store: { secret: POSTGRES_URL }
hosts:
  a: { applications: [door], ${listen(ports[0]!)} }
  b: { applications: [door], ${listen(ports[1]!)} }
  c: { applications: [work], ${listen(ports[2]!)} }
  d: { applications: [work], ${listen(ports[3]!)} }
`,
    'config/applications/door.yaml': `application: door
description: ${note}
receivePorts:
  in:
    locations:
      folder: { transport: file, folder: in, poll: 50ms, stableFor: 0s, pipeline: json-receive, message: parcel }
      hatch: { transport: rest, path: /parcels, pipeline: json-receive, message: parcel, dedupe: parcel.id }
  counter:
    response: receipt
    locations:
      desk: { transport: rest, path: /desk, pipeline: json-receive, message: parcel }
`,
    'config/applications/work.yaml': `application: work
sendPorts:
  out:
    transport: file
    folder: out
    fileName: "{message.id}.json"
    pipeline: json-send
    filter: message.type == "parcel" && bus.receivePort == "in"
  depot:
    transport: rest
    url: http://127.0.0.1:${(depot.address() as AddressInfo).port}/
    pipeline: json-send
    responsePipeline: json-receive
    response: receipt
bindings:
  handle-parcel: { counter: counter, depot: depot }
`,
    'orchestrations/handle-parcel.orchestration.yaml': `orchestration: handle-parcel
messages: { parcel: parcel, receipt: receipt }
body:
  - receive: { port: counter, message: parcel, activate: true }
  - request: { port: depot, send: parcel, response: receipt }
  - send: { port: counter, message: receipt }
`,
  };
  for (const [type, key] of [
    ['parcel', 'id'],
    ['receipt', 'number'],
  ] as const) {
    files[`schemas/${type}.message.yaml`] =
      `message: ${type}\nschema: ${type}.schema.json\npromote: { ${type}.${key}: ${key} }\n`;
    files[`schemas/${type}.schema.json`] = JSON.stringify({
      type: 'object',
      required: [key],
      properties: { [key]: { type: 'string' } },
    });
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function start(name: string): Promise<Running> {
  return startScript(name, [MAIN, 'run', folder, '--host', name, '--json', '--log-level', 'info']);
}

/** `guildhall run --follow`, from the folder `home`. */
function startFollower(name: string, home: string): Promise<Running> {
  return startScript(name, [MAIN, 'run', home, '--follow', '--store', database.url, '--host', name, '--json']);
}

async function startScript(name: string, script: readonly string[]): Promise<Running> {
  const env = { ...process.env, POSTGRES_URL: database.url };
  const child = spawn(process.execPath, script, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => (signal ?? code) as number | string);
  const events = () => [...said.matchAll(/"event":"([\w-]+)"/g)].map(([, event]) => event!);
  const failed = ended.then((end) => Promise.reject(new Error(`${name} ended with ${end}:\n${said}`)));
  failed.catch(() => {}); // Its end is asked for once it runs.
  const line = within(30_000, `The start of ${name}`, once(createInterface({ input: child.stdout }), 'line'));
  const [told] = (await Promise.race([line, failed])) as [string];
  const running = { child, http: JSON.parse(told).http as string, events, ended };
  started.push(running);
  return running;
}

async function end({ child, ended }: Running, signal: NodeJS.Signals): Promise<number | string> {
  child.kill(signal);
  return ended;
}

/** Files come in one by one, until it is told to stop: then gives their ids. */
function dropFiles(): () => Promise<string[]> {
  const ids: string[] = [];
  let active = true;
  const dropping = (async () => {
    for (let n = 0; active; n += 1) {
      const id = `f-${String(n).padStart(4, '0')}`;
      writeFileSync(join(folder, `${id}.part`), JSON.stringify({ id }));
      renameSync(join(folder, `${id}.part`), join(folder, 'in', `${id}.json`));
      ids.push(id);
      await pause(20);
    }
  })();
  return async () => {
    active = false;
    await dropping;
    return ids;
  };
}

const written = () => readdirSync(join(folder, 'out')).filter((name) => !name.startsWith('.'));
const delivered = () =>
  written()
    .map((name) => JSON.parse(readFileSync(join(folder, 'out', name), 'utf8')).id as string)
    .sort();

/** The ids of the parcels on record: one that was taken in twice stands there twice. */
async function received(): Promise<string[]> {
  const ids: string[] = [];
  let before: string | undefined;
  for (;;) {
    const page = await box.inspection.messages({ receivePort: 'in', limit: 500, ...(before ? { before } : {}) });
    if (page.length === 0) return ids.sort();
    ids.push(...page.map(({ message }) => String(message.context.get('parcel.id')?.value)));
    before = page.at(-1)!.message.id;
  }
}

async function ownerOf(location: string): Promise<string | undefined> {
  const found = (await box.owners()).find(({ name }) => name === `receive:${location}`);
  return found && found.until > Date.now() ? found.host?.split(' ')[0] : undefined;
}

test.each(['SIGKILL', 'SIGSTOP'] as const)(
  'the owner of a folder gets %s: another reads on, and no file is lost or taken in twice',
  async (signal) => {
    const a = await start('a');
    const b = await start('b');
    await start('c');
    expect(await ownerOf('in/folder')).toBe('a');
    const stopDropping = dropFiles();
    await eventually('files go through', () => written().length > 20);
    a.child.kill(signal);
    await eventually('b has the folder', async () => (await ownerOf('in/folder')) === 'b');
    expect(b.events()).toContain('ownership-taken');
    await eventually('files go through again', () => written().length > 60);
    if (signal === 'SIGSTOP') {
      a.child.kill('SIGCONT');
      await eventually('a gives up', () => a.events().includes('ownership-lost'));
    }
    const dropped = await stopDropping();
    await eventually('all is delivered', () => written().length >= dropped.length);
    await pause(500);
    expect(delivered()).toEqual(dropped);
    expect(await received()).toEqual(dropped);
    expect(await ownerOf('in/folder')).toBe('b');
    expect(readdirSync(join(folder, 'in'))).toEqual([]);
  },
  120_000,
);

test('a caller waits at one host, the answer is made on another', async () => {
  const a = await start('a');
  await start('c');
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      const init = {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ id: `P-${n}` }),
      };
      const response = await fetch(`${a.http}/desk`, init);
      return [response.status, await response.json()];
    }),
  );
  expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(new Set(['[200,{"number":"R-7"}]']));
}, 60_000);

test('a host that follows, from an empty folder, takes over what another deploys while it runs', async () => {
  const home = join(folder, 'elsewhere');
  mkdirSync(home);
  const waiting = startFollower('b', home);
  await pause(500);
  const c = await start('c');
  const b = await waiting;
  const { admin, token } = JSON.parse(readFileSync(join(home, 'data', 'running', 'small.b.json'), 'utf8'));
  const status = async () =>
    (await (await fetch(`${admin}/status`, { headers: { Authorization: `Bearer ${token}` } })).json()) as {
      definition: string;
      hosts: { name: string; alive: boolean }[];
    };
  const { definition, hosts } = await status();
  expect(definition).toBe(await box.deployed());
  expect(hosts).toMatchObject([
    { name: 'b', alive: true },
    { name: 'c', alive: true },
  ]);
  write('second');
  expect(await end(c, 'SIGTERM')).toBe(0);
  await start('c');
  expect(await box.deployed()).not.toBe(definition);
  await eventually('b follows', async () => (await status()).definition === (await box.deployed()));
  const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"id":"P-1"}' };
  expect((await fetch(`${b.http}/desk`, init)).status).toBe(200);
  expect(await end(b, 'SIGTERM')).toBe(0);
}, 90_000);

/** Callers who know two hosts and go to the other when one does not answer. Gives the ids that were accepted, and refused. */
function call(hosts: readonly number[]): () => Promise<{ accepted: string[]; refused: string[] }> {
  const accepted: string[] = [];
  const refused: string[] = [];
  let active = true;
  const post = (port: number, id: string) =>
    fetch(`http://127.0.0.1:${port}/parcels`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ id }),
    }).then(
      (response) => response.body?.cancel().then(() => response.status),
      () => undefined,
    );
  const caller = async (name: number) => {
    for (let n = 0; active; n += 1) {
      const id = `c-${name}-${String(n).padStart(4, '0')}`;
      const order = (n + name) % 2 === 0 ? hosts : hosts.toReversed();
      const status = (await post(order[0]!, id)) ?? (await post(order[1]!, id));
      (status === 202 ? accepted : refused).push(id);
      await pause(10);
    }
  };
  const calling = Promise.all([0, 1, 2, 3].map(caller));
  return async () => {
    active = false;
    await calling;
    return { accepted: accepted.sort(), refused };
  };
}

test('a rolling restart with a new version under load: nothing is refused, lost or taken in twice', async () => {
  let a = await start('a');
  let b = await start('b');
  let c = await start('c');
  const stopCalling = call(ports.slice(0, 2));
  const stopDropping = dropFiles();
  await eventually('work goes through', () => written().length > 20);
  write('second');
  expect(await end(a, 'SIGTERM')).toBe(0);
  a = await start('a');
  expect(await end(b, 'SIGTERM')).toBe(0);
  b = await start('b');
  expect(await end(c, 'SIGTERM')).toBe(0);
  c = await start('c');
  const { accepted, refused } = await stopCalling();
  const all = [...accepted, ...(await stopDropping())].sort();
  expect(refused).toEqual([]);
  expect(accepted.length).toBeGreaterThan(20);
  await eventually('all is delivered', () => written().length >= all.length);
  expect(delivered()).toEqual(all);
  expect(await received()).toEqual(all);
  for (const host of [a, b, c]) expect(await end(host, 'SIGTERM')).toBe(0);
  expect((await box.owners()).filter(({ host }) => host !== undefined)).toEqual([]);
}, 120_000);
