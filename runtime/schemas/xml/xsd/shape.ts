/** Lays out the children of a content model: their keys, which are lists, and whether their order can be written flat. */
import type { Child, ElementModel, Particle, Shape } from './model.ts';

export const emptyShape: Shape = {
  children: [],
  byName: new Map(),
  wildcard: undefined,
  flat: true,
  ordered: true,
  keys: new Set(),
};

export interface ShapeInput {
  readonly particle: Particle | undefined;
  readonly attributeKeys: Iterable<string>;
  readonly extraKeys: Iterable<string>;
}

/** Attributes never take a key from an element, so element keys are made first; see `childKeys`. */
export function shapeOf({ particle, attributeKeys, extraKeys }: ShapeInput): Shape {
  const elements = particle ? elementsIn(particle) : [];
  const keys = childKeys(elements);
  const counts = particle ? countsIn(particle) : new Map<string, Count>();
  const children = elements.map((element): Child => {
    const { min, max } = counts.get(identity(element))!;
    return { key: keys.get(identity(element))!, list: max > 1, required: min > 0, element };
  });
  const flat = !particle || isFlat(particle);
  const any = counts.get(ANY);
  const taken = new Set(children.map((child) => child.key));
  const wildcard = any && { key: taken.has('any') ? 'anyElement' : 'any', list: any.max > 1, required: any.min > 0 };
  return {
    children,
    byName: Map.groupBy(children, (child) => child.element.local),
    wildcard,
    flat,
    ordered: flat && !(particle && hasAll(particle)),
    keys: new Set([...taken, ...(wildcard ? [wildcard.key] : []), ...attributeKeys, ...extraKeys]),
  };
}

const ANY = '*';
const identity = (element: ElementModel) => `${element.uri}#${element.local}`;

/** The key of each child: its name, with its prefix where two namespaces have the same name. */
export function childKeys(elements: readonly ElementModel[]): Map<string, string> {
  const keys = new Map<string, string>();
  const taken = new Set<string>();
  for (const element of elements) {
    const { local, tag } = element;
    const prefix = tag.slice(0, Math.max(0, tag.indexOf(':')));
    let key = taken.has(local) ? `${local}_${prefix}` : local;
    while (taken.has(key)) key += '_';
    taken.add(key);
    keys.set(identity(element), key);
  }
  return keys;
}

/** Each element once, in order. */
export function elementsIn(particle: Particle): readonly ElementModel[] {
  const found = new Map<string, ElementModel>();
  const visit = (part: Particle) => {
    if (part.kind === 'element') {
      if (!found.has(identity(part.element))) found.set(identity(part.element), part.element);
    } else if (part.kind !== 'any') part.items.forEach(visit);
  };
  visit(particle);
  return [...found.values()];
}

interface Count {
  readonly min: number;
  readonly max: number;
}

function countsIn(particle: Particle): Map<string, Count> {
  const { min, max } = particle;
  if (particle.kind === 'element') return new Map([[identity(particle.element), { min, max }]]);
  if (particle.kind === 'any') return new Map([[ANY, { min, max }]]);
  const parts = particle.items.map(countsIn);
  const result = new Map<string, Count>();
  for (const name of new Set(parts.flatMap((part) => [...part.keys()]))) {
    const counts = parts.map((part) => part.get(name) ?? { min: 0, max: 0 });
    const each = particle.kind === 'choice' ? either(counts) : together(counts);
    result.set(name, { min: each.min * min, max: each.max === 0 ? 0 : each.max * max });
  }
  return result;
}

const either = (counts: readonly Count[]): Count => ({
  min: Math.min(...counts.map((count) => count.min)),
  max: Math.max(...counts.map((count) => count.max)),
});

const together = (counts: readonly Count[]): Count => ({
  min: counts.reduce((sum, count) => sum + count.min, 0),
  max: counts.reduce((sum, count) => sum + count.max, 0),
});

/** True where each element has one place and no group of several repeats. */
function isFlat(particle: Particle): boolean {
  const places = new Set<string>();
  const visit = (part: Particle): boolean => {
    if (part.kind === 'element' || part.kind === 'any') {
      const name = part.kind === 'any' ? ANY : identity(part.element);
      return places.size < places.add(name).size && part.kind !== 'any';
    }
    if (part.max > 1 && leavesOf(part) > 1) return false;
    return part.items.every(visit);
  };
  return visit(particle);
}

const hasAll = (part: Particle): boolean =>
  part.kind !== 'element' && part.kind !== 'any' && (part.kind === 'all' || part.items.some(hasAll));

const leavesOf = (part: Particle): number =>
  part.kind === 'element' || part.kind === 'any' ? 1 : part.items.reduce((sum, item) => sum + leavesOf(item), 0);

/** The groups that repeat and whose elements may come in an order that a document does not keep. */
export function groupsWithoutOrder(particle: Particle): readonly Particle[] {
  if (particle.kind === 'element' || particle.kind === 'any') return [];
  const inside = particle.items.flatMap(groupsWithoutOrder);
  const fixed = particle.kind === 'sequence' && particle.items.every((item) => item.min === 1 && item.max === 1);
  return particle.max > 1 && leavesOf(particle) > 1 && !fixed ? [particle, ...inside] : inside;
}
