/**
 * Compiles an expression: CEL, typed against the names and types of its scope. Everything wrong comes back as problems with
 * their offset; what compiles can fail only by the values it meets.
 * What is not there is null: an absent field, a field of null, an item past the end of a list. == and != take null like any
 * value, functions given null give null (coalesce replaces it), every other operator fails on it with EXPRESSION_FAILED.
 * Whole numbers, numbers and decimals mix: two numbers compute as doubles, with a decimal the result is exact decimal text.
 * Pure but for the clock of its limit; bounded by the size of the text, by the steps that it takes, and by time.
 */
import type { CompiledExpression, ExpressionProblem, LookupTables, Scope, WorkLimit } from '../contracts/expression.ts';
import type { LogicalType } from '../contracts/schema.ts';
import { isBusError, reasonOf } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import type { ErrorCode } from '../errors/catalog.ts';
import { compileNode } from './compile-node.ts';
import { converted } from './convert.ts';
import { parse } from './parse.ts';
import { withRepair } from './repair.ts';
import type { Checking, Frame, Node, Typed, Variable } from './typed.ts';
import { beginWork, STANDARD_LIMIT } from './work.ts';

export interface CompileOptions {
  /** The type that is wanted; another is a problem. Numbers become decimals where a decimal is wanted. */
  readonly expected?: LogicalType;
  readonly lookups?: LookupTables;
  /** Default: 1,000,000 steps, whatever time they take. */
  readonly limit?: WorkLimit | undefined;
}

export interface Compilation {
  readonly expression?: CompiledExpression;
  readonly problems: readonly ExpressionProblem[];
}

export function compileExpression(text: string, scope: Scope, options: CompileOptions = {}): Compilation {
  const slots = { next: 1 };
  const variables = new Map([...scope].map(([name, type]) => [name, { type, slot: slots.next++, nullable: false }]));
  const { typed, problems } = compileTyped(text, { variables, slots, ...options });
  if (!typed || problems.length > 0) return { problems };
  const names = [...variables.keys()];
  const evaluate = (values: Readonly<Record<string, unknown>>) => {
    const frame = newFrame(slots.next, options.limit);
    for (let index = 0; index < names.length; index += 1) frame[index + 1] = values[names[index]!] ?? null;
    return runGuarded(typed, text, frame);
  };
  return { expression: { text, type: typed.type, evaluate }, problems };
}

export interface TypedOptions extends CompileOptions {
  readonly variables: ReadonlyMap<string, Variable>;
  /** Shared by all expressions that run on one frame. */
  readonly slots: { next: number };
}

/** For those that run many expressions on one frame, such as maps. */
export function compileTyped(text: string, options: TypedOptions): Compiled {
  const parsed = parse(text);
  if (!('problem' in parsed)) return compileParsed(text, parsed.node, options);
  const problemsOf = (other: string) => {
    const read = parse(other);
    return 'problem' in read ? Number.POSITIVE_INFINITY : compileParsed(other, read.node, options).problems.length;
  };
  return { problems: [withRepair(text, parsed.problem, problemsOf)] };
}

interface Compiled {
  readonly typed?: Typed;
  readonly problems: readonly ExpressionProblem[];
}

function compileParsed(text: string, node: Node, { variables, slots, expected, lookups }: TypedOptions): Compiled {
  const problems: ExpressionProblem[] = [];
  const checking: Checking = { text, variables, present: new Set(), lookups, problems, slots, compile: compileNode };
  try {
    const typed = compileNode(node, checking);
    return { typed: expected ? converted(checking, typed, expected) : typed, problems };
  } catch (thrown) {
    if (!Error.isError(thrown) || thrown.name !== 'RangeError') throw thrown;
    return {
      problems: [{ message: 'The expression is nested too deep', offset: 0, help: 'Split it into simpler ones.' }],
    };
  }
}

export function newFrame(size: number, limit: WorkLimit = STANDARD_LIMIT): Frame {
  const frame: Frame = new Array(size).fill(null);
  frame[0] = beginWork(limit);
  return frame;
}

/** Only errors about what is looked up keep their own code. */
const KEPT: ReadonlySet<string> = new Set<ErrorCode>(['LOOKUP_MISS']);

export function runGuarded(typed: Typed, text: string, frame: Frame): unknown {
  try {
    return typed.run(frame);
  } catch (thrown) {
    if (isBusError(thrown) && KEPT.has(thrown.code)) throw thrown;
    throw busError(
      'EXPRESSION_FAILED',
      { expression: text, reason: reasonOf(thrown).replace(/\.$/, '') },
      { cause: thrown },
    );
  }
}
