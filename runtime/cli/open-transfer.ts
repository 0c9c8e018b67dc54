/** Opens a store to move all of it, whatever its kind. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { reasonOf } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import { atRest } from '../message-box/at-rest.ts';
import { openPostgresSource, openPostgresTarget } from '../message-box/postgres/transfer.ts';
import { openSqliteSource, openSqliteTarget } from '../message-box/sqlite/transfer.ts';
import type { TransferSource, TransferTarget } from '../message-box/transfer.ts';
import type { Console } from './console.ts';
import type { StoreAddress } from './store-options.ts';

/** As a restart of its bus would find it. Rejects with BusError as opening a store does. */
export async function openSource(store: StoreAddress, { clock }: Console): Promise<TransferSource> {
  return atRest(store.kind === 'sqlite' ? openSqliteSource(store.path) : await openPostgresSource(store.url, clock));
}

/** Rejects with BusError STORE_NOT_EMPTY, and as opening a store does. */
export async function openTarget(store: StoreAddress, { clock }: Console): Promise<TransferTarget> {
  if (store.kind === 'postgres') return openPostgresTarget(store.url, clock);
  const { path } = store;
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (thrown) {
    throw busError('STORE_NOT_OPENED', { path, reason: reasonOf(thrown) }, { cause: thrown });
  }
  return openSqliteTarget(path);
}
