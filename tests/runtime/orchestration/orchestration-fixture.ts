/** A small world for orchestrations: open message types that promote their number and place, and maps that copy. */

import type { MapProgram } from '../../../runtime/contracts/map.ts';
import type { Context } from '../../../runtime/contracts/message.ts';
import type { RuleTable } from '../../../runtime/contracts/rules.ts';
import type { CompiledSchema, LogicalType, SchemaSet } from '../../../runtime/contracts/schema.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import { compileOrchestration } from '../../../runtime/orchestration/compile.ts';
import { readYaml } from '../../../runtime/solution/read-yaml.ts';
import { calendars } from '../expressions/england.ts';
import { integer, object, text } from '../expressions/logical.ts';

/** `receipt` is closed and promotes nothing; the others promote `number` and `place`. */
const documents: Readonly<Record<string, LogicalType>> = {
  order: { kind: 'any' },
  query: { kind: 'any' },
  answer: { kind: 'any' },
  update: { kind: 'any' },
  receipt: object({ 'text?': text, 'number?': text, 'count?': integer, 'to?': object({ 'name?': text }) }),
};

function schemaOf(type: string): CompiledSchema {
  const promotes = type === 'receipt' ? [] : ['number', 'place'];
  return {
    type,
    document: documents[type]!,
    promotes,
    validate: () => [],
    promote: (document: unknown): Context => {
      const found = document as Readonly<Record<string, unknown>> | null;
      return new Map(
        promotes.flatMap((name) => {
          const value = found?.[name];
          return typeof value === 'string' ? [[name, { value, promoted: true }]] : [];
        }),
      );
    },
  } as unknown as CompiledSchema;
}

const compiled = new Map(Object.keys(documents).map((type) => [type, schemaOf(type)]));

export const schemas: SchemaSet = {
  find: (type) => compiled.get(type),
  findByRoot: () => [],
  types: [...compiled.keys()],
  properties: new Map([
    ['number', { kind: 'string' }],
    ['place', { kind: 'string' }],
  ]),
};

function copy(name: string, sources: readonly string[], target: string): [string, MapProgram] {
  const transform = (inputs: readonly unknown[]): unknown => {
    const made = Object.assign({}, ...inputs) as Record<string, unknown>;
    if (made['broken'] === true) throw busError('EXPRESSION_FAILED', { expression: 'x', reason: 'it is broken' });
    return made;
  };
  return [name, { name, sources, target, transform }];
}

export const maps: ReadonlyMap<string, MapProgram> = new Map([
  copy('order-to-query', ['order'], 'query'),
  copy('order-to-receipt', ['order'], 'receipt'),
  copy('pair-to-receipt', ['order', 'answer'], 'receipt'),
]);

const triage: RuleTable = {
  name: 'triage',
  inputs: new Map([
    ['kind', 'string'],
    ['depth', 'integer'],
  ]),
  decide: ({ depth }) => {
    if (Number(depth) >= 40) return { team: 'emergency' };
    throw busError('RULES_NO_MATCH', { name: 'triage', values: '' }, { fault: 'NoRule' });
  },
};

export function compileText(yaml: string) {
  const { source, findings } = readYaml('orchestrations/test.orchestration.yaml', yaml);
  if (findings.length > 0) throw new Error(findings.map(({ message }) => message).join('\n'));
  return compileOrchestration(source, {
    schemas,
    maps,
    lookups: Object.assign(new Map(), { calendars }),
    version: 'v1',
    tables: new Map([['triage', triage]]),
  });
}

/** The head of every test's file; the body begins in line 6. */
export const HEAD = `orchestration: test
messages: { order: order, query: query, answer: answer, update: update, receipt: receipt }
variables: { count: integer, decision: any }
correlations: { by-number: [number], by-both: [number, place], by-place: [place] }
body:
`;
export const START = '  - receive: { port: orders, message: order, activate: true }\n';
export const CORRELATED = '  - receive: { port: orders, message: order, activate: true, initialises: by-number }\n';
