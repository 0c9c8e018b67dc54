/** SQLite by node:sqlite. The file must exist: a path that is wrong must not make an empty database. */
import { existsSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { busError } from '../../runtime/errors/bus-error.ts';
import type { Database, Row } from './database.ts';
import { parameterised } from './parameters.ts';

/** How long (ms) another program may hold its lock. */
const PATIENCE = 5000;

export function openSqlite(path: string): Database {
  const endpoint = `sqlite:${path}`;
  if (!existsSync(path)) throw busError('ENDPOINT_UNREACHABLE', { endpoint, reason: 'there is no such file' });
  const database = new DatabaseSync(path, { timeout: PATIENCE });
  let open = true;
  return {
    endpoint,
    run: async (statement, valueNamed) => {
      const { text, names } = parameterised(statement, (index) => `?${index}`);
      const prepared = database.prepare(text);
      prepared.setReadBigInts(true);
      const values = names.map((name) => inputOf(valueNamed(name)));
      const rows = prepared.all(...values) as Row[];
      return rows.map(outputOf);
    },
    transaction: async (work) => {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = await work();
        database.exec('COMMIT');
        return result;
      } catch (thrown) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw thrown;
      }
    },
    ended: () => !open,
    close: async () => {
      if (open) database.close();
      open = false;
    },
  };
}

function inputOf(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return value;
  return typeof value === 'boolean' ? Number(value) : JSON.stringify(value);
}

/** Whole numbers that JSON would change become texts, bytes base64. */
const outputOf = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (typeof value === 'bigint') return [name, Number.isSafeInteger(Number(value)) ? Number(value) : String(value)];
      return [name, value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value];
    }),
  );
