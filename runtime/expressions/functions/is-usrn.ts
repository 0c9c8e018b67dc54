/** Whether the text can be a unique street reference number: 1 to 8 digits. */
import type { ExpressionFunction } from '../function.ts';
import { isUsrn as hasUsrnForm } from '../uk-numbers.ts';

export const isUsrn: ExpressionFunction = {
  name: 'isUsrn',
  summary: 'Whether the text can be a unique street reference number: 1 to 8 digits.',
  example: { text: 'isUsrn("00700123")', gives: true },
  parameters: [{ name: 'text', kind: 'string' }],
  returns: { kind: 'boolean' },
  run: (text: string) => hasUsrnForm(text),
};
