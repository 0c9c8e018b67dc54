/** Multiplies a formula out to an OR of ANDs, leaving out ANDs whose conditions exclude each other. */
import type { Condition, Predicate } from '../contracts/routing.ts';
import type { Formula } from './formula.ts';

type Conjunction = readonly Condition[];

/** ANDs that a filter may come to: each is a subscription to match. */
const MOST = 500;

export function normalForm(formula: Formula): Predicate | 'too large' {
  const found = expand(formula);
  return found === 'too large' ? found : distinct(found);
}

function expand(formula: Formula): readonly Conjunction[] | 'too large' {
  if (formula.kind === 'condition') return [[formula.condition]];
  let result: readonly Conjunction[] = formula.kind === 'all' ? [[]] : [];
  for (const part of formula.of) {
    const next = expand(part);
    if (next === 'too large' || (formula.kind === 'all' && result.length * next.length > MOST * 4)) return 'too large';
    result = formula.kind === 'any' ? [...result, ...next] : product(result, next);
    if (result.length > MOST) return 'too large';
  }
  return result;
}

const product = (left: readonly Conjunction[], right: readonly Conjunction[]): Conjunction[] =>
  left.flatMap((a) => right.map((b) => unique([...a, ...b]))).filter(isPossible);

const keyOf = ({ property, op, value }: Condition) => JSON.stringify([property, op, value]);

const unique = (conditions: Conjunction): Conjunction => [
  ...new Map(conditions.map((condition) => [keyOf(condition), condition])).values(),
];

function distinct(conjunctions: readonly Conjunction[]): Predicate {
  const some = conjunctions.filter(isPossible);
  return [...new Map(some.map((conditions) => [conditions.map(keyOf).sort().join(), conditions])).values()];
}

function isPossible(conditions: Conjunction): boolean {
  const byProperty = Map.groupBy(conditions, ({ property }) => property);
  return [...byProperty.values()].every((of) => of.length === 1 || agree(of));
}

/** Whether one value can satisfy all conditions on a property. Not certain of impossibility, it says yes. */
function agree(conditions: Conjunction): boolean {
  const equal = conditions.find(({ op }) => op === '=');
  if (equal) return conditions.every((condition) => holds(equal.value!, condition));
  const lower = conditions.filter(({ op }) => op === '>' || op === '>=');
  const upper = conditions.filter(({ op }) => op === '<' || op === '<=');
  return lower.every((low) =>
    upper.every((high) => low.value! < high.value! || (low.value === high.value && meet(low, high))),
  );
}

const meet = (low: Condition, high: Condition) => low.op === '>=' && high.op === '<=';

function holds(value: string | number | boolean, { op, value: other }: Condition): boolean {
  if (op === 'exists') return true;
  if (op === '=') return value === other;
  if (op === '!=') return value !== other;
  if (typeof value !== typeof other) return false;
  if (op === '<') return value < other!;
  if (op === '<=') return value <= other!;
  return op === '>' ? value > other! : value >= other!;
}
