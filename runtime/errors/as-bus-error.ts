/** Turns whatever was thrown into a BusError: what is not one already is a bug of the code named by `where`. */
import { BusError } from '../contracts/errors.ts';
import { busError } from './bus-error.ts';

export function asBusError(thrown: unknown, where: string): BusError {
  if (isBusError(thrown)) return thrown;
  return busError('ADAPTER_BUG', { name: where, reason: reasonOf(thrown) }, { cause: thrown });
}

/** Also true for a BusError of another copy of the contracts, such as a third-party adapter's own. */
export function isBusError(thrown: unknown): thrown is BusError {
  return thrown instanceof BusError || (Error.isError(thrown) && thrown.name === 'BusError' && 'kind' in thrown);
}

export function reasonOf(thrown: unknown): string {
  return Error.isError(thrown) ? thrown.message : String(thrown);
}
