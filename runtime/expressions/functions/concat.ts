/** The texts and numbers one after the other; absent ones are skipped. */
import type { ExpressionFunction } from '../function.ts';

export const concat: ExpressionFunction = {
  name: 'concat',
  summary: 'The texts and numbers one after the other; absent ones are skipped.',
  example: { text: 'concat("No ", 7, null, "a")', gives: 'No 7a' },
  parameters: [{ name: 'value', kind: 'scalar', many: true }],
  returns: { kind: 'string' },
  takesNull: true,
  run: (...values: readonly unknown[]) =>
    values
      .filter((value) => value !== null)
      .map(String)
      .join(''),
};
