/** Reads a filter's syntax tree into a formula, pushing `!` inwards; says of every part that no filter can express. */

import type { ExpressionProblem } from '../contracts/expression.ts';
import type { Scalar } from '../contracts/message.ts';
import type { Condition } from '../contracts/routing.ts';
import type { LogicalType } from '../contracts/schema.ts';
import { universalTime } from '../contracts/universal-time.ts';
import { suggestName } from '../errors/suggest-name.ts';
import { FALSE, type Formula, TRUE } from './formula.ts';
import { describe } from './logical-type.ts';
import type { Node } from './typed.ts';

export interface Reading {
  readonly text: string;
  readonly properties: ReadonlyMap<string, LogicalType>;
  readonly problems: ExpressionProblem[];
}

type Op = Condition['op'];
type Found = Formula | undefined;

export function readConditions(node: Node, reading: Reading, negated = false): Found {
  switch (node.op) {
    case '&&':
    case '||':
      return joined(node.args, (node.op === '&&') === negated ? 'any' : 'all', reading, negated);
    case '!_':
      return readConditions(node.args, reading, !negated);
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return comparison(node.op === '==' ? '=' : node.op, node.args, node, reading, negated);
    case 'in':
      return membership(node.args, reading, negated);
    case 'value':
      if (typeof node.args === 'boolean') return node.args === negated ? FALSE : TRUE;
      return inexpressible(node, reading);
    case 'call':
      return node.args[0] === 'has' ? existence(node, node.args[1], reading, negated) : inexpressible(node, reading);
    default:
      return alone(node, reading, negated);
  }
}

function joined(nodes: readonly Node[], kind: 'all' | 'any', reading: Reading, negated: boolean): Found {
  const of = nodes.map((node) => readConditions(node, reading, negated));
  return of.includes(undefined) ? undefined : { kind, of: of as Formula[] };
}

const TURNED: Readonly<Record<Op, Op>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  exists: 'exists',
};

const OPPOSITE: Readonly<Record<Op, Op>> = {
  '=': '!=',
  '!=': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  exists: 'exists',
};

function comparison(
  op: Op,
  [left, right]: readonly [Node, Node],
  node: Node,
  reading: Reading,
  negated: boolean,
): Found {
  const leftValue = scalarOf(left);
  const rightValue = scalarOf(right);
  if (leftValue !== undefined && rightValue === undefined)
    return condition(right, negated ? OPPOSITE[TURNED[op]] : TURNED[op], left, leftValue, reading);
  if (rightValue !== undefined && leftValue === undefined)
    return condition(left, negated ? OPPOSITE[op] : op, right, rightValue, reading);
  const message = leftValue === undefined ? 'A filter compares a property with a value' : 'Both sides are values';
  return trouble(reading, node, message, 'Write it as property == value.');
}

/** Undefined for what is no scalar literal. */
function scalarOf(node: Node): Scalar | undefined {
  if (node.op === '-_') {
    const value = scalarOf(node.args);
    return typeof value === 'number' ? -value : undefined;
  }
  if (node.op !== 'value') return undefined;
  const value = node.args;
  const plain = typeof value === 'bigint' ? Number(value) : value;
  if (typeof plain === 'number') return Math.abs(plain) <= Number.MAX_SAFE_INTEGER ? plain : undefined;
  return typeof plain === 'string' || typeof plain === 'boolean' ? plain : undefined;
}

function condition(place: Node, op: Op, written: Node, value: Scalar, reading: Reading): Found {
  const found = propertyAt(place, reading);
  if (!found) return undefined;
  const { name, type } = found;
  if (!fits(op, name, type, written, value, reading)) return undefined;
  const isInstant = type.kind === 'string' && type.format === 'date-time' && typeof value === 'string';
  return { kind: 'condition', condition: { property: name, op, value: isInstant ? universalTime(value) : value } };
}

function fits(op: Op, name: string, type: LogicalType, written: Node, value: Scalar, reading: Reading): boolean {
  const wanted = JAVASCRIPT[type.kind];
  const ordered = op !== '=' && op !== '!=';
  if (ordered && (type.kind === 'decimal' || type.kind === 'boolean')) {
    const why = type.kind === 'decimal' ? 'its digits are carried as text' : 'it is true or false';
    trouble(
      reading,
      written,
      `${name} cannot be ordered in a filter: ${why}`,
      'Compare it with == or !=, or decide in an orchestration.',
    );
    return false;
  }
  if (wanted && typeof value !== wanted) {
    const help =
      wanted === 'string'
        ? `Write "${value}".`
        : wanted === 'number'
          ? 'Write a number without quotes.'
          : 'Write true or false.';
    const suggestion = wanted === 'string' ? `"${value}"` : wanted === 'number' ? numberIn(value) : 'true';
    trouble(reading, written, `${name} is ${describe(type)}, and is never ${JSON.stringify(value)}`, help, suggestion);
    return false;
  }
  if (type.kind !== 'string' || !type.values || ordered || type.values.includes(String(value))) return true;
  const help = `It may be ${type.values.slice(0, 12).join(', ')}.`;
  trouble(reading, written, `${name} is never "${value}"`, help, suggestName(String(value), type.values));
  return false;
}

const numberIn = (value: Scalar) =>
  String(value).trim() !== '' && Number.isFinite(Number(value)) ? String(value).trim() : undefined;

/** How values of a type are carried; any type that is not named here may be anything. */
const JAVASCRIPT: Readonly<Partial<Record<LogicalType['kind'], string>>> = {
  string: 'string',
  decimal: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
};

function membership([place, list]: readonly [Node, Node], reading: Reading, negated: boolean): Found {
  if (list.op !== 'list') return trouble(reading, list, '"in" wants a list of values', 'Write property in ["a", "b"].');
  const of = list.args.map((item): Found => {
    const value = scalarOf(item);
    if (value === undefined)
      return trouble(reading, item, 'The list may hold values only', 'Write texts, numbers, true or false.');
    return condition(place, negated ? '!=' : '=', item, value, reading);
  });
  if (of.length === 0 && !propertyAt(place, reading)) return undefined;
  return of.includes(undefined) ? undefined : { kind: negated ? 'all' : 'any', of: of as Formula[] };
}

function existence(node: Node, args: readonly Node[], reading: Reading, negated: boolean): Found {
  const found =
    args.length === 1
      ? propertyAt(args[0]!, reading)
      : trouble(reading, node, 'has() takes one property', 'Write has(name).');
  if (!found) return undefined;
  if (negated)
    return trouble(
      reading,
      node,
      'A filter cannot ask for a property to be absent',
      'Name the message types that do not have it, by message.type.',
    );
  return { kind: 'condition', condition: { property: found.name, op: 'exists' } };
}

function alone(node: Node, reading: Reading, negated: boolean): Found {
  const found = propertyAt(node, reading);
  if (!found) return undefined;
  if (found.type.kind === 'boolean' || found.type.kind === 'any')
    return { kind: 'condition', condition: { property: found.name, op: '=', value: !negated } };
  return trouble(
    reading,
    node,
    `${found.name} is ${describe(found.type)}, not true or false`,
    'Compare it with a value.',
    found.type.kind === 'string' ? `${found.name} == "..."` : `${found.name} == 1`,
  );
}

function propertyAt(node: Node, reading: Reading): { readonly name: string; readonly type: LogicalType } | undefined {
  const name = dotted(node);
  if (name === undefined) return inexpressible(node, reading);
  const type = reading.properties.get(name);
  if (type) return { name, type };
  const known = [...reading.properties.keys()];
  const help = `Promote it in a message type, or use one of ${known.slice(0, 20).join(', ')}.`;
  return trouble(reading, node, `There is no promoted property ${name}`, help, suggestName(name, known));
}

function dotted(node: Node): string | undefined {
  if (node.op === 'id') return node.args;
  if (node.op !== '.') return undefined;
  const before = dotted(node.args[0]);
  return before === undefined ? undefined : `${before}.${node.args[1]}`;
}

const inexpressible = (node: Node, reading: Reading): undefined =>
  trouble(
    reading,
    node,
    `A filter cannot express ${reading.text.slice(node.start, node.end)}`,
    'Use == != < <= > >= in has() && || ! over promoted properties; decide the rest in an orchestration.',
  );

function trouble(reading: Reading, node: Node, message: string, help: string, suggestion?: string): undefined {
  reading.problems.push({ message, offset: node.start, help, ...(suggestion === undefined ? {} : { suggestion }) });
}
