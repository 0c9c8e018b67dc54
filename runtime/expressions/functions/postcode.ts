/** A UK postcode in capitals with its space; what is none is an error. */
import { fail } from '../failure.ts';
import type { ExpressionFunction } from '../function.ts';
import { normalPostcode } from '../postcodes.ts';

export const postcode: ExpressionFunction = {
  name: 'postcode',
  summary: 'A UK postcode in capitals with its space; what is none is an error.',
  example: { text: 'postcode("nm11aa")', gives: 'NM1 1AA' },
  parameters: [{ name: 'text', kind: 'string' }],
  returns: { kind: 'string' },
  run: (text: string) => normalPostcode(text) ?? fail(`${JSON.stringify(text)} is not a UK postcode`),
};
