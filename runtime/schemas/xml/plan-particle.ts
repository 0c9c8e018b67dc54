/**
 * How often each group of a content model repeats, so that all that a document has finds its place: exact, where each element has one
 * place in the model. A document of values alone says how many there are of each element, not how they were interleaved.
 */
import type { Particle } from './xsd/model.ts';

type Element = Extract<Particle, { kind: 'element' | 'any' }>;

/** Occurrences that are thought through; what has more is written round by round. */
const MOST = 400;
/** Rounds beyond those that have something in them. */
const EMPTY = 32;

/** The elements in an order that the model allows; undefined where there is none, or where it is not thought through. */
export function planParticle(root: Particle, count: (element: Element) => number): readonly Element[] | undefined {
  const leaves = leavesOf(root);
  const names = leaves.map((leaf) => (leaf.kind === 'element' ? `${leaf.element.uri}#${leaf.element.local}` : ''));
  const total = leaves.reduce((sum, leaf) => sum + count(leaf), 0);
  if (names.includes('') || new Set(names).size < names.length || total > MOST) return undefined;
  const tree = nodeFor(root, count, total + EMPTY);
  const rounds = firstBetween(tree.possible, root.min, root.max);
  if (rounds === undefined) return undefined;
  tree.settle(rounds);
  const order: Element[] = [];
  for (let round = 0; round < rounds; round += 1) tree.emit(order);
  return order;
}

const leavesOf = (particle: Particle): Element[] =>
  particle.kind === 'element' || particle.kind === 'any' ? [particle] : particle.items.flatMap(leavesOf);

/** A place in the model, with how often what is in it may occur altogether. */
interface Node {
  readonly particle: Particle;
  /** Ascending. */
  readonly possible: readonly number[];
  /** It will occur so often. */
  settle(occurrences: number): void;
  /** One occurrence, the next. */
  emit(order: Element[]): void;
}

function nodeFor(particle: Particle, count: (element: Element) => number, cap: number): Node {
  if (particle.kind === 'element' || particle.kind === 'any')
    return {
      particle,
      possible: [count(particle)],
      settle() {},
      emit: (order) => void order.push(particle),
    };
  const kids = particle.items.map((item) => nodeFor(item, count, cap));
  return particle.kind === 'choice' ? choice(particle, kids, cap) : sequence(particle, kids, cap);
}

/** In every round each of the kids has its turn. */
function sequence(particle: Particle, kids: readonly Node[], cap: number): Node {
  const shares = kids.map((): number[] => []);
  const fits = (rounds: number) => kids.every((kid) => occurrences(kid, rounds) !== undefined);
  let at = 0;
  return {
    particle,
    possible: upTo(cap).filter(fits),
    settle(rounds) {
      kids.forEach((kid, index) => {
        const all = occurrences(kid, rounds)!;
        shares[index] = shared(all, rounds, kid.particle);
        kid.settle(all);
      });
    },
    emit(order) {
      for (const [index, kid] of kids.entries()) repeat(shares[index]![at] ?? 0, () => kid.emit(order));
      at += 1;
    },
  };
}

/** In every round one of the kids has its turn: first all rounds of the first, then those of the second. */
function choice(particle: Particle, kids: readonly Node[], cap: number): Node {
  const turns = kids.map((kid) => upTo(cap).filter((rounds) => occurrences(kid, rounds) !== undefined));
  const reached: number[][] = [[0]];
  for (const own of turns) reached.push(sums(reached.at(-1)!, own, cap));
  const rounds: { readonly kid: Node; readonly share: number }[] = [];
  let at = 0;
  return {
    particle,
    possible: reached.at(-1)!,
    settle(all) {
      let left = all;
      for (let index = kids.length - 1; index >= 0; index -= 1) {
        const before = new Set(reached[index]);
        const own = turns[index]!.find((turn) => before.has(left - turn))!;
        const kid = kids[index]!;
        const inside = occurrences(kid, own)!;
        rounds.unshift(...shared(inside, own, kid.particle).map((share) => ({ kid, share })));
        kid.settle(inside);
        left -= own;
      }
    },
    emit(order) {
      const { kid, share } = rounds[at]!;
      at += 1;
      repeat(share, () => kid.emit(order));
    },
  };
}

/** The fewest occurrences of a kid in so many rounds; undefined where there can be none. */
const occurrences = ({ particle: { min, max }, possible }: Node, rounds: number): number | undefined =>
  firstBetween(possible, rounds * min, rounds === 0 ? 0 : rounds * max);

/** As many as may be in the first rounds, as many as must be in the others. */
function shared(all: number, rounds: number, { min, max }: Particle): number[] {
  let left = all;
  return Array.from({ length: rounds }, (_, round) => {
    const share = Math.min(max, left - (rounds - round - 1) * min);
    left -= share;
    return share;
  });
}

function firstBetween(ascending: readonly number[], low: number, high: number): number | undefined {
  let [from, to] = [0, ascending.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (ascending[middle]! < low) from = middle + 1;
    else to = middle;
  }
  const found = ascending[from];
  return found !== undefined && found <= high ? found : undefined;
}

function sums(left: readonly number[], right: readonly number[], cap: number): number[] {
  const found = new Set<number>();
  for (const a of left) for (const b of right) if (a + b <= cap) found.add(a + b);
  return [...found].sort((a, b) => a - b);
}

const upTo = (cap: number) => Array.from({ length: cap + 1 }, (_, index) => index);

function repeat(times: number, work: () => void): void {
  for (let time = 0; time < times; time += 1) work();
}
