/** Whether the text has the form of a company number. */
import type { ExpressionFunction } from '../function.ts';
import { isCompanyNumber as hasCompanyForm } from '../uk-numbers.ts';

export const isCompanyNumber: ExpressionFunction = {
  name: 'isCompanyNumber',
  summary: 'Whether the text has the form of a company number.',
  example: { text: 'isCompanyNumber("SC123456")', gives: true },
  parameters: [{ name: 'text', kind: 'string' }],
  returns: { kind: 'boolean' },
  run: (text: string) => hasCompanyForm(text),
};
