/** Whether the text or number can be a unique property reference number: 1 to 12 digits. */
import type { ExpressionFunction } from '../function.ts';

export const isUprn: ExpressionFunction = {
  name: 'isUprn',
  summary: 'Whether the text or number can be a unique property reference number: 1 to 12 digits.',
  example: { text: 'isUprn("100012345678")', gives: true },
  parameters: [{ name: 'value', kind: 'scalar' }],
  returns: { kind: 'boolean' },
  run: (value: unknown) => /^[1-9]\d{0,11}$/.test(String(value).replace(/^0+/, '')),
};
