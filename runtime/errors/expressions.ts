/** Error codes of expressions. Codes never change their meaning and are never used again for another. */
import type { CatalogEntry } from '../contracts/errors.ts';

export const expressionErrors = {} as const satisfies Record<string, CatalogEntry>;
