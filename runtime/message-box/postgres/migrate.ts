/**
 * Brings the schema to a version, forward or back, with what is in it. One process at a time; each call is one
 * transaction. A schema of this name that is not a MessageBox stays as it is.
 */
import type { Client } from 'pg';
import { busError } from '../../errors/bus-error.ts';
import { SCHEMA, STEPS } from './schema.ts';

/** Any number that others who use the database do not lock. */
const LOCK = 0x474c4448;

export const LATEST = STEPS.length;

/** `path` is what errors call the store. Throws BusError STORE_NEWER, STORE_CORRUPT, and what the server refuses. */
export async function migrate(client: Client, path: string, target = LATEST): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(`SELECT pg_advisory_xact_lock(${LOCK})`);
    const found = await versionOf(client, path);
    if (found > LATEST) throw busError('STORE_NEWER', { path, found, known: LATEST });
    if (found !== target) await lead(client, found, target);
    await client.query('COMMIT');
  } catch (thrown) {
    await client.query('ROLLBACK').catch(() => {});
    throw thrown;
  }
}

/** 0 when there is nothing yet. */
async function versionOf(client: Client, path: string): Promise<number> {
  const { rows } = await client.query<{ relname: string }>(
    `SELECT c.relname FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind = 'r'
     WHERE n.nspname = $1`,
    [SCHEMA],
  );
  if (!rows.some(({ relname }) => relname !== null)) return 0;
  if (!rows.some(({ relname }) => relname === 'schema_version')) {
    throw busError('STORE_CORRUPT', { path, reason: `its schema ${SCHEMA} belongs to another program` });
  }
  const version = await client.query<{ version: number }>(`SELECT version FROM ${SCHEMA}.schema_version`);
  return version.rows[0]?.version ?? 0;
}

async function lead(client: Client, from: number, to: number): Promise<void> {
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`);
  await client.query(`SET LOCAL search_path = ${SCHEMA}`);
  await client.query('CREATE TABLE IF NOT EXISTS schema_version (version int NOT NULL)');
  for (const { up } of STEPS.slice(from, to)) await client.query(up);
  for (const { down } of STEPS.slice(to, from).reverse()) await client.query(down);
  await client.query('DELETE FROM schema_version');
  await client.query('INSERT INTO schema_version VALUES ($1)', [to]);
}
