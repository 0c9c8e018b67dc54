/** The text without white space at its end. */
import type { ExpressionFunction } from '../function.ts';

export const trimRight: ExpressionFunction = {
  name: 'trimRight',
  summary: 'The text without white space at its end.',
  example: { text: 'trimRight("High Street  ")', gives: 'High Street' },
  parameters: [{ name: 'text', kind: 'string' }],
  returns: { kind: 'string' },
  run: (text: string) => text.trimEnd(),
};
