/** The bytes of a text, in UTF-8, written in base64. */
import type { ExpressionFunction } from '../function.ts';

export const base64: ExpressionFunction = {
  name: 'base64',
  summary: 'The bytes of a text, in UTF-8, written in base64.',
  example: { text: 'base64("Zoë")', gives: 'Wm/Dqw==' },
  parameters: [{ name: 'text', kind: 'string' }],
  returns: { kind: 'string' },
  run: (text: string) => Buffer.from(text).toString('base64'),
};
