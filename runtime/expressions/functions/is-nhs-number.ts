/** Whether the text is an NHS number whose check digit is right. */
import type { ExpressionFunction } from '../function.ts';
import { isNhsNumber as hasNhsForm } from '../uk-numbers.ts';

export const isNhsNumber: ExpressionFunction = {
  name: 'isNhsNumber',
  summary: 'Whether the text is an NHS number whose check digit is right.',
  example: { text: 'isNhsNumber("943 476 5919")', gives: true },
  parameters: [{ name: 'text', kind: 'string' }],
  returns: { kind: 'boolean' },
  run: (text: string) => hasNhsForm(text),
};
