/**
 * The MessageBox in a PostgreSQL database, which many hosts may share. What units mean is decided where it is for all stores:
 * they are done on a working set of the rows that they need, and what became of it is written in one transaction.
 * Promises: durable when `commit` resolves; what one host committed is seen by all others; while the server is away, calls
 * reject in bounded time, and all connections come back by themselves.
 */
import { Client, type ClientConfig } from 'pg';
import type { Clock, Instant } from '../contracts/clock.ts';
import type { MessageBox } from '../contracts/message-box.ts';
import { createBox } from './postgres/box.ts';
import { storeErrors } from './postgres/errors.ts';
import { LATEST, migrate } from './postgres/migrate.ts';
import { SCHEMA } from './postgres/schema.ts';

export interface PostgresOptions {
  readonly clock: Clock;
  /** How long (ms) a server that is away is waited for before calls reject. Default: 5 s. */
  readonly patience?: number;
  /** How long (ms) one round trip may take before its connection is given up. Default: 20 s. */
  readonly deadline?: number;
}

const PATIENCE = 5000;
const DEADLINE = 20_000;

/** Throws BusError STORE_NOT_OPENED, STORE_CORRUPT, STORE_NEWER or STORE_FULL; none of them tells the password. */
export async function openPostgres(url: string, options: PostgresOptions): Promise<MessageBox> {
  const { clock, patience = PATIENCE, deadline = DEADLINE } = options;
  const errors = storeErrors(url);
  const config = configOf(url, patience);
  try {
    await prepare(config, errors.path);
    let latest: Instant = 0;
    const told = (now: Instant) => {
      latest = Math.max(latest, now);
    };
    return await createBox({
      config,
      clock,
      patience,
      deadline,
      asError: errors.asStoreError,
      latest: () => latest,
      told,
    });
  } catch (thrown) {
    throw errors.asOpenError(thrown);
  }
}

/** Leads the schema of a store to a version, forward or back; for operators who go back to an older program. */
export async function migratePostgres(url: string, version = LATEST): Promise<void> {
  const errors = storeErrors(url);
  try {
    await prepare(configOf(url, PATIENCE), errors.path, version);
  } catch (thrown) {
    throw errors.asOpenError(thrown);
  }
}

function configOf(url: string, patience: number): ClientConfig {
  return {
    connectionString: url,
    application_name: 'guildhall',
    connectionTimeoutMillis: patience,
    keepAlive: true,
    options: `-c search_path=${SCHEMA}`,
  };
}

async function prepare(config: ClientConfig, path: string, version = LATEST): Promise<void> {
  const client = new Client(config);
  client.on('error', () => {}); // Whatever it was, the question under way rejects with it.
  try {
    await client.connect();
    await migrate(client, path, version);
  } finally {
    await client.end();
  }
}
