/** Error codes of schemas and message types. Codes never change their meaning and are never used again for another. */
import type { CatalogEntry } from '../contracts/errors.ts';

export const schemaErrors = {} as const satisfies Record<string, CatalogEntry>;
