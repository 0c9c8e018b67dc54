/** Reads plain values whose shape is not known, without trusting them. */
import type { Path } from '../contracts/source.ts';

export type Plain = Readonly<Record<string, unknown>>;

/** The value at a path; undefined where there is none. Only own keys count. */
export function at(value: unknown, path: Path): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<string | number, unknown>)[step];
  }
  return current;
}

export function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The entries of a mapping whose values are mappings; nothing for what is no mapping. */
export function mappingsIn(value: unknown): [string, Plain][] {
  return isPlain(value) ? Object.entries(value).filter((entry): entry is [string, Plain] => isPlain(entry[1])) : [];
}

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** One text or a list of texts, as `message: a` or `message: [a, b]`. */
export function textsOf(value: unknown): string[] {
  return [value].flat().filter((item): item is string => typeof item === 'string');
}
