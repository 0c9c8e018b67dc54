/** Makes an error from the catalog. */
import { BusError, type BusErrorOptions } from '../contracts/errors.ts';
import { catalog, type ErrorCode } from './catalog.ts';

export function busError(
  code: ErrorCode,
  values: Readonly<Record<string, string | number | undefined>> = {},
  options: BusErrorOptions = {},
): BusError {
  return new BusError(code, catalog[code], values, options);
}
