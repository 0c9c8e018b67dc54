/** Calls of functions: name, count and types of the arguments are checked here, so that functions meet only what they expect. */
import type { LogicalType } from '../contracts/schema.ts';
import { suggestName } from '../errors/suggest-name.ts';
import { widened } from './convert.ts';
import { fail } from './failure.ts';
import {
  type ExpressionFunction,
  type Parameter,
  type ParameterKind,
  type Preparation,
  signatureOf,
} from './function.ts';
import { functions } from './functions/index.ts';
import { conversion, converting, describe, isNumeric, isUnknown } from './logical-type.ts';
import { type Checking, type Frame, type Node, problem, type Run, type Typed, textOf } from './typed.ts';
import { countSteps, countValue } from './work.ts';

export function compileCall(node: Node, name: string, nodes: readonly Node[], checking: Checking): Typed {
  const known = functions.get(name);
  if (!known) return unknownFunction(node, name, checking);
  const args = nodes.map((arg) => checking.compile(arg, checking));
  if (!checkCount(node, known, args, checking)) return result(node, known, args, () => null);
  const fit = args.map((arg, index) => checkArgument(known, parameterAt(known, index), arg, checking));
  if (fit.includes(false)) return result(node, known, args, () => null);
  const prepared = known.prepare?.(args, checking.lookups);
  if (prepared?.problem) {
    const { argument, message, help, suggestion } = prepared.problem;
    problem(checking, nodes[argument] ?? node, message, help, { suggestion });
  }
  const type = typeOf(known, args);
  const given = known.unifies ? args.map((arg) => widened(arg, type)) : args;
  const guarded = given.map((arg, index) => guardedBy(parameterAt(known, index), arg, checking));
  const called = prepared?.counted
    ? counting(prepared.counted, guarded)
    : calling(prepared?.run ?? known.run, guarded, known.takesNull === true);
  return result(node, known, args, called);
}

function unknownFunction(node: Node, name: string, checking: Checking): Typed {
  const suggestion = ELSEWHERE[name.toLowerCase()] ?? suggestName(name, functions.keys());
  const similar = suggestion === undefined ? undefined : functions.get(suggestion);
  const help = similar ? `Write ${signatureOf(similar)}.` : `The functions are ${[...functions.keys()].join(', ')}.`;
  return problem(checking, node, `There is no function ${name}`, help, { suggestion });
}

/** What other languages call a function of ours whose name is not near. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  len: 'size',
  length: 'size',
  tostring: 'string',
  str: 'string',
  text: 'string',
  int: 'integer',
  float: 'number',
  double: 'number',
  format: 'date',
  formatdate: 'date',
  slice: 'substring',
  mid: 'substring',
  strip: 'trim',
  default: 'coalesce',
  ifnull: 'coalesce',
};

const typeOf = ({ returns }: ExpressionFunction, args: readonly Typed[]) =>
  typeof returns === 'function' ? returns(args) : returns;

function result(node: Node, known: ExpressionFunction, args: readonly Typed[], run: Run): Typed {
  const type = typeOf(known, args);
  const fromArguments = known.takesNull
    ? args.length > 0 && args.every(({ nullable }) => nullable)
    : args.some(({ nullable }) => nullable);
  return { node, type, nullable: known.nullable?.(args) ?? fromArguments, run };
}

const parameterAt = ({ parameters }: ExpressionFunction, index: number): Parameter =>
  parameters[index] ?? parameters.at(-1)!;

function checkCount(node: Node, known: ExpressionFunction, args: readonly Typed[], checking: Checking): boolean {
  const { parameters, name } = known;
  const least = parameters.filter((parameter) => !parameter.optional).length;
  const most = parameters.at(-1)?.many ? Number.POSITIVE_INFINITY : parameters.length;
  if (args.length >= least && args.length <= most) return true;
  const wanted =
    least === most ? `${least}` : most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`;
  const noun = wanted === '1' || wanted === 'at least 1' ? 'argument' : 'arguments';
  problem(checking, node, `${name} takes ${wanted} ${noun}, not ${args.length}`, `Write ${signatureOf(known)}.`, {
    suggestion: signatureOf(known),
  });
  return false;
}

const KINDS: Readonly<Record<ParameterKind, (type: LogicalType) => boolean>> = {
  string: ({ kind }) => kind === 'string',
  integer: ({ kind }) => kind === 'integer',
  numeric: isNumeric,
  boolean: ({ kind }) => kind === 'boolean',
  list: ({ kind }) => kind === 'list',
  scalar: (type) => type.kind === 'string' || type.kind === 'boolean' || isNumeric(type),
  any: () => true,
};

const WANTED: Readonly<Record<ParameterKind, LogicalType>> = {
  string: { kind: 'string' },
  integer: { kind: 'integer' },
  numeric: { kind: 'number' },
  boolean: { kind: 'boolean' },
  list: { kind: 'list', of: { kind: 'any' } },
  scalar: { kind: 'string' },
  any: { kind: 'any' },
};

function checkArgument(known: ExpressionFunction, { name, kind }: Parameter, arg: Typed, checking: Checking): boolean {
  if (isUnknown(arg.type) || KINDS[kind](arg.type)) return true;
  const message = `${known.name} wants ${describe(WANTED[kind])} as ${name}, not ${describe(arg.type)}`;
  const suggestion = converting(textOf(checking, arg.node), arg.type, WANTED[kind]);
  problem(checking, arg.node, message, conversion(arg.type, WANTED[kind]), { suggestion });
  return false;
}

const VALUES: Readonly<Record<ParameterKind, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  integer: Number.isSafeInteger,
  numeric: (value) => typeof value === 'number' || typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  list: Array.isArray,
  scalar: (value) => typeof value !== 'object',
  any: () => true,
};

/** Where the type is not known beforehand, the value is looked at. */
function guardedBy({ kind, name }: Parameter, arg: Typed, checking: Checking): Run {
  if (!isUnknown(arg.type)) return arg.run;
  const [fits, what] = [VALUES[kind], textOf(checking, arg.node)];
  return (frame) => {
    const value = arg.run(frame);
    return value === null || fits(value)
      ? value
      : fail(`${what} cannot be used as ${name}: it is not ${describe(WANTED[kind])}`);
  };
}

type Called = (...args: unknown[]) => unknown;

/** One closure a number of arguments: no array is made on the way. */
function calling(called: (...args: readonly never[]) => unknown, runs: readonly Run[], takesNull: boolean): Run {
  const call = called as Called;
  const [a, b, c] = runs;
  if (takesNull || runs.length > 3) return (frame) => spread(call, runs, takesNull, frame);
  if (!a) return () => call();
  if (!b)
    return (frame) => {
      const x = weighed(frame, a);
      return x === null ? null : made(frame, call(x));
    };
  if (!c)
    return (frame) => {
      const x = weighed(frame, a);
      const y = weighed(frame, b);
      return x === null || y === null ? null : made(frame, call(x, y));
    };
  return (frame) => {
    const x = weighed(frame, a);
    const y = weighed(frame, b);
    const z = weighed(frame, c);
    return x === null || y === null || z === null ? null : made(frame, call(x, y, z));
  };
}

function weighed(frame: Frame, run: Run): unknown {
  const value = run(frame);
  countValue(frame, value);
  return value;
}

function made(frame: Frame, value: unknown): unknown {
  if (typeof value === 'string') countValue(frame, value);
  return value;
}

function spread(call: Called, runs: readonly Run[], takesNull: boolean, frame: Frame): unknown {
  const values = runs.map((run) => weighed(frame, run));
  return !takesNull && values.includes(null) ? null : made(frame, call(...values));
}

function counting(counted: NonNullable<Preparation['counted']>, runs: readonly Run[]): Run {
  const call = counted as (count: (steps: number) => void, ...args: unknown[]) => unknown;
  return (frame) => {
    const values = runs.map((run) => weighed(frame, run));
    return values.includes(null) ? null : call((steps) => countSteps(frame, steps), ...values);
  };
}
