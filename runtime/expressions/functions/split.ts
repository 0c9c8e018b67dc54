/** The parts of the text between a separator. */
import { charactersOf } from '../characters.ts';
import type { ExpressionFunction } from '../function.ts';

export const split: ExpressionFunction = {
  name: 'split',
  summary: 'The parts of the text between a separator.',
  example: { text: 'split("a;b", ";")', gives: ['a', 'b'] },
  parameters: [
    { name: 'text', kind: 'string' },
    { name: 'separator', kind: 'string' },
  ],
  returns: { kind: 'list', of: { kind: 'string' } },
  run: (text: string, separator: string) => (separator === '' ? charactersOf(text) : text.split(separator)),
};
