/** The items of a list without those that stand in it before; objects and lists by content. */
import type { ExpressionFunction } from '../function.ts';

export const distinct: ExpressionFunction = {
  name: 'distinct',
  summary: 'The items of a list without those that stand in it before; objects and lists by content.',
  example: { text: 'distinct(["a", "b", "a"])', gives: ['a', 'b'] },
  parameters: [{ name: 'list', kind: 'list' }],
  returns: (args) => args[0]?.type ?? { kind: 'any' },
  run: (items: readonly unknown[]) => [...new Map(items.map((item) => [JSON.stringify(item), item])).values()],
};
