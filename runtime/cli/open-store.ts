/** Opens the MessageBox that config/bus.yaml names; a path is relative to the solution's folder. */
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { MessageBox } from '../contracts/message-box.ts';
import { reasonOf } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import { openMemory } from '../message-box/memory.ts';
import { openSqlite } from '../message-box/sqlite.ts';
import type { StoreConfig } from '../solution/bus-config.ts';
import type { Console } from './console.ts';

export function openStore(store: StoreConfig, folder: string, { clock }: Console): MessageBox {
  if (store.kind === 'memory') return openMemory();
  const path = resolve(folder, store.path);
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (thrown) {
    throw busError('STORE_NOT_OPENED', { path, reason: reasonOf(thrown) }, { cause: thrown });
  }
  return openSqlite(path, { now: () => clock.now() });
}
