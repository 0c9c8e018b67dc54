/** A whole number in hexadecimal digits. */
import type { ExpressionFunction } from '../function.ts';

export const toHex: ExpressionFunction = {
  name: 'toHex',
  summary: 'A whole number in hexadecimal digits.',
  example: { text: 'toHex(255)', gives: 'FF' },
  parameters: [{ name: 'number', kind: 'integer' }],
  returns: { kind: 'string' },
  run: (value: number) => value.toString(16).toUpperCase(),
};
