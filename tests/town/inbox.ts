/** A folder that a legacy system empties: every file is read, handed over and removed. Half-written names are left alone. */
import { mkdirSync, readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Looks every 100 ms. Returns a function that looks a last time and ends it. */
export function emptyFolder(folder: string, ending: string, take: (name: string, text: string) => void): () => void {
  mkdirSync(folder, { recursive: true });
  const look = () => {
    for (const name of readdirSync(folder)) {
      if (!name.endsWith(ending) || name.startsWith('.')) continue;
      take(name, readFileSync(join(folder, name), 'utf8'));
      unlinkSync(join(folder, name));
    }
  };
  const timer = setInterval(look, 100);
  return () => {
    clearInterval(timer);
    look();
  };
}
