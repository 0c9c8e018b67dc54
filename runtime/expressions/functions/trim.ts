/** The text without white space at its ends. */
import type { ExpressionFunction } from '../function.ts';

export const trim: ExpressionFunction = {
  name: 'trim',
  summary: 'The text without white space at its ends.',
  example: { text: 'trim("  High Street ")', gives: 'High Street' },
  parameters: [{ name: 'text', kind: 'string' }],
  returns: { kind: 'string' },
  run: (text: string) => text.trim(),
};
