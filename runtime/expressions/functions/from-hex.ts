/** The whole number that hexadecimal digits say. */

import { fail } from '../failure.ts';
import type { ExpressionFunction } from '../function.ts';

export const fromHex: ExpressionFunction = {
  name: 'fromHex',
  summary: 'The whole number that hexadecimal digits say.',
  example: { text: 'fromHex("FF")', gives: 255 },
  parameters: [{ name: 'text', kind: 'string' }],
  returns: { kind: 'integer' },
  run: (text: string) =>
    /^-?[0-9a-f]{1,13}$/i.test(text.trim())
      ? Number.parseInt(text, 16)
      : fail(`${JSON.stringify(text)} is no number in hexadecimal digits`),
};
