/** Whether the text has the form of a UK postcode. */

import type { ExpressionFunction } from '../function.ts';
import { normalPostcode } from '../postcodes.ts';

export const isPostcode: ExpressionFunction = {
  name: 'isPostcode',
  summary: 'Whether the text has the form of a UK postcode.',
  example: { text: 'isPostcode("NM1 1AA")', gives: true },
  parameters: [{ name: 'text', kind: 'string' }],
  returns: { kind: 'boolean' },
  run: (text: string) => normalPostcode(text) !== undefined,
};
