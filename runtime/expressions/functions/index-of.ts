/** The position, from 0, at which one text stands within another; -1 where it does not. */

import { charactersOf } from '../characters.ts';
import type { ExpressionFunction } from '../function.ts';

export const indexOf: ExpressionFunction = {
  name: 'indexOf',
  summary: 'The position, from 0, at which one text stands within another; -1 where it does not.',
  example: { text: 'indexOf("High Street", "Street")', gives: 5 },
  parameters: [
    { name: 'text', kind: 'string' },
    { name: 'part', kind: 'string' },
  ],
  returns: { kind: 'integer' },
  run: (text: string, part: string) =>
    text.includes(part) ? charactersOf(text.slice(0, text.indexOf(part))).length : -1,
};
