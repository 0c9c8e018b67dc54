/** SQLite by node:sqlite. The file must exist: a path that is wrong must not make an empty database. */
import { existsSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { AdapterContext } from '../../runtime/contracts/adapter.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import type { Database, Row } from './database.ts';
import { parameterised } from './parameters.ts';

/** Milliseconds between two tries to get at a database that is locked: short at first. */
const PAUSE = { first: 2, longest: 50 };
const SQLITE_BUSY = 5;

/** `deadline`: how long (ms) another may hold its lock. */
export function openSqlite(path: string, deadline: number, { clock }: Pick<AdapterContext, 'clock'>): Database {
  const endpoint = `sqlite:${path}`;
  if (!existsSync(path)) throw busError('ENDPOINT_UNREACHABLE', { endpoint, reason: 'there is no such file' });
  // SQLite's own patience would hold up the whole bus, and so whoever in it has the lock.
  const database = new DatabaseSync(path, { timeout: 0 });
  let open = true;

  async function patiently<T>(work: () => T): Promise<T> {
    const until = clock.now() + deadline;
    for (let pause = PAUSE.first; ; pause = Math.min(2 * pause, PAUSE.longest)) {
      try {
        return work();
      } catch (thrown) {
        if (!isBusy(thrown) || clock.now() >= until) throw thrown;
      }
      await clock.sleep(pause);
    }
  }

  return {
    endpoint,
    run: async (statement, valueNamed) => {
      const { text, names } = parameterised(statement, (index) => `?${index}`);
      const prepared = await patiently(() => database.prepare(text));
      prepared.setReadBigInts(true);
      const values = names.map((name) => inputOf(valueNamed(name)));
      const rows = await patiently(() => prepared.all(...values) as Row[]);
      return rows.map(outputOf);
    },
    transaction: async (work) => {
      await patiently(() => database.exec('BEGIN IMMEDIATE'));
      try {
        const result = await work();
        await patiently(() => database.exec('COMMIT'));
        return result;
      } catch (thrown) {
        if (open && database.isTransaction) database.exec('ROLLBACK');
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

const isBusy = (thrown: unknown) => ((thrown as { readonly errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY;

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
