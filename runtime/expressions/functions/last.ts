/** The last item of a list; an empty list gives nothing. */
import type { ExpressionFunction } from '../function.ts';

export const last: ExpressionFunction = {
  name: 'last',
  summary: 'The last item of a list; an empty list gives nothing.',
  example: { text: 'last(["a", "b"])', gives: 'b' },
  parameters: [{ name: 'list', kind: 'list' }],
  returns: (args) => (args[0]?.type.kind === 'list' ? args[0].type.of : { kind: 'any' }),
  nullable: () => true,
  run: (items: readonly unknown[]) => items.at(-1) ?? null,
};
