/** Makes the result of an expression fit where it goes, or says why it cannot. */
import type { LogicalType } from '../contracts/schema.ts';
import { formatDecimal, toDecimal } from './decimal.ts';
import { conversion, converting, describe, mismatch } from './logical-type.ts';
import { type Checking, problem, type Typed, textOf } from './typed.ts';

export function converted(checking: Checking, typed: Typed, expected: LogicalType): Typed {
  const found = mismatch(typed.type, expected);
  if (found !== undefined) {
    const help = conversion(typed.type, expected);
    const suggestion = converting(textOf(checking, typed.node), typed.type, expected);
    const message = `This gives ${found}, where ${describe(expected)} is wanted`;
    return problem(checking, typed.node, message, help, { suggestion });
  }
  return widened(typed, expected);
}

/** Numbers that go where decimals are wanted become decimals. */
export function widened(typed: Typed, expected: LogicalType): Typed {
  const widen = widening(typed.type, expected);
  if (!widen) return typed;
  const { run, node, nullable } = typed;
  return { node, nullable, type: expected, run: (frame) => widen(run(frame)) };
}

type Widen = (value: unknown) => unknown;

function widening(from: LogicalType, to: LogicalType): Widen | undefined {
  if (to.kind === 'decimal' && (from.kind === 'integer' || from.kind === 'number'))
    return (value) => (value === null ? null : formatDecimal(toDecimal(value)));
  if (to.kind !== 'list' || from.kind !== 'list') return undefined;
  const widen = widening(from.of, to.of);
  return widen && ((value) => (Array.isArray(value) ? value.map(widen) : value));
}
