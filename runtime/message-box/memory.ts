/** The MessageBox in memory: every promise of the durable one but durability. For tests, simulation and first steps. */
import { isBusError, reasonOf } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import { type Box, createBox } from './box.ts';
import { createMemoryTables } from './memory/tables.ts';

export function openMemory(): Box {
  return createBox(createMemoryTables(), { asError, turns: 1 });
}

function asError(thrown: unknown): Error {
  return isBusError(thrown) ? thrown : busError('STORE_FAILED', { reason: reasonOf(thrown) }, { cause: thrown });
}
