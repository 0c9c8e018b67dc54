/** A decision table at work. Pure. */
import type { CompiledExpression } from '../../contracts/expression.ts';
import type { Scalar } from '../../contracts/message.ts';
import type { Decision, InputKind, RuleTable } from '../../contracts/rules.ts';
import type { Path } from '../../contracts/source.ts';
import { busError } from '../../errors/bus-error.ts';
import { type Cell, isIn, type Value } from './cell.ts';

/** Which of several rules that fit counts. */
export type Hit = 'unique' | 'first' | 'collect' | 'priority';

export type Output = CompiledExpression | { readonly value: Value | null };

export interface Rule {
  /** In the order of the inputs. */
  readonly cells: readonly Cell[];
  readonly condition: CompiledExpression | undefined;
  /** The highest counts. */
  readonly priority: number;
  readonly outputs: ReadonlyMap<string, Output>;
  readonly path: Path;
}

export interface TableParts {
  readonly name: string;
  readonly inputs: ReadonlyMap<string, InputKind>;
  readonly rules: readonly Rule[];
  readonly hit: Hit;
  readonly fallback: ReadonlyMap<string, Output> | undefined;
}

export function createTable({ name, inputs, rules, hit, fallback }: TableParts): RuleTable {
  const names = [...inputs.keys()];

  function fitting(values: Readonly<Record<string, unknown>>): Rule[] {
    return rules.filter(
      ({ cells, condition }) =>
        cells.every((cell, index) => isIn(cell, values[names[index]!])) &&
        (condition === undefined || condition.evaluate(values) === true),
    );
  }

  return {
    name,
    inputs,
    decide: (values) => {
      const found = fitting(values);
      const told = (outputs: ReadonlyMap<string, Output>) => decisionOf(outputs, values);
      if (hit === 'collect') return found.map(({ outputs }) => told(outputs));
      const [first, second] = hit === 'priority' ? found.toSorted((a, b) => b.priority - a.priority) : found;
      if (!first && fallback) return told(fallback);
      if (!first) throw busError('RULES_NO_MATCH', { name, values: JSON.stringify(values) }, { fault: 'NoRule' });
      if (second && hit === 'unique')
        throw busError('RULES_AMBIGUOUS', { name, count: found.length, values: JSON.stringify(values) });
      return told(first.outputs);
    },
  };
}

function decisionOf(outputs: ReadonlyMap<string, Output>, values: Readonly<Record<string, unknown>>): Decision {
  return Object.fromEntries(
    [...outputs].map(([name, output]) => [
      name,
      'value' in output ? output.value : (output.evaluate(values) as Scalar),
    ]),
  );
}
