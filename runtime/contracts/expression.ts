/** Expressions: CEL, typed against the schemas, evaluated without I/O, clock or chance. */
import type { Calendars } from './calendar.ts';
import type { Instant } from './clock.ts';
import type { LogicalType } from './schema.ts';

/** The names an expression may use and their types, such as { report: <object>, place: <object> }. */
export type Scope = ReadonlyMap<string, LogicalType>;

export interface CompiledExpression {
  readonly text: string;
  readonly type: LogicalType;
  /** Values by the names of the scope. Throws BusError kind `message` (EXPRESSION_FAILED) that names the expression. */
  evaluate(values: Readonly<Record<string, unknown>>): unknown;
}

/** What one evaluation of an expression, or one run of a map, may cost; what goes beyond fails and says so. */
export interface WorkLimit {
  /** Each item of a loop is one, and so are 256 characters of a text that a function reads or makes. */
  readonly steps: number;
  /** Milliseconds, and the clock that tells them. Without it only steps are counted: the same values then always give the same. */
  readonly time?: { readonly ms: number; readonly now: () => Instant };
}

/** What is wrong with an expression: `offset` counts characters from its start. */
export interface ExpressionProblem {
  readonly message: string;
  readonly offset: number;
  readonly help: string;
  readonly suggestion?: string;
}

/** The tables of config/lookups by name (the file's name without `.csv`): key column to value column. */
export interface LookupTables extends ReadonlyMap<string, ReadonlyMap<string, string>> {
  /** The calendars of config/calendars by name. */
  readonly calendars?: Calendars;
}
