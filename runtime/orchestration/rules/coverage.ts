/** What a table does not say, says twice, or says in vain. Rules with a condition of their own may or may not fit. */
import type { Finding } from '../../contracts/finding.ts';
import type { Source } from '../../contracts/source.ts';
import { finding } from '../../errors/finding.ts';
import { isIn } from './cell.ts';
import type { Input } from './compile-table.ts';
import { type Region, regionsOf } from './regions.ts';
import type { Hit, Rule } from './table.ts';

export interface Covered {
  readonly source: Source;
  readonly inputs: ReadonlyMap<string, Input>;
  readonly rules: readonly Rule[];
  readonly hit: Hit;
  readonly hasDefault: boolean;
}

/** Larger tables are not looked at. */
const MOST = 100_000;
const TOLD = 3;

export function coverageFindings({ source, inputs, rules, hit, hasDefault }: Covered): Finding[] {
  const regions = [...inputs.values()].map(({ kind, values }, index) =>
    regionsOf(
      kind,
      rules.map(({ cells }) => cells[index]!),
      values,
    ),
  );
  if (regions.reduce((product, { length }) => product * length, 1) * rules.length > MOST * 100) return [];
  const gaps: string[] = [];
  const overlaps = new Map<string, { readonly rules: readonly number[]; readonly told: string }>();
  const reached = new Set<number>();
  for (const place of placesOf(regions)) {
    const fitting = rules.flatMap(({ cells }, index) =>
      cells.every((cell, at) => isIn(cell, place[at]!.value)) ? [index] : [],
    );
    const certain = fitting.filter((index) => rules[index]!.condition === undefined);
    if (fitting.length === 0) gaps.push(wordsFor(inputs, place));
    if (hit === 'unique' && certain.length > 1) {
      const key = certain.slice(0, 2).join();
      if (!overlaps.has(key)) overlaps.set(key, { rules: certain, told: wordsFor(inputs, place) });
    }
    const last = hit === 'first' ? fitting.indexOf(certain[0] ?? -1) : -1;
    for (const index of last < 0 ? fitting : fitting.slice(0, last + 1)) reached.add(index);
  }
  const at = (index: number) => source.locate(rules[index]!.path);
  return [
    ...(hasDefault || hit === 'collect' ? [] : gaps.slice(0, TOLD)).map((told) =>
      finding('RULES_GAP', source.locate(['rules'], 'key'), { told }, { severity: 'warning' }),
    ),
    ...[...overlaps.values()]
      .slice(0, TOLD)
      .map(({ rules: [one, other], told }) =>
        finding('RULES_OVERLAP', at(other!), { one: one! + 1, other: other! + 1, told }),
      ),
    ...rules.flatMap((_, index) =>
      reached.has(index) ? [] : [finding('RULES_UNREACHABLE', at(index), { rule: index + 1 }, { severity: 'warning' })],
    ),
  ];
}

function* placesOf(regions: readonly (readonly Region[])[]): Generator<readonly Region[]> {
  const [first, ...others] = regions;
  if (!first) {
    yield [];
    return;
  }
  for (const region of first) for (const rest of placesOf(others)) yield [region, ...rest];
}

const wordsFor = (inputs: ReadonlyMap<string, Input>, place: readonly Region[]) =>
  [...inputs.keys()].map((name, index) => `${name} ${place[index]!.told}`).join(', ');
