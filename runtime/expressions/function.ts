/** What a function of expressions is. One a file in functions/, listed in functions/index.ts. */
import type { LookupTables } from '../contracts/expression.ts';
import type { LogicalType } from '../contracts/schema.ts';

/** `numeric`: any of whole number, number, decimal. `scalar`: text, numeric or boolean. */
export type ParameterKind = 'string' | 'integer' | 'numeric' | 'boolean' | 'list' | 'scalar' | 'any';

export interface Parameter {
  readonly name: string;
  readonly kind: ParameterKind;
  readonly optional?: true;
  /** The last parameter may be given any number of times. */
  readonly many?: true;
}

export interface Argument {
  readonly type: LogicalType;
  readonly nullable: boolean;
  /** Where it is known before anything runs. */
  readonly literal?: { readonly value: unknown };
}

export interface Preparation {
  /** Replaces `run`: closures over what the literal arguments say. */
  readonly run?: (...args: readonly never[]) => unknown;
  /** In place of `run`, for what can cost more than its arguments are long: tells `count` how many steps more. */
  readonly counted?: (count: (steps: number) => void, ...args: readonly never[]) => unknown;
  readonly problem?: {
    readonly argument: number;
    readonly message: string;
    readonly help: string;
    readonly suggestion?: string | undefined;
  };
}

export interface ExpressionFunction {
  readonly name: string;
  readonly summary: string;
  /** `upper("high street")` and what it gives; run by a test. */
  readonly example: { readonly text: string; readonly gives: unknown };
  readonly parameters: readonly Parameter[];
  readonly returns: LogicalType | ((args: readonly Argument[]) => LogicalType);
  /** It is called with null arguments too; all others give null when an argument is null. */
  readonly takesNull?: true;
  /** Its arguments are brought to the type of its result: numbers become decimals where one of them is a decimal. */
  readonly unifies?: true;
  /** Whether it may give null; by default, whether an argument may be null (takesNull: whether all may be). */
  nullable?(args: readonly Argument[]): boolean;
  /** Looks at the literal arguments, once, at compile time. */
  prepare?(args: readonly Argument[], lookups: LookupTables | undefined): Preparation;
  /** Arguments are of the kinds that the parameters say; throws by fail(reason). Pure. */
  run(...args: readonly never[]): unknown;
}

/** `date(text, zone, pattern?)` */
export function signatureOf({ name, parameters }: ExpressionFunction): string {
  const shown = parameters.map(
    (parameter) => parameter.name + (parameter.many ? ', ...' : parameter.optional ? '?' : ''),
  );
  return `${name}(${shown.join(', ')})`;
}
