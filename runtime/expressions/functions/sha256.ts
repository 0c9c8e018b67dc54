/** The SHA-256 digest of a text in UTF-8, as hexadecimal digits. */

import { createHash } from 'node:crypto';
import type { ExpressionFunction } from '../function.ts';

export const sha256: ExpressionFunction = {
  name: 'sha256',
  summary: 'The SHA-256 digest of a text in UTF-8, as hexadecimal digits.',
  example: { text: 'left(sha256("a"), 8)', gives: 'ca978112' },
  parameters: [{ name: 'text', kind: 'string' }],
  returns: { kind: 'string' },
  run: (text: string) => createHash('sha256').update(text).digest('hex'),
};
