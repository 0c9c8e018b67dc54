/** rules: asks a decision table, and keeps what it says in a variable. */
import type { RuleTable } from '../../contracts/rules.ts';
import type { CompiledShape, Formula } from '../program.ts';
import { evaluate } from '../run.ts';
import { closed, expression, name, text } from './fragments.ts';
import { NEXT, type ShapeKind } from './shape.ts';

export interface RulesShape extends CompiledShape {
  readonly kind: 'rules';
  readonly table: RuleTable | undefined;
  readonly in: ReadonlyMap<string, Formula>;
  readonly into: string;
}

const schema = closed(
  'Asks a decision table',
  {
    name,
    table: text('The table, of orchestrations/*.rules.yaml'),
    in: {
      type: 'object',
      additionalProperties: expression('The value'),
      description: 'What the table is asked: each of its inputs',
    },
    into: text('The variable, of type any, that takes what it says: its outputs, or a list of them where it collects'),
  },
  ['table', 'in', 'into'],
);

export const rules: ShapeKind<RulesShape> = {
  kind: 'rules',
  schema,
  tracked: true,

  compile: (value, path, compiler) => {
    const written = compiler.mapping(value, path, schema, 'a rules step');
    if (!written) return undefined;
    const table = compiler.table(written['table'], [...path, 'table']);
    const given = table
      ? (compiler.mapping(written['in'], [...path, 'in'], inputsOf(table), `what ${table.name} is asked`) ?? {})
      : {};
    const formulas = Object.entries(given).flatMap(([input, each]): [string, Formula][] => {
      const kind = table?.inputs.get(input);
      const type = kind && ({ kind: kind === 'date' ? 'string' : kind } as const);
      const formula = compiler.formula(each, [...path, 'in', input], type);
      return formula ? [[input, formula]] : [];
    });
    const into = compiler.text(written['into'], [...path, 'into']) ?? '';
    if (into !== '' && compiler.variables.get(into)?.kind !== 'any')
      compiler.report(
        'RULES_INTO',
        [...path, 'into'],
        { name: into },
        { unknown: { name: into, known: anyOf(compiler) } },
      );
    return { table, in: new Map(formulas), into };
  },

  flow: (shape, before, flow) => {
    for (const formula of shape.in.values()) flow.formula(formula, before);
    return before;
  },

  step: ({ table, in: inputs, into }, run) => {
    const values = Object.fromEntries([...inputs].map(([input, formula]) => [input, evaluate(run, formula)]));
    run.state.variables[into] = table!.decide(values);
    return NEXT;
  },
};

const anyOf = ({ variables }: { readonly variables: ReadonlyMap<string, { readonly kind: string }> }) =>
  [...variables].filter(([, { kind }]) => kind === 'any').map(([each]) => each);

function inputsOf(table: RuleTable) {
  const names = [...table.inputs.keys()];
  return closed('Inputs', Object.fromEntries(names.map((each) => [each, expression(`The input ${each}`)])), names);
}
