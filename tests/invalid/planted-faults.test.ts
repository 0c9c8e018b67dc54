/** One run of the check over a solution with ten planted faults: all of them at their exact places, with help, and no more. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adapters } from '../../adapters/index.ts';
import { compileSolution } from '../../runtime/solution/compile-solution.ts';
import { readSolution } from '../../runtime/solution/find.ts';

const folder = join(import.meta.dirname, 'solution');
const { deployment, findings } = compileSolution(readSolution(folder), {
  adapters,
  env: {},
  resolvePath: (path) => join(folder, path),
});

test('every planted fault is found in one run, exactly where it is, with what was meant', () => {
  const expected = readFileSync(join(import.meta.dirname, 'expected.txt'), 'utf8')
    .trim()
    .split('\n');
  const told = findings.map(
    ({ at, code, suggestion }) =>
      `${at.file}:${at.line}:${at.column} ${code}${suggestion === undefined ? '' : ` (${suggestion})`}`,
  );
  expect(told).toEqual(expected);
});

test('each says what is wrong and what to do, with nothing left to fill in', () => {
  for (const { message, help } of findings) {
    expect(message).toMatch(/^\S.*[.)]$/);
    expect(help).toMatch(/^[A-Z].*\.$/);
    expect(message + help).not.toMatch(/\{\w+\}|undefined/);
  }
});

test('each says what may have been meant', () => {
  expect(findings).toHaveLength(10);
  for (const { suggestion } of findings) expect(suggestion).toMatch(/\S/);
});

test('nothing of it is deployed', () => {
  expect(deployment).toBeUndefined();
});
