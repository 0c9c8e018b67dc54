/** The PostgreSQL store as rows, read through a cursor and written by the thousand values, within a transaction. */
import type { Client, QueryResult } from 'pg';
import type { Predicate } from '../../contracts/routing.ts';
import type { TransferKind, TransferRow, TransferValue } from '../transfer.ts';
import { bigints, booleans, byteas, texts, type Value } from './arrays.ts';
import { filedUnder } from './filing.ts';

/** Rows of a batch at most; they are fewer where they are large, so that a batch is a few megabytes (bytes). */
const ROWS = 500;
const BYTES = 2_097_152;
/** A row of these may be as large as a chunk, whatever the one before it was. */
const MOST: Readonly<Record<string, number>> = { chunks: 8, parts: 32, definitions: 8 };
const FIRST = 8;

/** What a kind is called here, and what of it stays behind: parts that nothing refers to were on their way out. */
const TABLES: Readonly<Record<string, string>> = {
  deliveries: 'all_deliveries',
  parts: '(SELECT * FROM parts WHERE refs > 0) AS parts',
  chunks: '(SELECT * FROM chunks WHERE part IN (SELECT seq FROM parts WHERE refs > 0)) AS chunks',
};

/** Text is ordered by its bytes, as everywhere. */
const TEXTS: ReadonlySet<string> = new Set(['hash', 'subscriber', 'scope', 'key', 'name']);

const selected = (column: string) => (column === 'events' ? "'[' || events || ']'" : column);
const ordered = (column: string) => (TEXTS.has(column) ? `${column} COLLATE "C"` : column);

let cursors = 0;

export async function* readRows(client: Client, { name, columns, key }: TransferKind): AsyncGenerator<TransferRow[]> {
  cursors += 1;
  const cursor = `moved_${cursors}`;
  await client.query(
    `DECLARE ${cursor} NO SCROLL CURSOR FOR SELECT ${columns.map(selected).join(', ')} FROM ${TABLES[name] ?? name}
     ORDER BY ${key.map(ordered).join(', ')}`,
  );
  const most = MOST[name] ?? ROWS;
  for (let wanted = Math.min(FIRST, most); ; ) {
    const { rows } = await fetchRows(client, cursor, wanted);
    if (rows.length > 0) yield rows;
    if (rows.length < wanted) break;
    const largest = rows.reduce((size, row) => Math.max(size, sizeOf(row)), 1);
    wanted = Math.max(1, Math.min(most, Math.floor(BYTES / largest)));
  }
  await client.query(`CLOSE ${cursor}`); // After an error the end of the transaction does it.
}

const fetchRows = (client: Client, cursor: string, count: number): Promise<QueryResult<TransferValue[]>> =>
  client.query({ text: `FETCH ${count} FROM ${cursor}`, rowMode: 'array', types: { getTypeParser: parserOf } });

function sizeOf(row: TransferRow): number {
  return row.reduce((sum: number, value) => {
    return sum + (typeof value === 'string' ? value.length : value instanceof Uint8Array ? value.byteLength : 8);
  }, 0);
}

const INT8 = 20;
const INT4 = 23;
const BOOL = 16;
const BYTEA = 17;

function parserOf(type: number): (text: string) => TransferValue {
  if (type === INT8 || type === INT4) return Number;
  if (type === BOOL) return (text) => (text === 't' ? 1 : 0);
  if (type === BYTEA) return (text) => Buffer.from(text.slice(2), 'hex');
  return (text) => text;
}

export async function writeRows(client: Client, kind: TransferKind, rows: readonly TransferRow[]): Promise<void> {
  if (kind.name !== 'deliveries') await insert(client, kind.name, kind, rows);
  else {
    const state = kind.columns.indexOf('state');
    const hasEnded = (row: TransferRow) => row[state] === 'done' || row[state] === 'terminated';
    await insert(
      client,
      'deliveries',
      kind,
      rows.filter((row) => !hasEnded(row)),
    );
    await insert(client, 'ended', kind, rows.filter(hasEnded));
  }
  if (kind.name === 'subscriptions') await file(client, kind, rows);
}

async function insert(
  client: Client,
  table: string,
  { columns }: TransferKind,
  rows: readonly TransferRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const types = await typesOf(client, table);
  const values = columns.map((name, column) => encoded(name, types.get(name)!, rows, column));
  const given = columns.map((name, index) => `$${index + 1}::${arrayOf(types.get(name)!)}`);
  await client.query(
    `INSERT INTO ${table} (${columns.join(', ')}) OVERRIDING SYSTEM VALUE SELECT * FROM unnest(${given.join(', ')})`,
    values,
  );
}

async function typesOf(client: Client, table: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ name: string; type: string }>(
    'SELECT attname AS name, atttypid::regtype::text AS type FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0',
    [table],
  );
  return new Map(rows.map(({ name, type }) => [name, type]));
}

const arrayOf = (type: string) => `${type === 'integer' ? 'bigint' : type}[]`;

function encoded(name: string, type: string, rows: readonly TransferRow[], column: number): Value {
  const as = <T>() => rows.map((row) => row[column] as T);
  if (type === 'bigint' || type === 'integer') return bigints(as<number | null>());
  if (type === 'boolean') return booleans(as<0 | 1>());
  if (type === 'bytea') return byteas(as<Uint8Array | null>());
  const values = as<string | null>();
  return texts(name === 'events' ? values.map((value) => value?.slice(1, -1) ?? null) : values);
}

/** Those of instances are found by where they are filed. */
async function file(client: Client, { columns }: TransferKind, rows: readonly TransferRow[]): Promise<void> {
  const [seq, id, subscriber, instance, predicate] = columns.map((_, column) => column);
  const filed = rows
    .filter((row) => row[instance!] !== null)
    .flatMap((row) => {
      const where = JSON.parse(String(row[predicate!])) as Predicate;
      const places = filedUnder({ id: String(row[id!]), subscriber: String(row[subscriber!]), where });
      return places.map(({ place, name }) => ({ place, name, seq: Number(row[seq!]) }));
    });
  await client.query('INSERT INTO key_names (name) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING', [
    texts([...new Set(filed.map(({ name }) => name))]),
  ]);
  await client.query(
    'INSERT INTO subscription_keys (key, subscription) SELECT * FROM unnest($1::text[], $2::bigint[])',
    [texts(filed.map(({ place }) => place)), bigints(filed.map((entry) => entry.seq))],
  );
}
