/** Error codes of expressions. Codes never change their meaning and are never used again for another. */
import type { CatalogEntry } from '../contracts/errors.ts';

export const expressionErrors = {
  EXPRESSION_FAILED: {
    kind: 'message',
    text: 'The expression `{expression}` failed: {reason}.',
    help: 'Compare the message with the expression; guard optional fields with has(...) or coalesce(...).',
  },
  LOOKUP_MISS: {
    kind: 'message',
    text: 'The lookup table {table} has no key "{key}".',
    help: 'Add the key to config/lookups/{table}.csv, or give the lookup a default as its third argument.',
  },
} as const satisfies Record<string, CatalogEntry>;
