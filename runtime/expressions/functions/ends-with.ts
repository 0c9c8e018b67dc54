/** Whether the text ends with another. */
import type { ExpressionFunction } from '../function.ts';

export const endsWith: ExpressionFunction = {
  name: 'endsWith',
  summary: 'Whether the text ends with another.',
  example: { text: '"High Street".endsWith("Street")', gives: true },
  parameters: [
    { name: 'text', kind: 'string' },
    { name: 'end', kind: 'string' },
  ],
  returns: { kind: 'boolean' },
  run: (text: string, end: string) => text.endsWith(end),
};
