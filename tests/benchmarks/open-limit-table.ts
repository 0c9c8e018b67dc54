/** The hand-written limit beside a MessageBox, in a store of the same kind. */
import type { LimitTable } from './limit-table.ts';
import { openLimitTablePostgres } from './limit-table-postgres.ts';
import { openLimitTableSqlite } from './limit-table-sqlite.ts';
import type { Place } from './place.ts';

export async function openLimitTable(place: Place): Promise<LimitTable> {
  if (place.store === 'sqlite') return openLimitTableSqlite(place.file('limit.db'));
  if (place.store === 'postgres') return openLimitTablePostgres(await place.database());
  throw new Error('Beside the MessageBox in memory there is no limit by hand: it writes nothing.');
}
