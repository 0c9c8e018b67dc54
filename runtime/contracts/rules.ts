/** Decision tables, compiled. */
import type { Scalar } from './message.ts';

export type InputKind = 'string' | 'integer' | 'number' | 'boolean' | 'date';

/** Output name to value. */
export type Decision = Readonly<Record<string, Scalar | null>>;

export interface RuleTable {
  readonly name: string;
  readonly inputs: ReadonlyMap<string, InputKind>;
  /**
   * What the table says; of a table that collects, all of it in the order of its rules. Throws BusError RULES_NO_MATCH,
   * RULES_AMBIGUOUS, EXPRESSION_FAILED.
   */
  decide(values: Readonly<Record<string, unknown>>): Decision | readonly Decision[];
}
