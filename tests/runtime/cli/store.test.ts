/** `guildhall store` as an operator uses it: on a running bus, and on one that is stopped. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FreshDatabase, freshDatabase } from '../../servers/postgres.ts';
import { guildhall, type Started, starterIn, startRun, stopRun, temporaryFolder } from './terminal.ts';

const temporary = temporaryFolder();
let solution: string;
let free: string;
let bus: Started | undefined;
let made = 0;
beforeEach(async () => {
  made += 1;
  ({ solution, free } = await starterIn(temporary.folder, `s${made}`));
});
afterEach(async () => {
  if (bus) await stopRun(bus).catch(() => {});
  bus = undefined;
});
afterAll(() => temporary.remove());

async function start(): Promise<Started> {
  bus = await startRun(solution, free);
  return bus;
}

async function stop(): Promise<void> {
  await stopRun(bus!);
  bus = undefined;
}

const send = () => guildhall(solution, 'send', 'enquiries', 'samples/enquiry.json');
async function sendAnother(): Promise<void> {
  const sample = JSON.parse(readFileSync(join(solution, 'samples', 'enquiry.json'), 'utf8'));
  writeFileSync(join(solution, 'another.json'), JSON.stringify({ ...sample, id: 'another' }));
  await guildhall(solution, 'send', 'enquiries', 'another.json');
}

const messages = async () => (await guildhall(solution, 'status', '--json')).json().messages as number;

test('a backup of a running bus is put back after a loss, and the bus goes on', async () => {
  await start();
  await send();
  const taken = await guildhall(solution, 'store', 'backup', 'backups/../copy.db');
  expect([taken.exit, taken.err]).toEqual([0, '']);
  expect(taken.out).toMatch(/copy\.db: schema \d+, .*1 messages.*\nIt is whole\.$/s);
  expect((await guildhall(solution, 'store', 'backup', 'copy.db')).err).toMatch(/^STORE_EXISTS /);
  await sendAnother();
  expect(await messages()).toBe(2);
  expect((await guildhall(solution, 'store', 'restore', 'copy.db', '--force')).err).toMatch(/^STORE_IN_USE /);
  await stop();
  expect((await guildhall(solution, 'store', 'restore', 'copy.db')).err).toMatch(/^STORE_EXISTS /);
  rmSync(join(solution, 'data', 'guildhall.db'));
  expect((await guildhall(solution, 'store', 'restore', 'copy.db')).exit).toBe(0);
  await start();
  expect(await messages()).toBe(1);
});

test('verify tells what is whole and what is not', async () => {
  await start();
  await send();
  expect((await guildhall(solution, 'store', 'verify')).err).toMatch(/^STORE_IN_USE /);
  await stop();
  const whole = await guildhall(solution, 'store', 'verify', '--json');
  expect([whole.exit, whole.json()]).toMatchObject([0, { whole: true, problems: [], counts: { messages: 1 } }]);
  writeFileSync(join(solution, 'torn.db'), Buffer.alloc(10_000, 'x'));
  const torn = await guildhall(solution, 'store', 'verify', 'torn.db');
  expect([torn.exit, torn.err]).toEqual([1, expect.stringMatching(/^STORE_CORRUPT /)]);
});

test('a store is copied, brought back a version and forward again, and the bus runs on the copy', async () => {
  await start();
  await send();
  await stop();
  const copied = await guildhall(
    solution,
    'store',
    'copy',
    'sqlite:data/guildhall.db',
    'sqlite:moved/box.db',
    '--json',
  );
  expect(copied.json().counts.messages).toBe(1);
  expect((await guildhall(solution, 'store', 'copy', 'data/guildhall.db', 'moved/box.db')).err).toMatch(
    /^STORE_NOT_EMPTY /,
  );
  expect((await guildhall(solution, 'store', 'copy', 'data/guildhall.db', 'redis://u:p@x/1')).err).not.toContain('u:p');
  const back = await guildhall(solution, 'store', 'migrate', '--to', '3');
  expect(back.out).toMatch(/went from schema \d+ to 3\.$/);
  expect((await guildhall(solution, 'store', 'verify')).out).toMatch(/schema 3, /);
  expect((await guildhall(solution, 'store', 'migrate', '--to', '999')).err).toMatch(/^STORE_NO_WAY_BACK /);
  writeFileSync(
    free,
    `environment: free\nbus:\n  store: sqlite:moved/box.db\n  http: { address: 127.0.0.1:0 }\n  admin: { address: 127.0.0.1:0 }\n`,
  );
  await start();
  expect(await messages()).toBe(1);
});

test('a store moves to PostgreSQL and back, and the bus runs on either; no word tells the password', async () => {
  const database: FreshDatabase = await freshDatabase();
  try {
    const url = database.url.replace('postgres@', 'postgres:s3cr%40t@');
    const said: string[] = [];
    const store = async (...argv: string[]) => {
      const answer = await guildhall(solution, 'store', ...argv, '--environment', free);
      said.push(answer.out, answer.err);
      return answer;
    };
    const surroundings = 'http: { address: 127.0.0.1:0 }\n  admin: { address: 127.0.0.1:0 }\n  secrets: secrets\n';
    mkdirSync(join(solution, 'secrets'));
    writeFileSync(join(solution, 'secrets', 'store-url'), `${url}\n`);
    await start();
    await send();
    await stop();
    writeFileSync(free, `environment: free\nbus:\n  store: { secret: store-url }\n  ${surroundings}`);
    expect((await store('verify')).err).toMatch(/^STORE_NOT_OPENED /);
    const moved = await store('copy', 'sqlite:data/guildhall.db', 'secret:store-url');
    expect([moved.err, moved.out]).toEqual(['', expect.stringMatching(/ 1 messages, .* It is the same\.$/)]);
    expect((await store('copy', 'data/guildhall.db', url)).err).toMatch(/^STORE_NOT_EMPTY /);
    expect((await store('copy', 'data/guildhall.db', '{ secret: other }')).err).toMatch(/^SECRET_MISSING /);
    await start();
    expect(await messages()).toBe(1);
    await sendAnother();
    expect((await store('copy', url, 'sqlite:back.db')).err).toMatch(/^STORE_IN_USE /);
    expect((await store('verify', url)).out).toMatch(/2 messages.*\nIt is whole\.$/s);
    await stop();
    expect((await store('verify', '--json')).json()).toMatchObject({ whole: true, counts: { messages: 2 } });
    expect((await store('migrate', '--to', '1')).out).toMatch(/went from schema \d+ to 1\.$/);
    expect((await store('copy', '{ secret: store-url }', 'sqlite:back.db', '--json')).json().counts.messages).toBe(2);
    writeFileSync(free, `environment: free\nbus:\n  store: sqlite:back.db\n  ${surroundings}`);
    await start();
    expect(await messages()).toBe(2);
    expect(said.join('\n')).not.toMatch(/s3cr/);
  } finally {
    if (bus) await stop();
    await database.drop();
  }
});

test('purge does what the policy of config/bus.yaml says, and says beforehand what it would do', async () => {
  writeFileSync(
    free,
    'environment: free\nbus:\n  http: { address: 127.0.0.1:0 }\n  admin: { address: 127.0.0.1:0 }\n  retention: { delivered: 1ms }\n',
  );
  mkdirSync(join(solution, 'data', 'enquiries'), { recursive: true });
  await start();
  await send();
  for (let waited = 0; waited < 200 && !(await delivered()); waited += 1) await new Promise((go) => setTimeout(go, 25));
  expect((await guildhall(solution, 'store', 'purge', '--dry-run')).out).toMatch(/^Would remove 1 messages/);
  expect(await messages()).toBe(1);
  const purged = await guildhall(solution, 'store', 'purge', '--json');
  expect(purged.json()).toEqual({ messages: 1, bodies: 0, instances: 0, keys: 0 });
  expect(await messages()).toBe(0);
  expect(existsSync(join(solution, 'data', 'guildhall.db'))).toBe(true);
});

async function delivered(): Promise<boolean> {
  const { deliveries } = (await guildhall(solution, 'status', '--json')).json();
  return deliveries.length > 0 && deliveries.every(({ state }: { state: string }) => state === 'done');
}

test('a sealed store keeps its words, needs its keys, and takes another one while it runs', async () => {
  const sealedWith = (yaml: string) =>
    writeFileSync(
      free,
      `environment: free\nbus:\n  http: { address: 127.0.0.1:0 }\n  admin: { address: 127.0.0.1:0 }\n  secrets: secrets\n  sealed: ${yaml}\n`,
    );
  mkdirSync(join(solution, 'secrets'));
  sealedWith('{ key: store-2025 }');
  await expect(start()).rejects.toThrow(/SECRET_MISSING.*store-2025/);
  writeFileSync(join(solution, 'secrets', 'store-2025'), 'not a key');
  await expect(start()).rejects.toThrow(/SEAL_KEY_INVALID.*store-2025/);
  for (const name of ['store-2025', 'store-2026']) {
    writeFileSync(join(solution, 'secrets', name), `${randomBytes(32).toString('base64')}\n`);
  }
  await start();
  await send();
  for (let waited = 0; waited < 200 && !(await delivered()); waited += 1) await new Promise((go) => setTimeout(go, 25));
  const [{ id }] = (await guildhall(solution, 'messages', 'list', '--json')).json().messages;
  const body = (await guildhall(solution, 'messages', 'show', id, '--json')).json().body.text;
  await stop();
  sealedWith('{ key: store-2026, older: [store-2025] }');
  await start();
  const rotated = await guildhall(solution, 'store', 'rotate');
  expect([rotated.exit, rotated.out]).toEqual([0, expect.stringMatching(/^1 of 1 messages .* not needed any more\.$/)]);
  await stop();
  rmSync(join(solution, 'secrets', 'store-2025'));
  sealedWith('{ key: store-2026 }');
  await start();
  expect((await guildhall(solution, 'messages', 'show', id, '--json')).json().body.text).toBe(body);
});
