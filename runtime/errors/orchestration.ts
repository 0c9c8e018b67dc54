/** Error codes of orchestrations. Codes never change their meaning and are never used again for another. */
import type { CatalogEntry } from '../contracts/errors.ts';

export const orchestrationErrors = {} as const satisfies Record<string, CatalogEntry>;
