/**
 * Whether a file is a whole MessageBox: sound as a database, of a version that this program knows, with every part, chunk and
 * message that something in it refers to. Reads only; a file that a crash left is first brought to its last commit.
 */
import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { busError } from '../../errors/bus-error.ts';
import type { StoreReport } from '../store-report.ts';
import { recognise } from './database.ts';
import { asOpenError } from './errors.ts';

/** Findings of one kind that are told; what is more of them says nothing new. */
const TOLD = 5;

/** The schema that has chunks and counts references. */
const CHUNKED = 4;

/** Throws BusError STORE_NOT_OPENED, STORE_IN_USE, STORE_NEWER or STORE_CORRUPT when it is no MessageBox that can be read. */
export function verifySqlite(path: string): StoreReport {
  if (!existsSync(path)) throw busError('STORE_NOT_OPENED', { path, reason: 'there is no such file' });
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: !existsSync(`${path}-wal`) });
    const schema = recognise(database, path);
    if (schema === 0) throw busError('STORE_CORRUPT', { path, reason: 'it is empty' });
    return report(database, path, schema);
  } catch (thrown) {
    throw asOpenError(thrown, path);
  } finally {
    database?.close();
  }
}

function report(database: DatabaseSync, path: string, schema: number): StoreReport {
  const rows = (query: string) =>
    database
      .prepare(query)
      .all()
      .map((row) => Object.values(row).map(String));
  const unsound = rows(`PRAGMA integrity_check(${TOLD})`)
    .flat()
    .filter((line) => line !== 'ok');
  const count = (table: string) => Number(rows(`SELECT count(*) FROM ${table}`)[0]![0]);
  const problems = unsound.length > 0 ? unsound : [...missing(rows), ...(schema >= CHUNKED ? unchunked(rows) : [])];
  return {
    path,
    schema,
    bytes: statSync(path).size,
    counts: {
      messages: count('messages'),
      deliveries: count('deliveries'),
      instances: count('instances'),
      keys: count('keys'),
      definitions: count('definitions'),
      subscriptions: count('subscriptions'),
    },
    problems,
  };
}

type Rows = (query: string) => string[][];

/** Every part that a message refers to: [message, part, size]. */
const REFERENCES = `SELECT messages.id AS id, json_extract(part.value, '$[3]') AS part, json_extract(part.value, '$[2]') AS size
  FROM messages, json_each(messages.parts) AS part WHERE coalesce(json_extract(part.value, '$[3]'), 0) > 0`;

function missing(rows: Rows): string[] {
  const lost = rows(`SELECT id, part FROM (${REFERENCES}) WHERE part NOT IN (SELECT seq FROM parts) LIMIT ${TOLD}`);
  const stray = rows(
    `SELECT seq FROM deliveries WHERE message IS NOT NULL AND message NOT IN (SELECT seq FROM messages) LIMIT ${TOLD}`,
  );
  return [
    ...lost.map(([id, part]) => `part ${part} of message ${id} is missing`),
    ...stray.map(([seq]) => `the message of delivery d${seq} is missing`),
  ];
}

function unchunked(rows: Rows): string[] {
  const chunks = rows(
    `SELECT seq, chunks, coalesce(found, 0) FROM parts LEFT JOIN (
       SELECT part, count(*) AS found, max(number) AS last FROM chunks GROUP BY part
     ) AS counted ON part = seq WHERE refs > 0 AND (chunks <> coalesce(found, 0) OR chunks <> coalesce(last + 1, 0)) LIMIT ${TOLD}`,
  );
  const sizes = rows(
    `SELECT id, part, size, stored FROM (${REFERENCES}) JOIN (
       SELECT seq, length(bytes) + coalesce((SELECT sum(length(chunks.bytes)) FROM chunks WHERE chunks.part = seq), 0) AS stored
       FROM parts
     ) AS measured ON measured.seq = part WHERE stored <> size LIMIT ${TOLD}`,
  );
  const refs = rows(
    `SELECT seq, refs, coalesce(counted, 0) FROM parts LEFT JOIN (
       SELECT part, count(*) AS counted FROM (${REFERENCES}) GROUP BY part
     ) AS referred ON part = seq WHERE refs <> coalesce(counted, 0) LIMIT ${TOLD}`,
  );
  return [
    ...chunks.map(([seq, wanted, found]) => `part ${seq} has ${found} of ${wanted} chunks`),
    ...sizes.map(([id, part, size, stored]) => `part ${part} of message ${id} has ${stored} of ${size} bytes`),
    ...refs.map(([seq, refs, counted]) => `part ${seq} counts ${refs} references and has ${counted}`),
  ];
}
