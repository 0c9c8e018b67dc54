/** The text with one blank wherever it has white space, and none at its ends. */
import type { ExpressionFunction } from '../function.ts';

export const normalizeSpace: ExpressionFunction = {
  name: 'normalizeSpace',
  summary: 'The text with one blank wherever it has white space, and none at its ends.',
  example: { text: 'normalizeSpace("  High   Street ")', gives: 'High Street' },
  parameters: [{ name: 'text', kind: 'string' }],
  returns: { kind: 'string' },
  run: (text: string) => text.trim().replace(/\s+/g, ' '),
};
