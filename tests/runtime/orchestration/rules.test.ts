/** Decision tables: cells, hit policies, what the check finds in them, and that it finds it for all values. */
import type { Finding } from '../../../runtime/contracts/finding.ts';
import { isIn, readCell } from '../../../runtime/orchestration/rules/cell.ts';
import { compileTable } from '../../../runtime/orchestration/rules/compile-table.ts';
import { readYaml } from '../../../runtime/solution/read-yaml.ts';
import { fc } from '../../properties.ts';

function compiled(text: string, files: Readonly<Record<string, string>> = {}) {
  const { source, findings } = readYaml('orchestrations/t.rules.yaml', text);
  expect(findings).toEqual([]);
  return compileTable(source, { lookups: new Map(), read: (path) => files[path] });
}
const told = ({ code, at, message, suggestion }: Finding) => `${at.line} ${code} ${suggestion ?? message}`;
const found = (text: string, files?: Readonly<Record<string, string>>) => compiled(text, files).findings.map(told);

const HEAD = `table: triage
inputs: { kind: { values: [pothole, lamp, sign] }, depth: integer }
outputs: { team: string, days: integer }
`;

test.each([
  ['-', 'string', ['x', null], []],
  ['pothole, "street lamp"', 'string', ['pothole', 'street lamp'], ['lamp', null, '']],
  ['not(pothole, lamp)', 'string', ['sign'], ['lamp', null]],
  ['>= 40', 'integer', [40, 41], [39, null, '40']],
  ['< 1.5, 3', 'number', [1.4, 3], [1.5, 2]],
  ['[10..20)', 'integer', [10, 19], [9, 20]],
  ['(10..20]', 'integer', [11, 20], [10, 21]],
  ['true', 'boolean', [true], [false, null]],
  ['> 2026-07-01', 'date', ['2026-07-02', '2026-07-01T08:00:00Z'], ['2026-07-01', '2025-12-31']],
] as const)('%s of a %s', (text, kind, inside, outside) => {
  const cell = readCell(text, kind);
  if (typeof cell === 'string') throw new Error(cell);
  expect([inside.map((value) => isIn(cell, value)), outside.map((value) => isIn(cell, value))]).toEqual([
    inside.map(() => true),
    outside.map(() => false),
  ]);
});

test.each([
  ['> a', 'string', /has no order/],
  ['1.5', 'integer', /is no integer/],
  ['[20..10]', 'integer', /ends before it begins/],
  ['yes', 'boolean', /is no boolean/],
  ['soon', 'date', /is no date/],
] as const)('%s is no cell of a %s', (text, kind, expected) => {
  expect(readCell(text, kind)).toMatch(expected);
});

const RULES = `rules:
  - { when: { kind: pothole, depth: ">= 40" }, then: { team: emergency, days: 1 } }
  - { when: { kind: pothole, depth: "< 40" }, then: { team: streets, days: "= depth > 20 ? 5 : 28" } }
  - { when: { kind: "lamp, sign" }, then: { team: lights, days: 10 } }
`;

test('a table without gaps and overlaps decides', () => {
  const { table, findings } = compiled(HEAD + RULES);
  expect(findings).toEqual([]);
  expect(table!.decide({ kind: 'pothole', depth: 40 })).toEqual({ team: 'emergency', days: 1 });
  expect(table!.decide({ kind: 'pothole', depth: 21 })).toEqual({ team: 'streets', days: 5 });
  expect(table!.decide({ kind: 'sign', depth: 0 })).toEqual({ team: 'lights', days: 10 });
  expect(() => table!.decide({ kind: 'pothole', depth: null })).toThrow(/No rule of triage fits/);
});

test('gaps and overlaps are told with what they are of', () => {
  expect(found(HEAD + RULES.replace('< 40', '< 30'))).toEqual(
    [
      '4 RULES_GAP No rule says anything of: kind "pothole", depth 30.',
      '4 RULES_GAP No rule says anything of: kind "pothole", depth between 30 and 40.',
    ].sort(),
  );
  expect(found(HEAD + RULES.replace('< 40', '<= 40'))).toEqual([
    '6 RULES_OVERLAP Rules 1 and 2 both speak of: kind "pothole", depth 40.',
  ]);
});

test('the first counts, and what never does is told', () => {
  const text = `${HEAD}hit: first
default: { team: none, days: 0 }
rules:
  - { when: { kind: pothole }, then: { team: a } }
  - { when: { kind: pothole, depth: "> 40" }, then: { team: b } }
`;
  const { table, findings } = compiled(text);
  expect(findings.map(told)).toEqual([
    '8 RULES_UNREACHABLE Rule 2 never counts: those before it take all that it would.',
  ]);
  expect(table!.decide({ kind: 'pothole', depth: 50 })).toEqual({ team: 'a', days: null });
  expect(table!.decide({ kind: 'lamp', depth: 50 })).toEqual({ team: 'none', days: 0 });
});

test('all that fit, and the highest priority', () => {
  const rules = `rules:
  - { when: { kind: pothole }, then: { team: a }, priority: 1 }
  - { when: { depth: "> 40" }, then: { team: b }, priority: 2 }
  - { if: depth > 100, then: { team: c }, priority: 3 }
`;
  const collect = compiled(`${HEAD}hit: collect\n${rules}`);
  const teams = (values: object) =>
    (collect.table!.decide(values as never) as { team: string }[]).map(({ team }) => team);
  expect([teams({ kind: 'pothole', depth: 120 }), teams({ kind: 'lamp', depth: 1 })]).toEqual([['a', 'b', 'c'], []]);
  const priority = compiled(`${HEAD}hit: priority\ndefault: {}\n${rules}`);
  expect(priority.table!.decide({ kind: 'pothole', depth: 50 })).toMatchObject({ team: 'b' });
});

test('two rules with conditions that both hold are an error where only one may', () => {
  const { table } = compiled(
    `${HEAD}rules:\n  - { if: depth > 1, then: { team: a } }\n  - { if: depth > 2, then: { team: b } }\n`,
  );
  expect(table!.decide({ kind: 'lamp', depth: 2 })).toMatchObject({ team: 'a' });
  expect(() => table!.decide({ kind: 'lamp', depth: 3 })).toThrow(/2 rules of triage fit/);
});

test('rows of a CSV file', () => {
  const csv =
    'kind,depth,team,days,if\npothole,>= 40,emergency,1,\npothole,< 40,streets,28,\n"lamp, sign",-,lights,10,\n';
  const { table, findings } = compiled(`${HEAD}rows: orchestrations/t.csv\n`, { 'orchestrations/t.csv': csv });
  expect(findings).toEqual([]);
  expect(table!.decide({ kind: 'lamp', depth: 3 })).toEqual({ team: 'lights', days: 10 });
  expect(found(`${HEAD}rows: orchestrations/t.csv\n`, { 'orchestrations/t.csv': csv.replace('team', 'taem') })).toEqual(
    ['4 RULES_INVALID team'],
  );
  expect(found(`${HEAD}rows: none.csv\n`)).toEqual([
    '4 RULES_INVALID There is no file none.csv.',
    '1 RULES_INVALID The table has no rules.',
  ]);
});

test.each([
  ['- { when: { knd: pothole }, then: { team: a } }', '5 RULES_INVALID kind'],
  ['- { when: { kind: pothle }, then: { team: a } }', '5 RULES_INVALID pothole'],
  ['- { when: { depth: deep }, then: { team: a } }', '5 RULES_INVALID Input depth: deep is no integer.'],
  ['- { then: { teem: a } }', '5 RULES_INVALID team'],
  ['- { then: { days: soon } }', '5 RULES_INVALID Output days: soon is no integer.'],
  ['- { if: dpth > 1, then: { team: a } }', '5 EXPRESSION_INVALID depth'],
])('%s', (rule, expected) => {
  expect(found(`${HEAD}rules:\n  ${rule}\n`)).toEqual([expected]);
});

test('what the check calls covered is decided for every value', () => {
  const range = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }), fc.boolean(), fc.boolean());
  const cell = range.map(
    ([a, b, open, closed]) => `${open ? '(' : '['}${Math.min(a, b)}..${Math.max(a, b)}${closed ? ')' : ']'}`,
  );
  const rule = fc.tuple(
    fc.constantFrom('pothole', 'lamp, sign', '-', 'not(lamp)'),
    fc.oneof(cell, fc.constantFrom('-', '< 5', '>= 5')),
  );
  fc.assert(
    fc.property(
      fc.array(rule, { minLength: 1, maxLength: 4 }),
      fc.constantFrom('pothole', 'lamp', 'sign'),
      fc.integer({ min: -2, max: 23 }),
      (rules, kind, depth) => {
        const lines = rules.map(
          ([of, deep]) => `  - { when: { kind: "${of}", depth: "${deep}" }, then: { team: a } }\n`,
        );
        const { table, findings } = compiled(`${HEAD}rules:\n${lines.join('')}`);
        const has = (code: string) => findings.some((each) => each.code === code);
        if (!table) expect(has('RULES_OVERLAP')).toBe(true);
        else if (!has('RULES_GAP')) expect(table.decide({ kind, depth })).toEqual({ team: 'a', days: null });
      },
    ),
    { numRuns: 300 },
  );
});
