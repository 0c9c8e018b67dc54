/** The file that a verb is given: its bytes, and what they probably are. */
import { readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { reasonOf } from '../errors/as-bus-error.ts';
import type { Console } from './console.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.xml': 'text/xml',
  '.csv': 'text/csv',
  '.txt': 'text/plain',
};

export const mediaTypeOf = (file: string): string => TYPES[extname(file)] ?? 'application/octet-stream';

/** Undefined when it cannot be read, which the user has been told. */
export function bytesOfFile(file: string, io: Console): Buffer<ArrayBuffer> | undefined {
  try {
    return readFileSync(file === '-' ? 0 : resolve(io.cwd, file));
  } catch (thrown) {
    io.err(`${file} cannot be read: ${reasonOf(thrown)}.`);
    return undefined;
  }
}
