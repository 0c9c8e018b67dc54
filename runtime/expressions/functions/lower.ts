/** The text in small letters. */
import type { ExpressionFunction } from '../function.ts';

export const lower: ExpressionFunction = {
  name: 'lower',
  summary: 'The text in small letters.',
  example: { text: 'lower("High Street")', gives: 'high street' },
  parameters: [{ name: 'text', kind: 'string' }],
  returns: { kind: 'string' },
  run: (text: string) => text.toLowerCase(),
};
