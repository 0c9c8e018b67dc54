/**
 * How many deliveries of a lane are ready or leased, for lanes used lately. This process alone writes the table, and most lanes of
 * instances are empty between two steps: nobody need ask the table for that.
 */
import type { DeliveryRow, RowState } from '../tables.ts';
import { type Cache, createCache } from './cache.ts';

export interface OpenLanes {
  /** It is known that nothing in the lane is open. */
  isEmpty(lane: string): boolean;
  /** The table says so. */
  foundEmpty(lane: string): void;
  added(row: Pick<DeliveryRow, 'lane' | 'state'>): void;
  changed(before: Pick<DeliveryRow, 'lane' | 'state'>, state: RowState): void;
  removed(row: Pick<DeliveryRow, 'lane' | 'state'>): void;
  rolledBack(): void;
}

const CACHED = 16_384;

const isOpen = (state: RowState) => state === 'ready' || state === 'leased';

export function createOpenLanes(): OpenLanes {
  let counts: Cache<string, number> = createCache(CACHED, () => 1);

  function add(lane: string | null, more: number): void {
    if (lane === null || more === 0) return;
    const count = counts.get(lane);
    if (count !== undefined) counts.set(lane, count + more);
  }

  return {
    isEmpty: (lane) => counts.get(lane) === 0,
    foundEmpty: (lane) => counts.set(lane, 0),
    added: ({ lane, state }) => add(lane, Number(isOpen(state))),
    changed: ({ lane, state }, now) => add(lane, Number(isOpen(now)) - Number(isOpen(state))),
    removed: ({ lane, state }) => add(lane, -Number(isOpen(state))),
    rolledBack: () => {
      counts = createCache(CACHED, () => 1);
    },
  };
}
