/**
 * has(a.b) and the list macros: map, filter, all, exists, exists_one, and those of arrange.ts. Every item costs one step of the evaluation's
 * count.
 */
import type { LogicalType } from '../contracts/schema.ts';
import { ARRANGING, arranged } from './arrange.ts';
import { fail } from './failure.ts';
import { compileBoolean } from './logic.ts';
import { describe, isUnknown } from './logical-type.ts';
import { compileHas } from './select.ts';
import { ANY, BOOLEAN, type Checking, type Frame, type Node, problem, type Run, type Typed, textOf } from './typed.ts';
import { countSteps } from './work.ts';

const MACROS: ReadonlySet<string> = new Set(['map', 'filter', 'all', 'exists', 'exists_one', ...ARRANGING]);

export const isMacro = (name: string, hasReceiver: boolean) => (hasReceiver ? MACROS.has(name) : name === 'has');

export function compileMacro(
  node: Node,
  name: string,
  receiver: Node | undefined,
  args: readonly Node[],
  checking: Checking,
): Typed {
  if (!receiver) return compileHas(node, args, checking);
  const list = checking.compile(receiver, checking);
  if (list.type.kind !== 'list' && !isUnknown(list.type))
    return problem(
      checking,
      receiver,
      `${textOf(checking, receiver)} is ${describe(list.type)}, not a list`,
      `Use .${name}() on a list.`,
      { suggestion: `[${textOf(checking, receiver)}].${name}` },
    );
  const [item, ...bodies] = args;
  const most = name === 'map' ? 2 : 1;
  if (item?.op !== 'id' || bodies.length < 1 || bodies.length > most)
    return problem(checking, node, `${name} takes a name and what to do with it`, `Write list.${name}(item, ...).`);
  if (checking.variables.has(item.args))
    return problem(checking, item, `The name "${item.args}" is taken already`, 'Choose another name for the items.');
  const slot = checking.slots.next++;
  const of = list.type.kind === 'list' ? list.type.of : ANY;
  const variables = new Map(checking.variables).set(item.args, { type: of, slot, nullable: isUnknown(of) });
  const inner: Checking = { ...checking, variables };
  if (ARRANGING.has(name))
    return arranged(node, name, list, looping(list, slot, inner), slot, inner.compile(bodies[0]!, inner), inner);
  return name === 'map'
    ? mapped(node, list, slot, bodies, inner)
    : tested(node, name, list, slot, bodies[0]!, inner, of);
}

function mapped(node: Node, list: Typed, slot: number, bodies: readonly Node[], inner: Checking): Typed {
  const test = bodies.length === 2 ? compileBoolean(bodies[0]!, inner, 'The condition of map').run : undefined;
  const body = inner.compile(bodies.at(-1)!, inner);
  const each = looping(list, slot, inner);
  const run: Run = (frame) => {
    const result: unknown[] = [];
    const reached = each(frame, () => {
      if (!test || test(frame) === true) result.push(body.run(frame));
      return true;
    });
    return reached ? result : null;
  };
  return { node, type: { kind: 'list', of: body.type }, nullable: list.nullable, run };
}

function tested(
  node: Node,
  name: string,
  list: Typed,
  slot: number,
  body: Node,
  inner: Checking,
  of: LogicalType,
): Typed {
  const test = compileBoolean(body, inner, `The condition of ${name}`).run;
  const each = looping(list, slot, inner);
  if (name === 'filter')
    return { node, type: { kind: 'list', of }, nullable: list.nullable, run: filtering(each, test, slot) };
  return { node, type: BOOLEAN, nullable: false, run: QUANTIFIERS[name]!(each, test) };
}

export type Each = (frame: Frame, visit: () => boolean) => boolean;

/** Sets the item's slot for each item until `visit` gives false. False when there is no list. */
function looping(list: Typed, slot: number, checking: Checking): Each {
  const what = textOf(checking, list.node);
  return (frame, visit) => {
    const items = list.run(frame);
    if (items === null) return false;
    if (!Array.isArray(items)) return fail(`${what} is not a list`);
    for (const item of items) {
      countSteps(frame, 1);
      frame[slot] = item ?? null;
      if (!visit()) break;
    }
    return true;
  };
}

const filtering =
  (each: Each, test: Run, slot: number): Run =>
  (frame) => {
    const result: unknown[] = [];
    const reached = each(frame, () => {
      if (test(frame) === true) result.push(frame[slot]);
      return true;
    });
    return reached ? result : null;
  };

/** Over an absent list as over an empty one. */
const QUANTIFIERS: Readonly<Record<string, (each: Each, test: Run) => Run>> = {
  all: (each, test) => (frame) => {
    let holds = true;
    each(frame, () => {
      holds = test(frame) === true;
      return holds;
    });
    return holds;
  },
  exists: (each, test) => (frame) => {
    let found = false;
    each(frame, () => {
      found = test(frame) === true;
      return !found;
    });
    return found;
  },
  exists_one: (each, test) => (frame) => {
    let count = 0;
    each(frame, () => (test(frame) === true ? ++count : count) < 2);
    return count === 1;
  },
};
