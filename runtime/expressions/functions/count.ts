/** How many items a list has. */
import type { ExpressionFunction } from '../function.ts';

export const count: ExpressionFunction = {
  name: 'count',
  summary: 'How many items a list has.',
  example: { text: 'count([1, 2, 3])', gives: 3 },
  parameters: [{ name: 'list', kind: 'list' }],
  returns: { kind: 'integer' },
  run: (list: readonly unknown[]) => list.length,
};
