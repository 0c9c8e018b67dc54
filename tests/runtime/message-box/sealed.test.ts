/** Sealing: what lies in the file is not what was said, what was changed is noticed, and keys can be changed while work goes on. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { bytesOf, type Message, type Part } from '../../../runtime/contracts/message.ts';
import { sealKeysOf } from '../../../runtime/message-box/sealed/keys.ts';
import { type SealedBox, sealed } from '../../../runtime/message-box/sealed.ts';
import { openSqlite } from '../../../runtime/message-box/sqlite.ts';
import { addressed, done, mailTo, messageOf, NOW, refused, take } from '../../../runtime/testing/message-box/bench.ts';

const folder = mkdtempSync(join(tmpdir(), 'guildhall-sealed-'));
let files = 0;
const newPath = () => join(folder, `${files++}.db`);
afterAll(() => rmSync(folder, { recursive: true }));

const secrets: Record<string, string> = {
  old: randomBytes(32).toString('base64'),
  new: randomBytes(32).toString('hex'),
};
const keysOf = (current: string, ...older: string[]) => sealKeysOf(current, older, (name) => secrets[name]!);
const open = (path: string, current: string, ...older: string[]) => sealed(openSqlite(path), keysOf(current, ...older));

const WORD = 'Mrs Abernathy of 4 Mill Lane';
const SIZES = [0, 1, 100, 5000, 65_519, 65_520, 65_521, 200_000, 262_144, 131_040, 1_000_000];
const text = (size: number) => Buffer.alloc(size, WORD);

function streamed(size: number, known = true): Part {
  const open = async function* () {
    for (let from = 0; from < size; from += 70_001) yield text(size).subarray(from, from + 70_001);
  };
  return { name: 'body', contentType: 'text/plain', size: known ? size : undefined, open };
}

const holding = (id: string, part: Part): Message => ({ ...messageOf(id), parts: [part] });

test('bodies of every size come back as they went in, at hand or streamed', async () => {
  const path = newPath();
  const box = open(path, 'new');
  const keep = SIZES.flatMap((size) => [
    messageOf(`b${size}`, {}, text(size)),
    holding(`s${size}`, streamed(size)),
    holding(`u${size}`, streamed(size, false)),
  ]);
  await box.commit({ now: NOW, keep });
  await box.close();
  const again = open(path, 'new');
  for (const size of SIZES) {
    const [b, s, u] = await again.read([`b${size}`, `s${size}`, `u${size}`]);
    expect([b!.parts[0].size, s!.parts[0].size, b!.parts[0].name]).toEqual([size, size, 'body']);
    for (const message of [b, s, u]) expect(Buffer.compare(await bytesOf(message!.parts[0]), text(size))).toBe(0);
  }
  await again.close();
});

test('nothing of a body lies in the file or its log, though the context does', async () => {
  const path = newPath();
  const box = open(path, 'new');
  await box.commit({
    now: NOW,
    keep: [
      messageOf('m', { ward: 'Eastmere' }, WORD),
      messageOf('l', {}, text(900_000)),
      messageOf('p', {}, text(20_000)),
    ],
  });
  const look = () => {
    const names = readdirSync(folder).filter((name) => name.startsWith(path.split('/').at(-1)!));
    return Buffer.concat(names.map((name) => readFileSync(join(folder, name))));
  };
  expect(look().includes('Eastmere')).toBe(true);
  expect(look().includes('Abernathy')).toBe(false);
  await box.close();
  expect(look().includes('Abernathy')).toBe(false);
  expect(look().includes('sealed/new/')).toBe(true);
});

test('equal bodies are not equal in the file, and parts that are shared lie there once', async () => {
  const path = newPath();
  const box = open(path, 'new');
  const one = messageOf('1', {}, text(10_000));
  await box.commit({ now: NOW, keep: [one, { ...one, id: '2' }, messageOf('3', {}, text(10_000))] });
  const [read] = await box.read(['1']);
  await box.commit({ now: NOW, keep: [{ ...read!, id: '4' }] });
  await box.close();
  const database = new DatabaseSync(path);
  const parts = database.prepare('SELECT bytes FROM parts').all() as { bytes: Uint8Array }[];
  database.close();
  expect(parts).toHaveLength(2);
  expect(Buffer.compare(parts[0]!.bytes, parts[1]!.bytes)).not.toBe(0);
});

describe('tampering', () => {
  /** Turns every bit of one byte of the small body over: a byte that is written anew may be what it was. */
  const flipBodyByte = (database: DatabaseSync, at: number) => {
    const { body } = database.prepare("SELECT body FROM messages WHERE id = 'small'").get() as { body: Uint8Array };
    const flipped = Uint8Array.from(body, (byte, position) => (position === at ? byte ^ 0xff : byte));
    database.prepare("UPDATE messages SET body = ? WHERE id = 'small'").run(flipped);
  };
  const by = (sql: string) => (database: DatabaseSync) => database.exec(sql);

  test.each<[string, (database: DatabaseSync) => void, string]>([
    ['a byte of a small body', (database) => flipBodyByte(database, 70), 'small'],
    ['a byte of the header', (database) => flipBodyByte(database, 20), 'small'],
    ['a frame cut off', by('UPDATE parts SET bytes = substr(bytes, 1, 64 + 65536) WHERE chunks = 0'), 'medium'],
    [
      'frames moved',
      by(
        'UPDATE chunks SET number = CASE number WHEN 1 THEN 102 WHEN 2 THEN 101 ELSE number END; UPDATE chunks SET number = number - 100 WHERE number > 100',
      ),
      'large',
    ],
    ['a chunk lost', by('DELETE FROM chunks WHERE number = 3; UPDATE parts SET chunks = 3 WHERE chunks = 4'), 'large'],
    [
      'a key that says it is another',
      by("UPDATE messages SET parts = replace(parts, 'sealed/new', 'sealed/old')"),
      'small',
    ],
  ])('%s is noticed', async (_, damage, id) => {
    const path = newPath();
    const box = open(path, 'new');
    await box.commit({
      now: NOW,
      keep: [
        messageOf('small', {}, text(50)),
        messageOf('medium', {}, text(140_000)),
        messageOf('large', {}, text(900_000)),
      ],
    });
    await box.close();
    const database = new DatabaseSync(path);
    damage(database);
    database.close();
    const again = open(path, 'new', 'old');
    const [read] = await again.read([id]);
    await expect(bytesOf(read!.parts[0])).rejects.toEqual(refused('SEAL_NOT_OPENED'));
    await again.close();
  });
});

describe('keys', () => {
  test('a key that is missing or wrong is named, and holds nothing else up', async () => {
    const path = newPath();
    const first = open(path, 'old');
    await first.commit({ now: NOW, subscribe: [addressed('a')], publish: [mailTo('a', 'sealed by old')] });
    await first.close();
    const second = open(path, 'new');
    await second.commit({ now: NOW, publish: [mailTo('a', 'sealed by new')] });
    const [one, two] = await take(second, 'a');
    const bodyOf = (delivery: typeof one) => bytesOf((delivery!.work as { message: Message }).message.parts[0]);
    await expect(bodyOf(one)).rejects.toEqual(
      expect.objectContaining({ code: 'SEAL_KEY_MISSING', message: expect.stringContaining('old') }),
    );
    expect(Buffer.from(await bodyOf(two)).toString()).toBe('body of sealed by new');
    await second.close();
    const wrong = sealed(
      openSqlite(path),
      sealKeysOf('old', [], () => secrets['new']!),
    );
    const [read] = await wrong.read(['sealed by old']);
    await expect(bytesOf(read!.parts[0])).rejects.toEqual(
      expect.objectContaining({ code: 'SEAL_NOT_OPENED', message: expect.stringContaining('old') }),
    );
    await wrong.close();
  });

  test('a secret that is no key is refused', () => {
    for (const value of ['', 'too short', randomBytes(31).toString('base64'), 'x'.repeat(64)]) {
      expect(() => sealKeysOf('k', [], () => value)).toThrow(refused('SEAL_KEY_INVALID'));
    }
  });

  async function rotateAll(box: SealedBox, limit = 2) {
    const total = { seen: 0, rotated: 0, left: 0 };
    for (let before: string | undefined, first = true; first || before !== undefined; first = false) {
      const step = await box.rotate({ now: NOW, limit, ...(before === undefined ? {} : { before }) });
      total.seen += step.seen;
      total.rotated += step.rotated;
      total.left += step.left;
      before = step.before;
    }
    return total;
  }

  test('rotation seals everything anew, what was never sealed too; then the old key is not needed', async () => {
    const path = newPath();
    const clear = openSqlite(path);
    await clear.commit({ now: NOW, keep: [messageOf('clear', {}, text(300))] });
    await clear.close();
    const first = open(path, 'old');
    const shared = messageOf('shared', {}, text(20_000));
    const keep = [
      messageOf('small', { n: 1 }, WORD),
      shared,
      { ...shared, id: 'sharing' },
      holding('large', streamed(700_000)),
    ];
    await first.commit({ now: NOW, subscribe: [addressed('a')], keep, publish: [mailTo('a', 'open')] });
    await first.close();
    const second = open(path, 'new', 'old');
    const [open1] = await take(second, 'a');
    expect(await rotateAll(second)).toEqual({ seen: 6, rotated: 5, left: 1 });
    await second.commit({ now: NOW, settle: [done(open1!)] });
    expect(await rotateAll(second)).toEqual({ seen: 6, rotated: 1, left: 0 });
    expect(await rotateAll(second)).toEqual({ seen: 6, rotated: 0, left: 0 });
    await second.close();
    const third = open(path, 'new');
    const ids = ['clear', 'small', 'shared', 'sharing', 'large', 'open'];
    const sizes = await Promise.all(
      (await third.read(ids)).map(async (message) => (await bytesOf(message!.parts[0])).byteLength),
    );
    expect(sizes).toEqual([300, WORD.length, 20_000, 20_000, 700_000, 12]);
    expect((await third.inspection.message('small'))!.message.context.get('n')!.value).toBe(1);
    await third.close();
    const database = new DatabaseSync(path);
    expect(database.prepare('SELECT count(*) AS count FROM parts WHERE refs > 0').get()!['count']).toBe(2);
    expect(
      database.prepare("SELECT count(*) AS count FROM messages WHERE parts LIKE '%sealed/old/%'").get()!['count'],
    ).toBe(0);
    database.close();
    expect(readFileSync(path).includes('Abernathy')).toBe(true); // Free pages of the file keep what they held: see docs/store.md.
  });
});
