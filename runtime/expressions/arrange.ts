/** The list macros that put items in another order or into groups: sortBy, sortByDescending, groupBy. By a key that each item gives. */
import type { Field, LogicalType } from '../contracts/schema.ts';
import { compare, toDecimal } from './decimal.ts';
import { fail } from './failure.ts';
import { describe, isNumeric, isUnknown } from './logical-type.ts';
import type { Each } from './macros.ts';
import { ANY, type Checking, type Node, problem, type Run, type Typed, textOf } from './typed.ts';

export const ARRANGING: ReadonlySet<string> = new Set(['sortBy', 'sortByDescending', 'groupBy']);

/** `key` is compiled within the loop. */
export function arranged(
  node: Node,
  name: string,
  list: Typed,
  each: Each,
  slot: number,
  key: Typed,
  checking: Checking,
): Typed {
  const { kind } = key.type;
  if (kind === 'list' || kind === 'object')
    return problem(
      checking,
      key.node,
      `${textOf(checking, key.node)} is ${describe(key.type)}, and the key of ${name} is a single value`,
      'Name a field of the item.',
    );
  const items = collected(each, slot, key);
  const of = list.type.kind === 'list' ? list.type.of : ANY;
  const { nullable } = list;
  if (name === 'groupBy') return { node, type: { kind: 'list', of: groupOf(of, key) }, nullable, run: grouping(items) };
  return { node, type: { kind: 'list', of }, nullable, run: sorting(items, name === 'sortBy' ? 1 : -1, key.type) };
}

interface Keyed {
  readonly key: unknown;
  readonly item: unknown;
}

const collected =
  (each: Each, slot: number, key: Typed) =>
  (frame: Parameters<Run>[0]): Keyed[] | null => {
    const found: Keyed[] = [];
    const reached = each(frame, () => {
      const item = frame[slot];
      found.push({ key: key.run(frame), item });
      return true;
    });
    return reached ? found : null;
  };

/** Items of one key stay in their order; those without a key come last, whichever way. */
const sorting =
  (items: ReturnType<typeof collected>, sign: 1 | -1, type: LogicalType): Run =>
  (frame) =>
    items(frame)
      ?.toSorted((a, b) => {
        if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
        return sign * order(a.key, b.key, type);
      })
      .map(({ item }) => item) ?? null;

function order(a: unknown, b: unknown, type: LogicalType): number {
  if (isNumeric(type) || (isUnknown(type) && typeof a === 'number' && typeof b === 'number')) {
    return typeof a === 'number' && typeof b === 'number' ? a - b : compare(toDecimal(a), toDecimal(b));
  }
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (typeof a !== 'string' || typeof b !== 'string')
    return fail('the keys cannot be put in order: they are of different kinds');
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `{ key, items }` for each key, in the order in which keys appear. */
function groupOf(of: LogicalType, key: Typed): LogicalType {
  const fields = new Map<string, Field>([
    ['key', { type: key.type, required: !key.nullable }],
    ['items', { type: { kind: 'list', of }, required: true }],
  ]);
  return { kind: 'object', fields: () => fields, open: false, name: 'group' };
}

const grouping =
  (items: ReturnType<typeof collected>): Run =>
  (frame) => {
    const all = items(frame);
    if (!all) return null;
    const groups = Map.groupBy(all, ({ key }) => key);
    return [...groups].map(([key, members]) => ({ key, items: members.map(({ item }) => item) }));
  };
