/** How far sources have been read, of the SQLite store. */
import type { DatabaseSync } from 'node:sqlite';
import type { Watermark } from '../../contracts/inspection.ts';
import type { Tables } from '../tables.ts';

export type WatermarkTable = Pick<Tables, 'watermark' | 'putWatermark' | 'removeWatermark' | 'watermarks'>;

export function createWatermarks(database: DatabaseSync): WatermarkTable {
  const select = database.prepare('SELECT value FROM watermarks WHERE name = ?');
  const all = database.prepare('SELECT name, value, at FROM watermarks ORDER BY name');
  const put = database.prepare(
    `INSERT INTO watermarks (name, value, at) VALUES (?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = excluded.at`,
  );
  const remove = database.prepare('DELETE FROM watermarks WHERE name = ?');
  return {
    watermark: (name) => select.get(name)?.['value'] as string | undefined,
    putWatermark: ({ name, value, at }) => void put.run(name, value, at),
    removeWatermark: (name) => void remove.run(name),
    watermarks: () => (all.all() as unknown as Watermark[]).map((row) => ({ ...row })),
  };
}
