/** Moves watermarks within a unit: what another has moved meanwhile is not overwritten by whoever did not know of it. */
import type { Instant } from '../contracts/clock.ts';
import type { WatermarkChange } from '../contracts/message-box.ts';
import { busError } from '../errors/bus-error.ts';
import type { Store } from './store.ts';

/** Throws BusError WATERMARK_MOVED; changes nothing. */
export function checkWatermarks(changes: readonly WatermarkChange[], { tables }: Pick<Store, 'tables'>): void {
  const moved = new Map<string, string | null>();
  for (const { name, from, to } of changes) {
    const found = moved.has(name) ? moved.get(name)! : (tables.watermark(name) ?? null);
    if (from !== undefined && from !== found) throw busError('WATERMARK_MOVED', { name, found: found ?? 'nowhere' });
    moved.set(name, to);
  }
}

export function moveWatermark({ name, to }: WatermarkChange, at: Instant, { tables }: Pick<Store, 'tables'>): void {
  if (to === null) tables.removeWatermark(name);
  else tables.putWatermark({ name, value: to, at });
}
