/** A filter as a formula without negation: conditions joined by all and any. */
import type { Condition } from '../contracts/routing.ts';

export type Formula =
  | { readonly kind: 'condition'; readonly condition: Condition }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Formula[] };

/** All of nothing is true, any of nothing is false. */
export const TRUE: Formula = { kind: 'all', of: [] };
export const FALSE: Formula = { kind: 'any', of: [] };
