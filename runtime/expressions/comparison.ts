/** == != < <= > >= in. Numbers of all kinds compare by value; texts by their characters, which suits ISO dates. */
import type { LogicalType } from '../contracts/schema.ts';
import { suggestName } from '../errors/suggest-name.ts';
import { compare, parseDecimal, toDecimal } from './decimal.ts';
import { fail } from './failure.ts';
import { conversion, converting, describe, isComparable, isNumeric, isUnknown } from './logical-type.ts';
import { isObject } from './select.ts';
import { BOOLEAN, type Checking, type Node, problem, type Run, type Typed, textOf } from './typed.ts';
import { countSteps, countValue } from './work.ts';

type Binary = Node & { readonly op: string };

export function compileEquality(node: Binary, [left, right]: readonly [Node, Node], checking: Checking): Typed {
  const a = checking.compile(left, checking);
  const b = checking.compile(right, checking);
  if (!isComparable(a.type, b.type)) return incomparable(node, a, b, checking);
  checkValue(a, b, checking);
  checkValue(b, a, checking);
  const same = equality(a.type, b.type);
  const [x, y] = [a.run, b.run];
  const wanted = node.op === '==';
  const run: Run = same
    ? (frame) => same(x(frame), y(frame), (steps) => countSteps(frame, steps)) === wanted
    : (frame) => (x(frame) === y(frame)) === wanted;
  return { node, type: BOOLEAN, nullable: false, run };
}

function incomparable(node: Node, a: Typed, b: Typed, checking: Checking): Typed {
  const message = `${describe(a.type)[0]!.toUpperCase()}${describe(a.type).slice(1)} cannot be compared with ${describe(b.type)}`;
  const [wrong, other] = b.literal ? [b, a] : [a, b];
  const help =
    wrong.literal && typeof wrong.literal.value === 'string' && isNumeric(other.type)
      ? 'Write the number without quotes.'
      : conversion(wrong.type, other.type);
  const literal = wrong.literal?.value;
  const written = textOf(checking, wrong.node);
  const bare = typeof literal === 'string' && isNumeric(other.type) && literal.trim() !== '' && !Number.isNaN(+literal);
  const quoted = typeof literal === 'number' && other.type.kind === 'string';
  const suggestion = bare ? literal : quoted ? `"${literal}"` : converting(written, wrong.type, other.type);
  return problem(checking, wrong.literal ? wrong.node : node, message, help, { suggestion });
}

/** A text that the schema does not allow is a slip: the comparison could never hold. */
export function checkValue(place: Typed, written: Typed, checking: Checking): void {
  const values = place.type.kind === 'string' ? place.type.values : undefined;
  const value = written.literal?.value;
  if (!values || place.literal || typeof value !== 'string' || values.includes(value)) return;
  const what = textOf(checking, place.node);
  const help = `${what} may be ${values.slice(0, 12).join(', ')}.`;
  problem(checking, written.node, `${what} is never "${value}"`, help, { suggestion: suggestName(value, values) });
}

/** `count` is told of the items and fields that were compared. */
type Equality = (x: unknown, y: unknown, count: (steps: number) => void) => boolean;

/** Undefined where === does. */
function equality(a: LogicalType, b: LogicalType): Equality | undefined {
  if (a.kind === 'decimal' || b.kind === 'decimal') return isUnknown(a) || isUnknown(b) ? looseEqual : numericEqual;
  if (a.kind === 'null' || b.kind === 'null') return undefined;
  const scalar = (type: LogicalType) => type.kind === 'string' || type.kind === 'boolean' || isNumeric(type);
  return scalar(a) || scalar(b) ? undefined : deepEqual;
}

function numericEqual(x: unknown, y: unknown): boolean {
  if (x === null || y === null) return x === y;
  return compare(toDecimal(x), toDecimal(y)) === 0;
}

function looseEqual(x: unknown, y: unknown): boolean {
  const [a, b] = [parseDecimal(x), parseDecimal(y)];
  return a && b ? compare(a, b) === 0 : x === y;
}

export function deepEqual(x: unknown, y: unknown, count: (steps: number) => void = () => undefined): boolean {
  if (x === y) return true;
  if (Array.isArray(x) && Array.isArray(y)) {
    if (x.length !== y.length) return false;
    count(x.length);
    return x.every((item, index) => deepEqual(item, y[index], count));
  }
  if (!isObject(x) || !isObject(y)) return false;
  const keys = Object.keys(x);
  count(keys.length);
  return (
    keys.length === Object.keys(y).length &&
    keys.every((key) => Object.hasOwn(y, key) && deepEqual(x[key], y[key], count))
  );
}

export function compileOrder(node: Binary, [left, right]: readonly [Node, Node], checking: Checking): Typed {
  const a = checking.compile(left, checking);
  const b = checking.compile(right, checking);
  for (const side of [a, b])
    if (!isNumeric(side.type) && side.type.kind !== 'string' && !isUnknown(side.type))
      return problem(
        checking,
        side.node,
        `"${node.op}" does not work on ${describe(side.type)}`,
        'Compare numbers, dates or texts.',
      );
  if (!isComparable(a.type, b.type)) return incomparable(node, a, b, checking);
  const order = ordering(a, b, checking);
  const run = ORDERS[node.op]!(order);
  return { node, type: BOOLEAN, nullable: false, run };
}

const ORDERS: Readonly<Record<string, (order: (frame: unknown[]) => number) => Run>> = {
  '<': (order) => (frame) => order(frame) < 0,
  '<=': (order) => (frame) => order(frame) <= 0,
  '>': (order) => (frame) => order(frame) > 0,
  '>=': (order) => (frame) => order(frame) >= 0,
};

function ordering(a: Typed, b: Typed, checking: Checking): (frame: unknown[]) => number {
  const [x, y] = [a.run, b.run];
  const [left, right] = [textOf(checking, a.node), textOf(checking, b.node)];
  const exact = a.type.kind === 'decimal' || b.type.kind === 'decimal';
  return (frame) => {
    const p = x(frame);
    const q = y(frame);
    if (p === null || q === null) fail(`${p === null ? left : right} is absent`);
    if (exact) return compare(toDecimal(p), toDecimal(q));
    if (typeof p === 'number' && typeof q === 'number') return p - q;
    if (typeof p === 'string' && typeof q === 'string') return p < q ? -1 : p > q ? 1 : 0;
    return fail(`${left} and ${right} cannot be ordered: one is not of the other's kind`);
  };
}

export function compileMembership(node: Binary, [left, right]: readonly [Node, Node], checking: Checking): Typed {
  const item = checking.compile(left, checking);
  const container = checking.compile(right, checking);
  const { type } = container;
  if (type.kind === 'list') {
    if (!isComparable(item.type, type.of)) return incomparable(node, item, { ...container, type: type.of }, checking);
    if (right.op === 'list')
      for (const element of right.args) checkValue(item, checking.compile(element, checking), checking);
  } else if (type.kind !== 'object' && !isUnknown(type)) {
    const help =
      type.kind === 'string'
        ? `Write ${textOf(checking, right)}.contains(${textOf(checking, left)}).`
        : 'Write [ ... ].';
    return problem(checking, right, `"in" wants a list, not ${describe(type)}`, help);
  }
  return { node, type: BOOLEAN, nullable: false, run: membership(item, container, checking) };
}

function membership(item: Typed, container: Typed, checking: Checking): Run {
  const [x, y] = [item.run, container.run];
  const constant = container.literal?.value;
  if (
    Array.isArray(constant) &&
    item.type.kind !== 'decimal' &&
    item.type.kind !== 'object' &&
    item.type.kind !== 'list'
  ) {
    const set = new Set(constant);
    return (frame) => set.has(x(frame));
  }
  const same = item.type.kind === 'decimal' ? looseEqual : deepEqual;
  const what = textOf(checking, container.node);
  return (frame) => {
    const value = x(frame);
    const within = y(frame);
    if (Array.isArray(within)) {
      countValue(frame, within);
      return within.some((entry) => same(value, entry, (steps) => countSteps(frame, steps)));
    }
    if (isObject(within)) return typeof value === 'string' && Object.hasOwn(within, value);
    return fail(`${what} is ${within === null ? 'absent' : 'not a list'}`);
  };
}
