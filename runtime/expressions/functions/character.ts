/** The character of a number in Unicode. */

import { fail } from '../failure.ts';
import type { ExpressionFunction } from '../function.ts';

export const character: ExpressionFunction = {
  name: 'character',
  summary: 'The character of a number in Unicode.',
  example: { text: 'character(65)', gives: 'A' },
  parameters: [{ name: 'code', kind: 'integer' }],
  returns: { kind: 'string' },
  run: (code: number) =>
    code > 0 && code < 0x110000 && (code < 0xd800 || code > 0xdfff)
      ? String.fromCodePoint(code)
      : fail(`${code} is the number of no character`),
};
