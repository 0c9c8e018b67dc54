/** Error codes of loading, checking and binding a solution. Codes never change their meaning and are never used again for another. */
import type { CatalogEntry } from '../contracts/errors.ts';

export const solutionErrors = {
  YAML_SYNTAX: {
    kind: 'config',
    text: '{reason}.',
    help: 'Mend the YAML here; indentation counts, and every key may stand only once.',
  },
} as const satisfies Record<string, CatalogEntry>;
