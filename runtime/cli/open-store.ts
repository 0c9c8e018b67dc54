/** Opens the MessageBox that config/bus.yaml names: a path, relative to the solution's folder, or the URL of a PostgreSQL. */
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { MessageBox } from '../contracts/message-box.ts';
import { reasonOf } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import { openMemory } from '../message-box/memory.ts';
import { openPostgres } from '../message-box/postgres.ts';
import { openSqlite } from '../message-box/sqlite.ts';
import type { StoreConfig } from '../solution/bus-config.ts';
import type { Console } from './console.ts';

/** Throws BusError STORE_NOT_OPENED and what else the stores refuse; no text tells a password. */
export async function openStore(
  store: StoreConfig,
  folder: string,
  { clock }: Console,
  secret: (name: string) => string,
): Promise<MessageBox> {
  if (store.kind === 'memory') return openMemory();
  if (store.kind === 'postgres') {
    return openPostgres(typeof store.url === 'string' ? store.url : secret(store.url.secret), { clock });
  }
  const path = resolve(folder, store.path);
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (thrown) {
    throw busError('STORE_NOT_OPENED', { path, reason: reasonOf(thrown) }, { cause: thrown });
  }
  return openSqlite(path, { now: () => clock.now() });
}
