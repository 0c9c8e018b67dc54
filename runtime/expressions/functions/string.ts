/** A number, decimal or boolean as text. */
import type { ExpressionFunction } from '../function.ts';

export const string: ExpressionFunction = {
  name: 'string',
  summary: 'A number, decimal or boolean as text.',
  example: { text: 'string(12.5)', gives: '12.5' },
  parameters: [{ name: 'value', kind: 'scalar' }],
  returns: { kind: 'string' },
  run: (value: unknown) => String(value),
};
