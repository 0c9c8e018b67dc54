/** Whether the text begins with another. */
import type { ExpressionFunction } from '../function.ts';

export const startsWith: ExpressionFunction = {
  name: 'startsWith',
  summary: 'Whether the text begins with another.',
  example: { text: '"High Street".startsWith("High")', gives: true },
  parameters: [
    { name: 'text', kind: 'string' },
    { name: 'start', kind: 'string' },
  ],
  returns: { kind: 'boolean' },
  run: (text: string, start: string) => text.startsWith(start),
};
