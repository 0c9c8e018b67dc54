/**
 * A connection that has a PostgreSQL store for itself, to move all of it: in one transaction, during which no bus can open
 * the store. Promises: a bus that has it open is noticed, and nothing is changed then.
 */
import { Client } from 'pg';
import type { Clock } from '../../contracts/clock.ts';
import { busError } from '../../errors/bus-error.ts';
import { isInTheWay } from './errors.ts';
import { migrate } from './migrate.ts';
import { SCHEMA } from './schema.ts';

/** How long (ms) a server is waited for. */
const PATIENCE = 5000;
/** How long (ms) connections of a bus that has just stopped may still be seen. */
const FAREWELL = 3000;
const PAUSE = 100;

/** Under the name that buses have too, whatever the URL says of it, so that they are known by it. */
export async function connect(url: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: 'guildhall',
    connectionTimeoutMillis: PATIENCE,
    keepAlive: true,
    options: `-c search_path=${SCHEMA}`,
  });
  client.on('error', () => {}); // Whatever it was, the question under way rejects with it.
  await client.connect();
  return client;
}

/** The version of its schema; undefined when there is no MessageBox. */
export async function versionOf(client: Client): Promise<number | undefined> {
  const { rows } = await client.query(`SELECT to_regclass('${SCHEMA}.schema_version') IS NOT NULL AS found`);
  if (!rows[0].found) return undefined;
  const version = await client.query<{ version: number }>('SELECT version FROM schema_version');
  return version.rows[0]?.version || undefined;
}

/**
 * Brings the store to today's schema, which makes it where it is not, and begins the transaction. Throws BusError
 * STORE_IN_USE, STORE_NEWER or STORE_CORRUPT; `path` is what they call the store.
 */
export async function hold(client: Client, path: string, clock: Clock): Promise<void> {
  if ((await versionOf(client)) !== undefined) await untilUnused(client, path, clock);
  await migrate(client, path);
  await begin(client, path);
  if (await isUsed(client, clock)) throw busError('STORE_IN_USE', { path });
}

/** Every bus writes down in `boxes` that it opens the store. */
async function begin(client: Client, path: string): Promise<void> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await client.query('SET LOCAL statement_timeout = 0');
  await client.query('SET LOCAL idle_in_transaction_session_timeout = 0');
  await client.query('SET LOCAL synchronous_commit = on');
  try {
    await client.query('LOCK TABLE boxes IN ACCESS EXCLUSIVE MODE NOWAIT');
  } catch (thrown) {
    throw isInTheWay(thrown) ? busError('STORE_IN_USE', { path }) : thrown;
  }
}

/** Throws BusError STORE_IN_USE. */
export async function untilUnused(client: Client, path: string, clock: Clock): Promise<void> {
  const until = clock.now() + FAREWELL;
  while (await isUsed(client, clock)) {
    if (clock.now() > until) throw busError('STORE_IN_USE', { path });
    await clock.sleep(PAUSE);
  }
}

/** Somebody is connected; or holds a name, as a bus does that has lost its connection for the moment. */
async function isUsed(client: Client, clock: Clock): Promise<boolean> {
  const { rows } = await client.query(
    `SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
         AND application_name = current_setting('application_name'))
       OR EXISTS (SELECT 1 FROM owners WHERE host IS NOT NULL AND until > $1) AS used`,
    [Math.round(clock.now())],
  );
  return rows[0].used;
}
