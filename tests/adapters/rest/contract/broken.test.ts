/** Contracts that are broken in ways that nobody thought of are told of, never thrown. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { servesContract } from '../../../../adapters/rest/contract/check.ts';
import { bundled } from '../../../../runtime/openapi/bundle.ts';
import { readContract } from '../../../../runtime/openapi/contract.ts';
import { ContractProblem } from '../../../../runtime/openapi/documents.ts';

const sample = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8');
const whole = parse(sample('street-care.yaml')) as Tree;
const common = sample('common.yaml');

type Tree = Record<string, unknown>;

const ODD: readonly unknown[] = [
  null,
  5,
  'x',
  [],
  {},
  [null],
  { $ref: '#/nothing' },
  { $ref: '#' },
  { $ref: 7 },
  { $ref: '%' },
  { $ref: 'common.yaml#/%E0%A4%A' },
  { $ref: '../../secret.yaml' },
  { $ref: '#/components/schemas/Report' },
  -1,
  { type: 5 },
  { type: ['x'] },
  { pattern: '(' },
  { enum: {} },
  { properties: [] },
  { allOf: {} },
  { items: 3 },
];

/** Every way down to a value. */
function waysIn(value: unknown, way: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[...way, key], ...waysIn(inner, [...way, key])]);
}

function withValueAt(document: Tree, way: readonly string[], value: unknown): Tree {
  const changed = structuredClone(document);
  const outer = way.slice(0, -1).reduce<Tree>((at, key) => at[key] as Tree, changed);
  outer[way.at(-1)!] = value;
  return changed;
}

test('each part of a contract in turn, replaced by something odd', () => {
  const ways = waysIn(whole);
  const thrown: string[] = [];
  let told = 0;
  for (const [index, way] of ways.entries()) {
    if (index % 5 !== 0) continue;
    const odd = ODD[index % ODD.length];
    const text = JSON.stringify(withValueAt(whole, way, odd));
    const read = (path: string) => (path === 'it.json' ? text : path === 'common.yaml' ? common : undefined);
    try {
      told += servesContract({ openapi: 'it.json' }, read).contract!.findings.length;
      bundled(readContract('it.json', read).documents, '/v1');
    } catch (problem) {
      if (!(problem instanceof ContractProblem))
        thrown.push(`${way.join('.')} as ${JSON.stringify(odd)}: ${String(problem)}`);
    }
  }
  expect(thrown).toEqual([]);
  expect(told).toBeGreaterThan(10);
});
