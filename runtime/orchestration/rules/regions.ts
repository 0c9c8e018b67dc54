/**
 * The inputs of a table cut into regions within which every cell says the same, so that looking at one value of each region is
 * looking at all values.
 */
import type { InputKind } from '../../contracts/rules.ts';
import type { Cell, Value } from './cell.ts';

export interface Region {
  /** One value of it. */
  readonly value: Value;
  /** In words. */
  readonly told: string;
}

export function regionsOf(kind: InputKind, cells: readonly Cell[], values: readonly string[] | undefined): Region[] {
  if (kind === 'boolean') return [true, false].map((value) => ({ value, told: String(value) }));
  const ends = [...new Set(cells.flatMap(({ ranges }) => ranges.flatMap(({ from, to }) => [from, to])))].filter(
    (end) => end !== undefined,
  );
  if (kind === 'string') return namesIn(ends as string[], values);
  return kind === 'date' ? datesIn(ends as string[]) : numbersIn(ends as number[], kind);
}

/** Those that are named, and one that is not, unless all are known. */
function namesIn(ends: readonly string[], values: readonly string[] | undefined): Region[] {
  const known = (values ?? ends).map((value) => ({ value, told: JSON.stringify(value) }));
  return values ? known : [...known, { value: `${ends.join('')}\u0000`, told: 'anything else' }];
}

function numbersIn(ends: readonly number[], kind: InputKind): Region[] {
  const sorted = ends.toSorted((a, b) => a - b);
  const points = sorted.map((value) => ({ value, told: String(value) }));
  if (sorted.length === 0) return [{ value: 0, told: 'any number' }];
  const between = sorted.slice(1).flatMap((end, index) => {
    const start = sorted[index]!;
    if (kind === 'integer' && end - start < 2) return [];
    const value = kind === 'integer' ? start + 1 : (start + end) / 2;
    return [{ value, told: `between ${start} and ${end}` }];
  });
  const [first, last] = [sorted[0]!, sorted.at(-1)!];
  return [
    { value: first - 1, told: `below ${first}` },
    ...points,
    ...between,
    { value: last + 1, told: `above ${last}` },
  ];
}

/** As texts: what comes right after one is that with something behind it. */
function datesIn(ends: readonly string[]): Region[] {
  const sorted = ends.toSorted();
  if (sorted.length === 0) return [{ value: '2000-01-01', told: 'any date' }];
  return [
    { value: '0000-00-00', told: `before ${sorted[0]}` },
    ...sorted.flatMap((value) => [
      { value, told: value },
      { value: `${value}T`, told: `after ${value}` },
    ]),
  ];
}
