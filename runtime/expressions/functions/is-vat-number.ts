/** Whether the text is a UK VAT number whose check digits are right. */
import type { ExpressionFunction } from '../function.ts';
import { isVatNumber as hasVatForm } from '../uk-numbers.ts';

export const isVatNumber: ExpressionFunction = {
  name: 'isVatNumber',
  summary: 'Whether the text is a UK VAT number whose check digits are right.',
  example: { text: 'isVatNumber("GB 980 7806 84")', gives: true },
  parameters: [{ name: 'text', kind: 'string' }],
  returns: { kind: 'boolean' },
  run: (text: string) => hasVatForm(text),
};
