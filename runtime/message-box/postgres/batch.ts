/**
 * Work done together on a working set. A piece of work that is refused, or that breaks, is undone by itself and spoils no
 * other; one that asks for something which was not loaded says what.
 */
import { type Handed, type Store, takeBack } from '../store.ts';
import { missingOf, type Needs } from './needs.ts';
import type { WorkingSet } from './working-set.ts';

export interface Work<T> {
  /** Of the bodies that it brings, roughly. */
  readonly bytes: number;
  /** It can be tried without looking at the database. */
  readonly isFast: () => boolean;
  gather(needs: Needs): void;
  /** Throws to refuse; changes nothing. */
  check?(store: Store): void;
  run(store: Store): T;
}

export interface Done {
  readonly outcomes: readonly Outcome[];
  /** What was asked for in vain. */
  readonly missing: readonly ((needs: Needs) => void)[];
  readonly woken: ReadonlySet<string>;
  readonly handed: readonly Handed[];
}

/** Of one piece of work; undefined when it is to be done again. */
type Outcome = { readonly value: unknown } | { readonly refused: unknown } | undefined;

export type Hands = Pick<Store, 'takers' | 'urgent'>;

export function doTogether(works: readonly Work<unknown>[], set: WorkingSet, hands: Hands): Done {
  const woken = new Set<string>();
  const handed: Handed[] = [];
  const missing: ((needs: Needs) => void)[] = [];
  const outcomes = works.map((work): Outcome => {
    const { tables, matcher } = set;
    const store: Store = { tables, matcher, ...hands, woken: new Set(), handed: [], stale: false };
    try {
      work.check?.(store);
      const value = work.run(store);
      set.keep();
      for (const subscriber of store.woken) woken.add(subscriber);
      handed.push(...store.handed);
      return { value };
    } catch (thrown) {
      set.undo();
      takeBack(store.handed);
      const more = missingOf(thrown);
      if (!more) return { refused: thrown };
      missing.push(more);
      return undefined;
    }
  });
  return { outcomes, missing, woken, handed };
}
