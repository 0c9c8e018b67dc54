/** How many characters a text, items a list or fields an object has. */

import { charactersOf } from '../characters.ts';
import { fail } from '../failure.ts';
import type { ExpressionFunction } from '../function.ts';

export const size: ExpressionFunction = {
  name: 'size',
  summary: 'How many characters a text, items a list or fields an object has.',
  example: { text: 'size("Zoë")', gives: 3 },
  parameters: [{ name: 'value', kind: 'any' }],
  returns: { kind: 'integer' },
  run: sizeOf,
};

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return charactersOf(value).length;
  if (Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null
    ? Object.keys(value).length
    : fail('size wants a text, a list or an object');
}
