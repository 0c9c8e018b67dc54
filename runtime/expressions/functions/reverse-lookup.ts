/** The key to which a table of config/lookups has a value; of several the first. Without a default an unknown value is an error. */
import type { LookupTables } from '../../contracts/expression.ts';
import { fail } from '../failure.ts';
import type { Argument, ExpressionFunction, Preparation } from '../function.ts';
import { lookup } from './lookup.ts';

export const reverseLookup: ExpressionFunction = {
  ...lookup,
  name: 'reverseLookup',
  summary: 'The key for which a table of config/lookups has a value; without a default an unknown value is an error.',
  example: { text: 'reverseLookup("subjects", "PH")', gives: 'pothole' },
  parameters: [
    { name: 'table', kind: 'string' },
    { name: 'value', kind: 'scalar' },
    { name: 'default', kind: 'scalar', optional: true },
  ],
  prepare,
  run: () => fail('reverseLookup: the table must be written as a text'),
};

/** The table turned round, once. */
function prepare(args: readonly Argument[], lookups: LookupTables | undefined): Preparation {
  const turned = lookups && new Map([...lookups].map(([name, rows]) => [name, turnedRound(rows)]));
  return lookup.prepare!(args, turned);
}

function turnedRound(rows: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...rows].map(([key, value]) => [value, key] as const).reverse());
}
