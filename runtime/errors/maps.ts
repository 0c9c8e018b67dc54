/** Error codes of maps. Codes never change their meaning and are never used again for another. */
import type { CatalogEntry } from '../contracts/errors.ts';

export const mapErrors = {} as const satisfies Record<string, CatalogEntry>;
