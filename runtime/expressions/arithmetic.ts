/** + - * / % and negation. Numbers compute as doubles (whole ones must stay exact), decimals exactly, + also joins. */
import type { LogicalType } from '../contracts/schema.ts';
import { add, type Decimal, divide, formatDecimal, multiply, negate, subtract, toDecimal, trimmed } from './decimal.ts';
import { fail } from './failure.ts';
import { common, converting, describe, isNumeric, isUnknown } from './logical-type.ts';
import {
  ANY,
  type Checking,
  DECIMAL,
  type Node,
  NUMBER,
  problem,
  type Run,
  TEXT,
  type Typed,
  textOf,
} from './typed.ts';
import { countValue } from './work.ts';

/** Places of a division of decimals that does not end before. */
const DIVISION_PLACES = 20;

export function compileArithmetic(node: Node, [left, right]: readonly [Node, Node], checking: Checking): Typed {
  const a = checking.compile(left, checking);
  const b = checking.compile(right, checking);
  const type = resultOf(node.op, a.type, b.type);
  if (!type) return unsupported(node, a, b, checking);
  const compute = computing(node.op, type);
  const names = [textOf(checking, left), textOf(checking, right)] as const;
  return { node, type, nullable: false, run: binary(a.run, b.run, names, compute) };
}

function resultOf(op: string, a: LogicalType, b: LogicalType): LogicalType | undefined {
  if (isNumeric(a) && isNumeric(b)) return op === '/' && common(a, b).kind === 'integer' ? NUMBER : common(a, b);
  if (isUnknown(a) || isUnknown(b)) return resultOfUnknown(op, isUnknown(a) ? b : a);
  if (op !== '+') return undefined;
  if (a.kind === 'string' && b.kind === 'string') return TEXT;
  return a.kind === 'list' && b.kind === 'list' ? common(a, b) : undefined;
}

function resultOfUnknown(op: string, known: LogicalType): LogicalType | undefined {
  if (isUnknown(known) || known.kind === 'decimal') return known.kind === 'decimal' ? known : ANY;
  if (isNumeric(known)) return ANY;
  return op === '+' && (known.kind === 'string' || known.kind === 'list') ? known : undefined;
}

function unsupported(node: Node, a: Typed, b: Typed, checking: Checking): Typed {
  const message = `"${node.op}" does not work on ${describe(a.type)} and ${describe(b.type)}`;
  const [text, number] = a.type.kind === 'string' ? [a, b] : [b, a];
  if (text.type.kind !== 'string' || !isNumeric(number.type))
    return problem(checking, node, message, 'Use numbers with numbers, texts with texts.', { offset: b.node.start });
  const written = textOf(checking, node.op === '+' ? number.node : text.node);
  const suggestion = node.op === '+' ? `string(${written})` : `number(${written})`;
  const help = node.op === '+' ? `Write ${suggestion} to join it to a text.` : `Write ${suggestion}.`;
  const offset = (node.op === '+' ? number : text).node.start;
  return problem(checking, node, message, help, { offset, suggestion });
}

type Compute = (p: unknown, q: unknown) => unknown;

function binary(a: Run, b: Run, [left, right]: readonly [string, string], compute: Compute): Run {
  return (frame) => {
    const p = a(frame);
    const q = b(frame);
    if (p === null || q === null) fail(`${p === null ? left : right} is absent`);
    const result = compute(p, q);
    if (typeof result !== 'number') countValue(frame, result);
    return result;
  };
}

function computing(op: string, type: LogicalType): Compute {
  if (type.kind === 'string') return joined;
  if (type.kind === 'list') return (p, q) => [...(p as unknown[]), ...(q as unknown[])];
  if (type.kind === 'decimal') return exactly(op);
  return type.kind === 'any' ? dynamically(op) : numerically(op);
}

const joined: Compute = (p, q) =>
  typeof p === 'string' && typeof q === 'string' ? p + q : fail('a text can only be joined to a text');

const EXACT: Readonly<Record<string, (a: Decimal, b: Decimal) => Decimal>> = {
  '+': add,
  '-': subtract,
  '*': multiply,
  '/': (a, b) => trimmed(divide(a, b, DIVISION_PLACES)),
  '%': (a, b) => remainder(a, b),
};

function remainder(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  const units = ({ units: of, scale: from }: Decimal) => of * 10n ** BigInt(scale - from);
  if (b.units === 0n) fail('division by zero');
  return { units: units(a) % units(b), scale };
}

function exactly(op: string): Compute {
  const compute = EXACT[op]!;
  return (p, q) => formatDecimal(compute(toDecimal(p), toDecimal(q)));
}

const DOUBLE: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0 ? fail('division by zero') : a / b),
  '%': (a, b) => (b === 0 ? fail('division by zero') : a % b),
};

function numerically(op: string): Compute {
  const compute = DOUBLE[op]!;
  return (p, q) => {
    if (typeof p !== 'number' || typeof q !== 'number') return fail(`"${op}" wants numbers`);
    const result = compute(p, q) + 0; // -0 becomes 0, which is all that documents know.
    if (!Number.isFinite(result)) fail('the result is too large');
    const exact = !Number.isInteger(p) || !Number.isInteger(q) || op === '/' || Number.isSafeInteger(result);
    return exact ? result : fail('the result is too large to be exact; use decimal(...)');
  };
}

function dynamically(op: string): Compute {
  const numbers = numerically(op);
  return (p, q) => {
    if (op === '+' && typeof p === 'string' && typeof q === 'string') return p + q;
    if (op === '+' && Array.isArray(p) && Array.isArray(q)) return [...p, ...q];
    return numbers(p, q);
  };
}

export function compileNegation(node: Node, operand: Node, checking: Checking): Typed {
  const of = checking.compile(operand, checking);
  if (!isNumeric(of.type) && !isUnknown(of.type))
    return problem(checking, operand, `"-" does not work on ${describe(of.type)}`, 'Put it before a number.', {
      suggestion: converting(textOf(checking, operand), of.type, NUMBER),
    });
  const what = textOf(checking, operand);
  const run: Run = (frame) => {
    const value = of.run(frame);
    if (typeof value === 'number') return 0 - value;
    return value === null ? fail(`${what} is absent`) : formatDecimal(negate(toDecimal(value)));
  };
  const constant = typeof of.literal?.value === 'number' ? { literal: { value: 0 - of.literal.value } } : {};
  return { node, type: of.type.kind === 'decimal' ? DECIMAL : of.type, nullable: false, run, ...constant };
}
