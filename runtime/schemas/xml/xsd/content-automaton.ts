/**
 * Follows the children of an element through its content model, one by one. For models of sequences and choices, each element with its own
 * count, and xs:all; a model that it cannot follow has none, and what it does not accept may be valid all the same.
 */
import type { Child, ComplexModel, Particle, Shape } from './model.ts';

export interface Content {
  readonly leaves: readonly Leaf[];
  /** Where a document may begin. */
  readonly first: ReadonlyMap<Child, number>;
  readonly mayBeEmpty: boolean;
  /** Of xs:all, where the order is free: the keys that must be there. */
  readonly all: readonly string[] | undefined;
}

interface Leaf {
  readonly child: Child;
  readonly min: number;
  readonly max: number;
  readonly next: Map<Child, number>;
  mayEnd: boolean;
}

/** Models with more places than this are for the validator. */
const MOST_LEAVES = 128;

const known = new WeakMap<ComplexModel, Content | 'none'>();

/** Undefined where the validator has to follow it. */
export function contentOf(type: ComplexModel): Content | undefined {
  let content = known.get(type);
  if (content === undefined) {
    content = compiled(type.particle, type.shape) ?? 'none';
    known.set(type, content);
  }
  return content === 'none' ? undefined : content;
}

function compiled(particle: Particle | undefined, shape: Shape): Content | undefined {
  if (!particle) return { leaves: [], first: new Map(), mayBeEmpty: true, all: undefined };
  if (particle.kind === 'all') return allOf(particle.items, particle, shape);
  const builder = new Builder(shape);
  const whole = builder.part(particle);
  if (!whole || builder.leaves.length > MOST_LEAVES) return undefined;
  const first = new Map<Child, number>();
  if (!builder.lead(first, whole.first)) return undefined;
  for (const index of whole.last) builder.leaves[index]!.mayEnd = true;
  return { leaves: builder.leaves, first, mayBeEmpty: whole.mayBeEmpty, all: undefined };
}

/** The reader refuses an element that comes twice. */
function allOf(items: readonly Particle[], { min, max }: Particle, shape: Shape): Content | undefined {
  const all: string[] = [];
  for (const item of items) {
    const child = item.kind === 'element' && item.max === 1 ? childOf(item, shape) : undefined;
    if (!child || child.list) return undefined;
    if (item.min > 0) all.push(child.key);
  }
  return min === 1 && max === 1 ? { leaves: [], first: new Map(), mayBeEmpty: false, all } : undefined;
}

const childOf = ({ element }: Extract<Particle, { kind: 'element' }>, { byName }: Shape): Child | undefined =>
  byName.get(element.local)?.find((child) => child.element === element);

interface Part {
  readonly mayBeEmpty: boolean;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

class Builder {
  readonly leaves: Leaf[] = [];
  readonly #shape: Shape;

  constructor(shape: Shape) {
    this.#shape = shape;
  }

  part(particle: Particle): Part | undefined {
    if (particle.kind === 'element') return this.#leaf(particle);
    if (particle.kind === 'any' || particle.kind === 'all') return undefined;
    const { items, min, max } = particle;
    if (min > 1 || (max > 1 && max !== Number.POSITIVE_INFINITY) || this.leaves.length > MOST_LEAVES) return undefined;
    const parts = items.map((item) => this.part(item));
    if (!parts.every((part) => part !== undefined)) return undefined;
    const once = particle.kind === 'choice' ? eitherOf(parts) : this.#inRow(parts);
    if (!once || (max > 1 && !this.#leadAll(once.last, once.first))) return undefined;
    return { ...once, mayBeEmpty: once.mayBeEmpty || min === 0 };
  }

  #leaf(particle: Extract<Particle, { kind: 'element' }>): Part | undefined {
    const child = childOf(particle, this.#shape);
    if (!child) return undefined;
    const { min, max } = particle;
    const index = this.leaves.push({ child, min, max, next: new Map(), mayEnd: false }) - 1;
    return { mayBeEmpty: min === 0, first: [index], last: [index] };
  }

  #inRow(parts: readonly Part[]): Part | undefined {
    let [first, last, mayBeEmpty]: [readonly number[], readonly number[], boolean] = [[], [], true];
    for (const part of parts) {
      if (!this.#leadAll(last, part.first)) return undefined;
      if (mayBeEmpty) first = [...first, ...part.first];
      last = part.mayBeEmpty ? [...last, ...part.last] : part.last;
      mayBeEmpty &&= part.mayBeEmpty;
    }
    return { first, last, mayBeEmpty };
  }

  #leadAll(from: readonly number[], to: readonly number[]): boolean {
    return from.every((index) => this.lead(this.leaves[index]!.next, to));
  }

  /** False where the same element would lead to two places. */
  lead(next: Map<Child, number>, to: readonly number[]): boolean {
    for (const index of to) {
      const { child } = this.leaves[index]!;
      if ((next.get(child) ?? index) !== index) return false;
      next.set(child, index);
    }
    return true;
  }
}

function eitherOf(parts: readonly Part[]): Part {
  return {
    first: parts.flatMap((part) => part.first),
    last: parts.flatMap((part) => part.last),
    mayBeEmpty: parts.some((part) => part.mayBeEmpty),
  };
}

/** Goes through the children of one element. */
export class Walk {
  readonly #content: Content;
  #at = -1;
  #count = 0;

  constructor(content: Content) {
    this.#content = content;
  }

  /** False where it cannot tell. */
  step(child: Child): boolean {
    const { leaves, first, all } = this.#content;
    if (all) return true;
    const leaf = this.#at < 0 ? undefined : leaves[this.#at]!;
    if (leaf?.child === child && this.#count < leaf.max) {
      this.#count += 1;
      return true;
    }
    if (leaf && this.#count < leaf.min) return false;
    const next = (leaf?.next ?? first).get(child);
    if (next === undefined) return false;
    this.#at = next;
    this.#count = 1;
    return true;
  }

  isComplete(value: Readonly<Record<string, unknown>>): boolean {
    const { leaves, mayBeEmpty, all } = this.#content;
    if (all) return all.every((key) => Object.hasOwn(value, key));
    if (this.#at < 0) return mayBeEmpty;
    const { mayEnd, min } = leaves[this.#at]!;
    return mayEnd && this.#count >= min;
  }
}
