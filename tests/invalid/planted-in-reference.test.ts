/**
 * The reference solution with faults planted into it: three and more of each of ten classes, each alone, and one of each
 * class at once. Every fault is reported at its place with what may have been meant, and nothing is reported beside it but
 * what directly follows.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adapters } from '../../adapters/index.ts';
import type { Finding } from '../../runtime/contracts/finding.ts';
import { compileSolution } from '../../runtime/solution/compile-solution.ts';
import { readSolution } from '../../runtime/solution/find.ts';
import { plants } from './plants/index.ts';
import type { Plant } from './plants/plant.ts';

const root = join(import.meta.dirname, '../..');
const FOLDERS = ['config', 'mappings', 'orchestrations', 'schemas'];

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'planted-'));
  for (const name of FOLDERS) cpSync(join(root, name), join(folder, name), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function plant({ file, right, wrong }: Plant): void {
  const path = join(folder, file);
  const [before, after, ...more] = readFileSync(path, 'utf8').split(right);
  if (after === undefined || more.length > 0) throw new Error(`${file} does not have exactly one ${right}`);
  writeFileSync(path, before + wrong + after);
}

/** Where the fault stands once all are planted: `file:line:column CODE`. */
function placeOf({ file, wrong, at, code, found }: Plant): string {
  const told = found ?? file;
  const text = readFileSync(join(folder, told), 'utf8');
  const offset = text.indexOf(at, found === undefined ? text.indexOf(wrong) : 0);
  if (offset < 0) throw new Error(`${told} does not have ${at}`);
  const lines = text.slice(0, offset).split('\n');
  return `${told}:${lines.length}:${lines.at(-1)!.length + 1} ${code}`;
}

const check = (): readonly Finding[] =>
  compileSolution(readSolution(folder), {
    adapters,
    env: { CONTACT_CENTRE_TOKEN: 'set' },
    resolvePath: (path) => join(folder, path),
  }).findings;

const inShort = ({ at, code }: Finding) => `${at.file}:${at.line}:${at.column} ${code}`;

test('the reference solution itself has no findings', () => {
  expect(check()).toEqual([]);
});

describe.each(Object.entries(plants))('%s', (_, variants) => {
  test('has at least three variants', () => expect(variants.length).toBeGreaterThanOrEqual(3));

  test.each(variants.map((variant) => [variant.what, variant] as const))('%s', (_what, variant) => {
    plant(variant);
    const expected = placeOf(variant);
    const findings = check();
    const { follows = [] } = variant;
    expect(findings.map(inShort).filter((each) => !follows.includes(each.split(' ')[1]!))).toEqual([expected]);
    const told = findings.find((each) => inShort(each) === expected)!;
    expect(told.suggestion).toBe(variant.suggestion);
    expect(told.severity).toBe('error');
  });
});

test('one of each class at once: ten findings in one run, each at its place, with what was meant', () => {
  const chosen = Object.values(plants).map((variants) => variants.find(({ together }) => together)!);
  chosen.forEach(plant);
  const findings = check();
  expect(chosen).toHaveLength(10);
  expect(findings.map(inShort).sort()).toEqual(chosen.map(placeOf).sort());
  expect(findings.map(({ suggestion }) => suggestion).filter((each) => !each)).toEqual([]);
});
