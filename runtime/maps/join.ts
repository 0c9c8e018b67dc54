/**
 * Joins: `each: { line: order.lines, price: list.prices }, when: line.sku == price.sku`, or the same in an `each` within another. The items
 * of the innermost list are filed by what `when` compares them by, once in a run, and of each only those are looked at that can be equal: a thousand by a thousand are two
 * thousand steps and not a million. `when` is tried all the same, so that it means what it says.
 */
import { parse } from '../expressions/parse.ts';
import type { Frame, Node, Run, Typed } from '../expressions/typed.ts';
import { countSteps } from '../expressions/work.ts';

/** What an equality in `when` compares, as parts of its text. */
export interface JoinText {
  /** Of the innermost item. */
  readonly own: string;
  /** Of the items around it. */
  readonly other: string;
}

export interface Join {
  readonly own: Run;
  readonly other: Run;
  /** Of the innermost item. */
  readonly slot: number;
  /** Where the filed list is kept for the rest of the run. */
  readonly kept: number;
}

/**
 * The first equality that has to hold, of which one side speaks of the innermost item and not of those around it, and the other side
 * the other way round. Undefined where there is none.
 */
export function joinIn(when: string, inner: string, around: readonly string[]): JoinText | undefined {
  const parsed = parse(when);
  if ('problem' in parsed) return undefined;
  const textOf = ({ start, end }: Node) => when.slice(start, end);
  for (const { args } of conjunctsOf(parsed.node).filter(({ op }) => op === '==')) {
    const [left, right] = args as [Node, Node];
    for (const [own, other] of [
      [left, right],
      [right, left],
    ] as const) {
      const [ofOwn, ofOther] = [namesIn(own), namesIn(other)];
      const apart = ofOwn.has(inner) && !around.some((name) => ofOwn.has(name)) && !ofOther.has(inner);
      if (apart && around.some((name) => ofOther.has(name))) return { own: textOf(own), other: textOf(other) };
    }
  }
  return undefined;
}

/** Whether a list may be filed: it is the same whatever the items around it are. */
export const isFixed = (list: string, around: readonly string[]): boolean => {
  const parsed = parse(list);
  return 'node' in parsed && !around.some((name) => namesIn(parsed.node).has(name));
};

/** Texts are equal when they are the same, whole numbers too; dates, decimals and what has no type may be equal otherwise. */
export const canBeFiled = ({ type }: Typed): boolean =>
  (type.kind === 'string' && type.format === undefined) || type.kind === 'integer';

const conjunctsOf = (node: Node): Node[] => (node.op === '&&' ? (node.args as Node[]).flatMap(conjunctsOf) : [node]);

/** Also names that a macro gives to its items: then no join is made, which is no harm. */
function namesIn(node: Node): Set<string> {
  const names = new Set<string>();
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(visit);
    else if (isNode(part)) {
      if (part.op === 'id') names.add(String(part.args));
      visit(part.args);
    }
  };
  visit(node);
  return names;
}

const isNode = (part: unknown): part is Node => typeof part === 'object' && part !== null && 'op' in part;

/** The items of one list by their key, for one run of the map. */
export class Filed {
  readonly #join: Join;
  readonly #list: readonly unknown[];
  #byKey: Map<unknown, unknown[]> | undefined;

  constructor(join: Join, list: readonly unknown[], frame: Frame) {
    this.#join = join;
    this.#list = list;
    this.#byKey = this.#file(frame);
  }

  /** All of them where keys cannot be told: then `when` says what is wrong. */
  matching(frame: Frame): readonly unknown[] {
    const key = this.#byKey && keyOf(this.#join.other, frame);
    return key ? (this.#byKey!.get(key.value) ?? []) : this.#list;
  }

  #file(frame: Frame): Map<unknown, unknown[]> | undefined {
    const byKey = new Map<unknown, unknown[]>();
    for (const entry of this.#list) {
      countSteps(frame, 1);
      frame[this.#join.slot] = entry ?? null;
      const key = keyOf(this.#join.own, frame);
      if (!key) return undefined;
      const same = byKey.get(key.value);
      if (same) same.push(entry);
      else byKey.set(key.value, [entry]);
    }
    return byKey;
  }
}

function keyOf(run: Run, frame: Frame): { readonly value: unknown } | undefined {
  try {
    const value = run(frame);
    return value === null || typeof value === 'string' || typeof value === 'number' ? { value } : undefined;
  } catch {
    return undefined; // What is wrong with it is told by `when`, at its place.
  }
}
