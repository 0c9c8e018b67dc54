/** Brings the schema of a PostgreSQL store that no bus has open to a version, forward or back, in one transaction. */
import type { Client } from 'pg';
import type { Clock } from '../../contracts/clock.ts';
import { busError } from '../../errors/bus-error.ts';
import { storeErrors } from './errors.ts';
import { LATEST, migrate } from './migrate.ts';
import { connect, untilUnused, versionOf } from './transfer-hold.ts';

export interface MigratedPostgres {
  /** The address without its password. */
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

/** Throws BusError STORE_NOT_OPENED, STORE_IN_USE, STORE_NEWER, STORE_NO_WAY_BACK; then the store is as it was. */
export async function migrateStopped(url: string, to: number, clock: Clock): Promise<MigratedPostgres> {
  const errors = storeErrors(url);
  const { path } = errors;
  let client: Client | undefined;
  try {
    client = await connect(url);
    const from = await versionOf(client);
    if (from === undefined) {
      throw busError('STORE_NOT_OPENED', { path, reason: 'there is no MessageBox in the database' });
    }
    if (from > LATEST) throw busError('STORE_NEWER', { path, found: from, known: LATEST });
    if (to < 1 || to > LATEST) throw busError('STORE_NO_WAY_BACK', { path, from, to, known: LATEST });
    await untilUnused(client, path, clock);
    await migrate(client, path, to);
    return { path, from, to };
  } catch (thrown) {
    throw errors.asOpenError(thrown);
  } finally {
    await client?.end();
  }
}
