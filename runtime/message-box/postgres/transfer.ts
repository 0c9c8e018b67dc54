/**
 * The PostgreSQL store as rows, to move all of it. A target is written in one transaction, which ends when the copy is
 * accepted: before that nobody sees anything of it, and after a crash there is nothing to clean up but empty tables.
 */
import type { Client } from 'pg';
import type { Clock } from '../../contracts/clock.ts';
import { busError } from '../../errors/bus-error.ts';
import { TRANSFERRED, type TransferKind, type TransferSource, type TransferTarget } from '../transfer.ts';
import { type StoreErrors, storeErrors } from './errors.ts';
import { SCHEMA } from './schema.ts';
import { connect, hold, versionOf } from './transfer-hold.ts';
import { readRows, writeRows } from './transfer-rows.ts';

/** Holds the store, so that no bus opens it, and brings it to today's schema. Throws BusError as opening a store does. */
export async function openPostgresSource(url: string, clock: Clock): Promise<TransferSource> {
  const errors = storeErrors(url);
  const client = await opened(url, errors, async (made) => {
    if ((await versionOf(made)) === undefined) {
      throw busError('STORE_NOT_OPENED', { path: errors.path, reason: 'there is no MessageBox in the database' });
    }
    await hold(made, errors.path, clock);
  });
  return sourceOn(client, errors, () => client.end());
}

/** Throws BusError STORE_NOT_EMPTY when it holds anything, and as opening a store does. */
export async function openPostgresTarget(url: string, clock: Clock): Promise<TransferTarget> {
  const errors = storeErrors(url);
  const { path } = errors;
  let isNew = false;
  const client = await opened(url, errors, async (made) => {
    isNew = !(await hasSchema(made));
    await hold(made, path, clock);
    if (await holdsAnything(made)) throw busError('STORE_NOT_EMPTY', { path });
  });
  let accepted = false;
  const doing = <T>(work: () => Promise<T>) => guarded(errors, work);
  async function close(): Promise<void> {
    try {
      if (!accepted) await discard(client, isNew);
    } finally {
      await client.end();
    }
  }
  return {
    ...sourceOn(client, errors, close),
    write: (kind, rows) => doing(() => writeRows(client, kind, rows)),
    finish: () => doing(() => finish(client)),
    accept: () =>
      doing(async () => {
        await client.query('COMMIT');
        accepted = true;
      }),
  };
}

async function opened(url: string, errors: StoreErrors, prepare: (client: Client) => Promise<void>): Promise<Client> {
  let client: Client | undefined;
  try {
    client = await connect(url);
    await prepare(client);
    return client;
  } catch (thrown) {
    await client?.end();
    throw errors.asOpenError(thrown);
  }
}

function sourceOn(client: Client, errors: StoreErrors, close: () => Promise<void>): TransferSource {
  async function* rows(kind: TransferKind) {
    try {
      yield* readRows(client, kind);
    } catch (thrown) {
      throw errors.asStoreError(thrown);
    }
  }
  return { path: errors.path, rows, close };
}

async function guarded<T>(errors: StoreErrors, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw errors.asStoreError(thrown);
  }
}

async function hasSchema(client: Client): Promise<boolean> {
  const { rows } = await client.query('SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1) AS found', [
    SCHEMA,
  ]);
  return rows[0].found;
}

const HOLDING = [...TRANSFERRED.map(({ name }) => name), 'ended'];

async function holdsAnything(client: Client): Promise<boolean> {
  const any = HOLDING.map((table) => `EXISTS (SELECT 1 FROM ${table})`);
  const { rows } = await client.query(`SELECT ${any.join(' OR ')} AS found`);
  return rows[0].found;
}

/** Those whose numbers come from `seqs`. */
const NUMBERED = ['messages', 'parts', 'deliveries', 'ended', 'subscriptions'];
/** Those that have a sequence of their own. */
const COUNTING = ['instances', 'history'];

/** Numbers given from here on are higher than all that were copied; and the server knows how large its tables are. */
async function finish(client: Client): Promise<void> {
  const all = NUMBERED.map((table) => `SELECT max(seq) AS seq FROM ${table}`).join(' UNION ALL ');
  await client.query(
    `SELECT setval('seqs', greatest(last_value, (SELECT coalesce(max(seq), 0) FROM (${all}) AS given))) FROM seqs`,
  );
  for (const table of COUNTING) {
    await client.query(
      `SELECT setval(pg_get_serial_sequence('${table}', 'seq'), coalesce(max(seq), 1), max(seq) IS NOT NULL) FROM ${table}`,
    );
  }
  await client.query(`ANALYZE ${[...HOLDING, 'subscription_keys', 'key_names'].join(', ')}`);
}

/** What was made for the copy goes, unless a bus has opened it by now. A server that is gone has undone the rest by itself. */
async function discard(client: Client, isNew: boolean): Promise<void> {
  await client
    .query('ROLLBACK')
    .then(() => (isNew ? remove(client) : undefined))
    .catch(() => {});
}

async function remove(client: Client): Promise<void> {
  await client.query('BEGIN');
  await client.query('LOCK TABLE boxes IN ACCESS EXCLUSIVE MODE NOWAIT');
  const { rows } = await client.query('SELECT EXISTS (SELECT 1 FROM boxes) AS opened');
  if (!rows[0].opened) await client.query(`DROP SCHEMA ${SCHEMA} CASCADE`);
  await client.query('COMMIT');
}
