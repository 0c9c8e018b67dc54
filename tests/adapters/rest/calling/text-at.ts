/** The text of a file; undefined where there is none. */
import { existsSync, readFileSync } from 'node:fs';

export const textAt = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
