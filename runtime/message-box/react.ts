/**
 * What follows at once from deliveries that a unit makes, and from those that this makes in its turn: written with the unit, so
 * that a step of an orchestration needs no transaction of its own. Reactions that are refused leave their delivery to its taker.
 */
import type { Reaction, Receipt, Unit } from '../contracts/message-box.ts';
import { applyUnit, checkUnit } from './apply-unit.ts';
import type { Handed, Store } from './store.ts';

/** Reactions in a row: orchestrations that start each other must not keep the store to themselves. */
const MOST = 50;

/** `isLoaded`: the store can write the unit without waiting. */
export function applyWithReactions(unit: Unit, store: Store, isLoaded: (unit: Unit) => boolean): Receipt {
  const { handed } = store;
  const first = handed.length;
  const receipt = applyUnit(unit, store);
  for (let index = first; index < handed.length && index < first + MOST; index += 1) {
    handed[index] = reacted(handed[index]!, store, isLoaded);
  }
  return receipt;
}

function reacted(made: Handed, store: Store, isLoaded: (unit: Unit) => boolean): Handed {
  const reaction = reactionTo(made, store);
  if (!reaction || !isLoaded(reaction.unit)) return made;
  const receipt = applyUnit(reaction.unit, store);
  made.taker.release();
  return { ...made, settled: () => reaction.done?.(receipt) };
}

/** Whatever is wrong with it is told to its taker, who tries it by itself. */
function reactionTo({ taker, delivery }: Handed, store: Store): Reaction | undefined {
  try {
    const reaction = taker.react?.(delivery, (id) => store.tables.findMessage(id));
    if (reaction) checkUnit(reaction.unit, store);
    return reaction;
  } catch {
    return undefined;
  }
}
