/** The text in capital letters. */
import type { ExpressionFunction } from '../function.ts';

export const upper: ExpressionFunction = {
  name: 'upper',
  summary: 'The text in capital letters.',
  example: { text: 'upper("High Street")', gives: 'HIGH STREET' },
  parameters: [{ name: 'text', kind: 'string' }],
  returns: { kind: 'string' },
  run: (text: string) => text.toUpperCase(),
};
