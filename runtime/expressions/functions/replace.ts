/** The text with every occurrence of one text replaced by another. */
import type { ExpressionFunction } from '../function.ts';

export const replace: ExpressionFunction = {
  name: 'replace',
  summary: 'The text with every occurrence of one text replaced by another.',
  example: { text: 'replace("1/2/3", "/", "-")', gives: '1-2-3' },
  parameters: [
    { name: 'text', kind: 'string' },
    { name: 'search', kind: 'string' },
    { name: 'replacement', kind: 'string' },
  ],
  returns: { kind: 'string' },
  run: (text: string, search: string, replacement: string) =>
    search === '' ? text : text.replaceAll(search, () => replacement),
};
