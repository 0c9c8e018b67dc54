/** Puts violations into one error: the first of them in its text, all that are kept in its detail. */
import type { BusError } from '../contracts/errors.ts';
import type { Context } from '../contracts/message.ts';
import type { Violation } from '../contracts/schema.ts';
import { busError } from '../errors/bus-error.ts';
import { CSV_ROW } from './csv-row.ts';
import { FLAT_RECORD } from './flat-record.ts';

const SHOWN = 10;
const KEPT = 100;

/** The row of the file that the message came of, where it came of one, is named too. */
export function schemaViolation(type: string, violations: readonly Violation[], context: Context): BusError {
  const row = context.get(CSV_ROW)?.value;
  const record = context.get(FLAT_RECORD)?.value;
  const where = row !== undefined ? ` (row ${row})` : record !== undefined ? ` (record ${record})` : '';
  const shown = violations.slice(0, SHOWN).map(describeViolation);
  const more = violations.length > SHOWN ? `; and ${violations.length - SHOWN} more` : '';
  const values = { type: type + where, count: violations.length, violations: `${shown.join('; ')}${more}` };
  return busError('SCHEMA_VIOLATION', values, { detail: { type, violations: violations.slice(0, KEPT) } });
}

export function describeViolation({ path, message, line, column }: Violation): string {
  const place = line === undefined ? '' : ` (line ${line}${column === undefined ? '' : `:${column}`})`;
  return `${path === '' ? '/' : path} ${message}${place}`;
}
