/** How far sources have been read, of the memory store. */
import type { Watermark } from '../../contracts/inspection.ts';
import type { Tables } from '../tables.ts';
import type { Journal } from './journal.ts';

export type WatermarkTable = Pick<Tables, 'watermark' | 'putWatermark' | 'removeWatermark' | 'watermarks'>;

export function createWatermarks(journal: Journal): WatermarkTable {
  const found = new Map<string, Watermark>();
  return {
    watermark: (name) => found.get(name)?.value,
    putWatermark: (watermark) => journal.set(found, watermark.name, watermark),
    removeWatermark: (name) => {
      if (found.has(name)) journal.delete(found, name);
    },
    watermarks: () => [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
