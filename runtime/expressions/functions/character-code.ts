/** The number of the first character of the text in Unicode. */

import { fail } from '../failure.ts';
import type { ExpressionFunction } from '../function.ts';

export const characterCode: ExpressionFunction = {
  name: 'characterCode',
  summary: 'The number of the first character of the text in Unicode.',
  example: { text: 'characterCode("A")', gives: 65 },
  parameters: [{ name: 'text', kind: 'string' }],
  returns: { kind: 'integer' },
  run: (text: string) => text.codePointAt(0) ?? fail('an empty text has no character'),
};
