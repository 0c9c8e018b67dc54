/** Whether the text has another within it. */
import type { ExpressionFunction } from '../function.ts';

export const contains: ExpressionFunction = {
  name: 'contains',
  summary: 'Whether the text has another within it.',
  example: { text: '"High Street".contains("Str")', gives: true },
  parameters: [
    { name: 'text', kind: 'string' },
    { name: 'part', kind: 'string' },
  ],
  returns: { kind: 'boolean' },
  run: (text: string, part: string) => text.includes(part),
};
