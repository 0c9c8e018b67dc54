/** The first item of a list; an empty list gives nothing. */
import type { ExpressionFunction } from '../function.ts';

export const first: ExpressionFunction = {
  name: 'first',
  summary: 'The first item of a list; an empty list gives nothing.',
  example: { text: 'first(["a", "b"])', gives: 'a' },
  parameters: [{ name: 'list', kind: 'list' }],
  returns: (args) => (args[0]?.type.kind === 'list' ? args[0].type.of : { kind: 'any' }),
  nullable: () => true,
  run: (items: readonly unknown[]) => items[0] ?? null,
};
