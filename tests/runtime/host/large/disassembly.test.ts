/** A large CSV file is published while it is read: bad rows by themselves, the others once each, whenever the process is killed. */
import { readdirSync, writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { bytesOf } from '../../../../runtime/contracts/message.ts';
import { openSqlite } from '../../../../runtime/message-box/sqlite.ts';
import { eventually } from '../../../../runtime/testing/eventually.ts';
import { createFileBus, type FileBus, type RunningBus } from './bus-of-files.ts';

const ROWS = 12_000;
/** Row numbers as people count them: the header is row 1. */
const BROKEN = [2, 777, 7001, 12_001];

const solution = (pipeline: string) => ({
  'config/bus.yaml': `bus: rows
organisation: northmoor
store: sqlite:data/box.db
http: { address: 127.0.0.1:0 }
admin: { address: 127.0.0.1:0 }
`,
  'config/applications/rows.yaml': `application: rows
receivePorts:
  in:
    locations:
      folder: { transport: file, folder: data/in, message: row, pipeline: ${pipeline}, poll: 50ms, stableFor: 0s }
`,
  'config/pipelines/whole.pipeline.yaml':
    'pipeline: whole\nsteps:\n  - csv-disassemble: { recoverable: false }\n  - validate\n',
  'schemas/row.message.yaml': 'message: row\nformat: csv\nschema: row.schema.json\npromote: { row.id: id }\n',
  'schemas/row.schema.json': JSON.stringify({
    type: 'object',
    required: ['id', 'amount'],
    additionalProperties: false,
    properties: { id: { type: 'string' }, amount: { type: 'integer' } },
  }),
});

let bus: FileBus;
let running: RunningBus | undefined;
afterEach(async () => {
  await running?.end('SIGKILL');
  running = undefined;
  bus.remove();
});

function lines(count: number): string[] {
  const rows = Array.from({ length: count }, (_, index) => `R-${index + 2},${index}`);
  for (const row of BROKEN.filter((number) => number < count + 2)) rows[row - 2] = `R-${row},much`;
  return ['id,amount', ...rows];
}

async function drop(text: string): Promise<void> {
  writeFileSync(bus.path('data', 'rows.csv'), text);
  await rename(bus.path('data', 'rows.csv'), bus.path('data', 'in', 'rows.csv'));
}

const taken = () => eventually('the file was taken away', () => readdirSync(bus.path('data', 'in')).length === 0);

/** Of the running bus's store, or 0 while it cannot be read. */
async function published(): Promise<number> {
  const answer = await fetch(`${running!.admin}/status`, { headers: { Authorization: 'Bearer rows' } });
  return ((await answer.json()) as { messages: number }).messages;
}

function query(text: string): Record<string, unknown>[] {
  const database = new DatabaseSync(bus.path('data', 'box.db'));
  try {
    return database
      .prepare(text)
      .all()
      .map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}

const row = 'json_extract(context, \'$.c."csv.row"\')';

test('kill -9 in the middle, again and again: every row once, the broken ones suspended with their bytes', async () => {
  bus = createFileBus(solution('csv-receive'));
  await drop(`${lines(ROWS).join('\n')}\n`);
  for (const count of [300, 3000, 8000]) {
    running = await bus.start();
    while ((await published()) < count) await pause(2);
    await running.end('SIGKILL');
  }
  running = await bus.start();
  await taken();
  expect(await running.end('SIGTERM')).toBe(0);
  running = undefined;
  expect(query(`SELECT count(*) AS messages, count(DISTINCT ${row}) AS rows FROM messages`)).toEqual([
    { messages: ROWS, rows: ROWS },
  ]);
  const bad = query(
    `SELECT messages.id, ${row} AS row, code, reason, resumable FROM messages JOIN deliveries ON message = messages.seq
     WHERE code <> 'NO_SUBSCRIBER' ORDER BY row`,
  );
  expect(bad.map((found) => found['row'])).toEqual(BROKEN);
  for (const found of bad)
    expect(found).toMatchObject({ resumable: 1, reason: expect.stringContaining(`row ${found['row']}`) });
  const box = openSqlite(bus.path('data', 'box.db'));
  const [message] = await box.read([String(bad[1]!['id'])]);
  expect(Buffer.from(await bytesOf(message!.parts[0])).toString()).toBe('id,amount\nR-777,much\n');
  await box.close();
}, 180_000);

test('a quote that is never closed suspends the file after the rows before it, which are published once', async () => {
  bus = createFileBus(solution('csv-receive'));
  const text = `${lines(700).join('\n')}\nR-x,"5\nR-y,6\n`;
  await drop(text);
  running = await bus.start();
  await taken();
  const [file] = await suspended('CSV_SYNTAX');
  expect(file).toMatchObject({ resumable: true });
  expect(await published()).toBe(701);
  await fetch(`${running.admin}/deliveries/${file!.id}/resume`, {
    method: 'POST',
    headers: { Authorization: 'Bearer rows' },
  });
  await eventually('it is suspended again', async () => (await suspended('CSV_SYNTAX'))[0]?.attempt === 1);
  expect(await published()).toBe(701);
}, 60_000);

test('where the pipeline says so, one broken row suspends the whole file and nothing of it is published', async () => {
  bus = createFileBus(solution('whole'));
  await drop(`${lines(900).join('\n')}\n`);
  running = await bus.start();
  await taken();
  expect(await suspended('SCHEMA_VIOLATION')).toHaveLength(1);
  expect(await published()).toBe(1);
}, 60_000);

test('a long file of which all is right is published whole, whenever the process is killed', async () => {
  bus = createFileBus(solution('whole'));
  const rows = Array.from({ length: ROWS }, (_, index) => `R-${index},${index}`);
  await drop(`id,amount\n${rows.join('\n')}\n`);
  running = await bus.start();
  while ((await published()) === 0) await pause(2);
  await running.end('SIGKILL');
  running = await bus.start();
  await taken();
  expect(await published()).toBe(ROWS);
  expect(await running.end('SIGTERM')).toBe(0);
  running = undefined;
  expect(query(`SELECT count(DISTINCT ${row}) AS rows FROM messages`)).toEqual([{ rows: ROWS }]);
}, 60_000);

test('a long file that is wrong at its end is suspended whole, and nothing of it is published', async () => {
  bus = createFileBus(solution('whole'));
  const rows = Array.from({ length: ROWS }, (_, index) => `R-${index},${index}`);
  await drop(`id,amount\n${rows.join('\n')}\nR-x,much\n`);
  running = await bus.start();
  await taken();
  expect(await suspended('SCHEMA_VIOLATION')).toHaveLength(1);
  expect(await published()).toBe(1);
}, 60_000);

async function suspended(code: string): Promise<{ id: string; resumable: boolean; attempt: number }[]> {
  const answer = await fetch(`${running!.admin}/suspended?code=${code}`, { headers: { Authorization: 'Bearer rows' } });
  return ((await answer.json()) as { suspended: { id: string; resumable: boolean; attempt: number }[] }).suspended;
}
