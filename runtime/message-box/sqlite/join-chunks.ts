/** The way back from chunks: a large part becomes one value again, as an older version reads it. */
import type { DatabaseSync } from 'node:sqlite';

export function joinChunks(database: DatabaseSync): void {
  const chunks = database.prepare('SELECT bytes FROM chunks WHERE part = ? ORDER BY number');
  const update = database.prepare('UPDATE parts SET bytes = ? WHERE seq = ?');
  for (const { seq } of database.prepare('SELECT seq FROM parts WHERE chunks > 0 AND refs > 0').all()) {
    const found = chunks.all(Number(seq)) as { bytes: Uint8Array }[];
    update.run(Buffer.concat(found.map(({ bytes }) => bytes)), Number(seq));
  }
}
