/** What a table of config/lookups says about a key; without a default an unknown key is an error. */
import type { LookupTables } from '../../contracts/expression.ts';
import { busError } from '../../errors/bus-error.ts';
import { suggestName } from '../../errors/suggest-name.ts';
import { fail } from '../failure.ts';
import type { Argument, ExpressionFunction, Preparation } from '../function.ts';

export const lookup: ExpressionFunction = {
  name: 'lookup',
  summary: 'What a table of config/lookups says about a key; without a default an unknown key is an error.',
  example: { text: 'lookup("subjects", "pothole")', gives: 'PH' },
  parameters: [
    { name: 'table', kind: 'string' },
    { name: 'key', kind: 'scalar' },
    { name: 'default', kind: 'scalar', optional: true },
  ],
  returns: { kind: 'string' },
  takesNull: true,
  nullable: ([, key, fallback]) => (fallback ? fallback.nullable : key?.nullable === true),
  prepare,
  run: () => fail('lookup: the table must be written as a text'),
};

function prepare([table, , fallback]: readonly Argument[], lookups: LookupTables | undefined): Preparation {
  const name = table?.literal?.value;
  if (typeof name !== 'string')
    return trouble(0, 'The table must be written as a text', 'Write lookup("table-name", key).');
  const rows = lookups?.get(name);
  if (!rows) {
    const known = [...(lookups?.keys() ?? [])];
    const help =
      known.length > 0 ? `The tables are ${known.join(', ')}.` : 'Put the table into config/lookups as a CSV file.';
    return trouble(0, `There is no lookup table "${name}"`, help, suggestName(name, known));
  }
  if (fallback && fallback.type.kind !== 'string' && fallback.type.kind !== 'null' && fallback.type.kind !== 'any')
    return trouble(2, 'The default must be a text, as the values of the table are', 'Write it in quotes.');
  return { run: (_: unknown, value: unknown, other?: unknown) => find(name, rows, value, other) };
}

function find(table: string, rows: ReadonlyMap<string, string>, key: unknown, fallback: unknown): unknown {
  if (key !== null) {
    const found = rows.get(typeof key === 'string' ? key : String(key));
    if (found !== undefined) return found;
  }
  if (fallback !== undefined || key === null) return fallback ?? null;
  throw busError('LOOKUP_MISS', { table, key: String(key) });
}

const trouble = (argument: number, message: string, help: string, suggestion?: string): Preparation => ({
  problem: { argument, message, help, suggestion },
});
