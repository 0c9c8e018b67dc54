/** What stands in a *.flat.yaml, taken for what it is: names, marks, repetitions. */

import type { Path } from '../../contracts/source.ts';
import type { FindingOptions } from '../../errors/finding.ts';
import type { Repeat } from './layout.ts';

export type Mapping = Readonly<Record<string, unknown>>;

export type Report = (
  path: Path,
  reason: string,
  options?: FindingOptions & { readonly part?: 'key' | 'value' },
) => void;

export const mappingOf = (value: unknown): Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {};

export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;

const NAMED: Readonly<Record<string, string>> = { crlf: '\r\n', lf: '\n', cr: '\r', tab: '\t', space: ' ' };

/** `crlf`, `tab`, bytes as `0x1E`, or the characters themselves; undefined of anything else. */
export function marksOf(value: unknown): string | undefined {
  const text = textOf(value);
  if (text === undefined || text === '') return undefined;
  const hex = /^(?:0x[0-9a-f]{2}(?:[0-9a-f]{2})*[ ,]*)+$/i.test(text) ? text.replace(/0x|[ ,]/gi, '') : undefined;
  if (hex !== undefined) return Buffer.from(hex, 'hex').toString('latin1');
  return NAMED[text.toLowerCase()] ?? text;
}

const ANY = Number.POSITIVE_INFINITY;

/** `repeat: true | 5 | { min, max }`, `optional: true`. */
export function repeatOf(written: Mapping): Repeat {
  const { repeat } = written;
  const least = written['optional'] === true ? 0 : 1;
  if (repeat === true) return { min: least, max: ANY };
  if (typeof repeat === 'number') return { min: least === 0 ? 0 : repeat, max: repeat };
  const { min = least, max = ANY } = mappingOf(repeat);
  return repeat === undefined || repeat === false ? { min: least, max: 1 } : { min: Number(min), max: Number(max) };
}
