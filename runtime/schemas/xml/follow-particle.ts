/**
 * Finds the order in which to write the children of a content model whose groups repeat or whose elements have several
 * places: by a plan for all of it where there is one, else place by place, as the model says.
 */
import { planParticle } from './plan-particle.ts';
import type { Child, ElementModel, Particle, Shape } from './xsd/model.ts';

export interface Placed {
  /** Undefined for the XML of a wildcard. */
  readonly element: ElementModel | undefined;
  readonly key: string;
  readonly value: unknown;
}

/** Also gives the keys of which something was left that has no place. */
export function followParticle(
  particle: Particle,
  shape: Shape,
  take: (key: string) => unknown,
): { readonly placed: readonly Placed[]; readonly left: readonly string[] } {
  const follower = new Follower(shape, take);
  if (!follower.plan(particle)) follower.follow(particle, false);
  return { placed: follower.placed, left: follower.left() };
}

class Follower {
  readonly placed: Placed[] = [];
  readonly #waiting = new Map<string, unknown[]>();
  readonly #keys = new Map<ElementModel, string>();
  readonly #byElement = new Map<string, Child>();
  readonly #wildcard: string | undefined;

  constructor(shape: Shape, take: (key: string) => unknown) {
    for (const child of shape.children) this.#byElement.set(nameOf(child.element), child);
    this.#wildcard = shape.wildcard?.key;
    const slots = [...shape.children, ...(shape.wildcard ? [shape.wildcard] : [])];
    for (const { key, list } of slots) {
      const value = take(key);
      if (value !== undefined) this.#waiting.set(key, list && Array.isArray(value) ? [...value] : [value]);
    }
  }

  left(): string[] {
    return [...this.#waiting].filter(([, values]) => values.length > 0).map(([key]) => key);
  }

  /** Whether all that there is has its place. */
  plan(particle: Particle): boolean {
    const order = planParticle(particle, (leaf) => this.#waiting.get(this.#keyOf(leaf) ?? '')?.length ?? 0);
    for (const leaf of order ?? []) this.#leaf({ ...leaf, max: 1 }, 0);
    return order !== undefined;
  }

  /** Whether anything was placed. */
  follow(particle: Particle, repeating: boolean, reserved = 0): boolean {
    if (particle.kind === 'element' || particle.kind === 'any') return this.#leaf(particle, reserved);
    const again = repeating || particle.max > 1;
    const rounds = particle.max > 1 && particle.kind !== 'choice' ? this.#rounds(particle.items) : 1;
    let progress = false;
    for (let round = 0; round < particle.max; round += 1) {
      const left = Math.max(0, Math.min(rounds, particle.max) - round - 1);
      const moved =
        particle.kind === 'choice' ? this.#choice(particle.items, again) : this.#all(particle.items, again, left);
      if (!moved) break;
      progress = true;
    }
    return progress;
  }

  /** How often the items must be gone through for all that waits for them. */
  #rounds(items: readonly Particle[]): number {
    const needed = items.map((item) => {
      if (item.kind !== 'element' && item.kind !== 'any') return 1;
      return Math.ceil((this.#waiting.get(this.#keyOf(item) ?? '')?.length ?? 0) / item.max);
    });
    return Math.max(1, ...needed);
  }

  /**
   * In one pass, an earlier place leaves to a later one of the same name what that must have; in the first of several passes (`left` are to
   * come) each leaves what the others must have.
   */
  #all(items: readonly Particle[], repeating: boolean, left: number): boolean {
    let progress = false;
    items.forEach((item, index) => {
      const later = repeating || item.kind !== 'element' ? [] : items.slice(index + 1);
      const reserved = later.reduce((sum, other) => sum + (sameElement(item, other) ? other.min : 0), left * item.min);
      if (this.follow(item, repeating, reserved)) progress = true;
    });
    return progress;
  }

  /** The branch for which the document has most. */
  #choice(items: readonly Particle[], repeating: boolean): boolean {
    let best: Particle | undefined;
    let most = 0;
    for (const item of items) {
      const has = this.#has(item);
      if (has > most) [best, most] = [item, has];
    }
    return best !== undefined && this.follow(best, repeating);
  }

  #has(particle: Particle): number {
    if (particle.kind === 'element' || particle.kind === 'any') {
      return (this.#waiting.get(this.#keyOf(particle) ?? '')?.length ?? 0) > 0 ? 1 : 0;
    }
    return particle.items.reduce((sum, item) => sum + this.#has(item), 0);
  }

  #leaf(particle: Extract<Particle, { kind: 'element' | 'any' }>, reserved: number): boolean {
    const key = this.#keyOf(particle);
    const values = key === undefined ? undefined : this.#waiting.get(key);
    if (key === undefined || !values) return false;
    const count = Math.min(particle.max, Math.max(0, values.length - reserved));
    const element = particle.kind === 'element' ? particle.element : undefined;
    for (const value of values.splice(0, count)) this.placed.push({ element, key, value });
    return count > 0;
  }

  #keyOf(particle: Extract<Particle, { kind: 'element' | 'any' }>): string | undefined {
    if (particle.kind === 'any') return this.#wildcard;
    const known = this.#keys.get(particle.element) ?? this.#byElement.get(nameOf(particle.element))?.key;
    if (known !== undefined) this.#keys.set(particle.element, known);
    return known;
  }
}

const nameOf = (element: ElementModel) => `${element.uri}#${element.local}`;

const sameElement = (left: Particle, right: Particle) =>
  left.kind === 'element' && right.kind === 'element' && nameOf(left.element) === nameOf(right.element);
