/** Error codes of the admin API and the command line. Codes never change their meaning and are never used again for another. */
import type { CatalogEntry } from '../contracts/errors.ts';

export const adminErrors = {} as const satisfies Record<string, CatalogEntry>;
