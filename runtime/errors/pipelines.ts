/** Error codes of pipelines and their components. Codes never change their meaning and are never used again for another. */
import type { CatalogEntry } from '../contracts/errors.ts';

export const pipelineErrors = {} as const satisfies Record<string, CatalogEntry>;
