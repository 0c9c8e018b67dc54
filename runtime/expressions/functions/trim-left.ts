/** The text without white space at its beginning. */
import type { ExpressionFunction } from '../function.ts';

export const trimLeft: ExpressionFunction = {
  name: 'trimLeft',
  summary: 'The text without white space at its beginning.',
  example: { text: 'trimLeft("  High Street")', gives: 'High Street' },
  parameters: [{ name: 'text', kind: 'string' }],
  returns: { kind: 'string' },
  run: (text: string) => text.trimStart(),
};
