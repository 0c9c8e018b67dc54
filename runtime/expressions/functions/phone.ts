/** A telephone number of the United Kingdom with +44; what is none is an error. */

import { fail } from '../failure.ts';
import type { ExpressionFunction } from '../function.ts';
import { normalPhone } from '../uk-numbers.ts';

export const phone: ExpressionFunction = {
  name: 'phone',
  summary: 'A telephone number of the United Kingdom with +44; what is none is an error.',
  example: { text: 'phone("(01632) 960 114")', gives: '+441632960114' },
  parameters: [{ name: 'text', kind: 'string' }],
  returns: { kind: 'string' },
  run: (text: string) =>
    normalPhone(text) ?? fail(`${JSON.stringify(text)} is not a telephone number of the United Kingdom`),
};
