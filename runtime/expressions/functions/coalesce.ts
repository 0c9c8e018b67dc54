/** The first of the values that is not absent. */

import type { ExpressionFunction } from '../function.ts';
import { common } from '../logical-type.ts';

export const coalesce: ExpressionFunction = {
  name: 'coalesce',
  summary: 'The first of the values that is not absent.',
  example: { text: 'coalesce(null, "none")', gives: 'none' },
  parameters: [{ name: 'value', kind: 'any', many: true }],
  returns: (args) => args.map(({ type }) => type).reduce(common),
  takesNull: true,
  unifies: true,
  run: (...values: readonly unknown[]) => values.find((value) => value !== null) ?? null,
};
