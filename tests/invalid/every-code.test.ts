/**
 * Solutions with every mistake that the check knows of orchestrations and what they stand on: each found in one run, at its
 * place, with what to do. And the catalog against it: what `check` can tell is planted here or in a test of its own.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adapters } from '../../adapters/index.ts';
import type { Finding } from '../../runtime/contracts/finding.ts';
import { catalog } from '../../runtime/errors/catalog.ts';
import { orchestrationErrors } from '../../runtime/errors/orchestration.ts';
import { compileSolution } from '../../runtime/solution/compile-solution.ts';
import { readSolution } from '../../runtime/solution/find.ts';
import { plants } from './plants/index.ts';

const root = join(import.meta.dirname, '../..');

function check(name: string): readonly Finding[] {
  const folder = join(import.meta.dirname, name);
  const resolvePath = (path: string) => join(folder, path);
  return compileSolution(readSolution(folder), { adapters, env: {}, resolvePath }).findings;
}

const expectedOf = (name: string) =>
  readFileSync(join(import.meta.dirname, `${name}.txt`), 'utf8')
    .trim()
    .split('\n');

const inShort = ({ at, severity, code, suggestion }: Finding) =>
  `${at.file}:${at.line}:${at.column} ${severity} ${code}${suggestion === undefined ? '' : ` (${suggestion})`}`;

describe.each(['everything', 'warned'])('the solution "%s"', (name) => {
  const findings = check(name);

  test('has exactly these findings, each at its place, with what was meant', () => {
    expect(findings.map(inShort)).toEqual(expectedOf(name));
  });

  test.each(findings.map((each) => [inShort(each), each] as const))(
    '%s: says what is wrong and what to do',
    (_, each) => {
      expect(each.message).toMatch(/^\S.*[.)]$/);
      expect(each.help).toMatch(/^[A-Z].*\.$/);
      expect(each.message + each.help).not.toMatch(/\{\w+\}|undefined|\ba [aeio]/);
    },
  );

  test('says nothing twice', () => {
    expect(new Set(findings.map((each) => `${inShort(each)} ${each.message}`)).size).toBe(findings.length);
  });
});

/** Of codes of kind config, those that only a running bus or a command tells. */
const ELSEWHERE = ['INTERPRETER_UNKNOWN'];
/** What another code tells first where files are checked: these are for who compiles an orchestration by itself. */
const BY_STRUCTURE = ['UNKNOWN_SHAPE'];

const planted = new Set([
  ...['everything', 'warned'].flatMap((name) => check(name).map(({ code }) => code)),
  ...Object.values(plants).flatMap((variants) => variants.map(({ code }) => code)),
]);

test('every code of orchestrations that the check can tell is planted in a solution, or with its own kind of file', () => {
  const config = Object.entries(orchestrationErrors).filter(([, { kind }]) => kind === 'config');
  const missing = config.map(([code]) => code).filter((code) => !planted.has(code));
  const ofMigrations = ['UNKNOWN_STEP', 'UNKNOWN_VARIABLE'];
  const ofTests = ['TEST_INVALID'];
  expect(missing.sort()).toEqual([...ELSEWHERE, ...BY_STRUCTURE, ...ofMigrations, ...ofTests].sort());
});

/** Codes in calls that make findings. */
function toldCodes(): string[] {
  const folders = ['expressions', 'maps', 'orchestration', 'pipelines', 'schemas', 'solution'];
  const texts = folders.flatMap((folder) => textsIn(join(root, 'runtime', folder), /\.ts$/));
  const found = texts.flatMap((text) => [...text.matchAll(/(?:finding|report)\(\s*'([A-Z_0-9]+)'/g)]);
  return [...new Set(found.map(([, code]) => code!))].filter((code) => code in catalog).sort();
}

function textsIn(folder: string, pattern: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => pattern.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
}

test('every code of which there is a finding is planted here or in a test of its own', () => {
  const own = textsIn(join(root, 'tests'), /\.test\.ts$/).join('\n');
  const codes = toldCodes();
  expect(codes.length).toBeGreaterThan(80);
  expect(codes.filter((code) => !planted.has(code) && !new RegExp(`\\b${code}\\b`).test(own))).toEqual([]);
});
