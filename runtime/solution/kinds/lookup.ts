/** config/lookups/*.csv: a table from key to value. CSV, so it has no JSON Schema of its own: this describes one record. */
import type { FileKind } from './kind.ts';
import { closed } from './parts.ts';

export const lookup: FileKind = {
  name: 'lookup',
  what: 'a lookup',
  pattern: /^config\/lookups\/[^/]+\.csv$/,
  place: 'config/lookups/*.csv',
  schema: closed('One record of a lookup', {
    key: { type: 'string', minLength: 1, description: 'What is looked up; unique in the table' },
    value: { type: 'string', description: 'What it stands for' },
  }),
};
