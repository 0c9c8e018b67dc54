/** The items of a list as one text, with a separator between them; absent ones are skipped. */
import { fail } from '../failure.ts';
import type { ExpressionFunction } from '../function.ts';

export const join: ExpressionFunction = {
  name: 'join',
  summary: 'The items of a list as one text, with a separator between them; absent ones are skipped.',
  example: { text: 'join(["a", "b"], ", ")', gives: 'a, b' },
  parameters: [
    { name: 'list', kind: 'list' },
    { name: 'separator', kind: 'string', optional: true },
  ],
  returns: { kind: 'string' },
  run: (list: readonly unknown[], separator = '') =>
    list
      .filter((item) => item !== null && item !== undefined)
      .map(textOf)
      .join(separator),
};

const textOf = (item: unknown) =>
  typeof item === 'object'
    ? fail('join: the list holds objects; pick a field with .map(item, item.field)')
    : String(item);
