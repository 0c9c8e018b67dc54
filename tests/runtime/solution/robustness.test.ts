/** Whatever is in the files, there are findings and no exception: the reference solution, damaged in every way. */
import { join } from 'node:path';
import { adapters } from '../../../adapters/index.ts';
import { compileSolution } from '../../../runtime/solution/compile-solution.ts';
import { readSolution } from '../../../runtime/solution/find.ts';
import { fc } from '../../properties.ts';

const root = join(import.meta.dirname, '../../..');
const reference = readSolution(root);
const yaml = [...reference.keys()].filter((path) => path.endsWith('.yaml'));

const compile = (files: ReadonlyMap<string, string>) =>
  compileSolution(files, { adapters, env: {}, resolvePath: (path) => join(root, path), missingSecrets: 'warning' });

type Damage = (lines: readonly string[], at: number) => readonly string[];

const damages: Readonly<Record<string, Damage>> = {
  delete: (lines, at) => lines.toSpliced(at, 1),
  indent: (lines, at) => lines.with(at, ` ${lines[at]}`),
  outdent: (lines, at) => lines.with(at, lines[at]!.replace(/^ {1,2}/, '')),
  double: (lines, at) => lines.toSpliced(at, 0, lines[at]!),
  cut: (lines, at) => lines.with(at, lines[at]!.slice(0, lines[at]!.length / 2)),
  number: (lines, at) => lines.with(at, lines[at]!.replace(/: .*/, ': 5')),
  nothing: (lines, at) => lines.with(at, lines[at]!.replace(/: .*/, ':')),
  list: (lines, at) => lines.with(at, lines[at]!.replace(/: .*/, ': [[], {}, null]')),
  odd: (lines, at) => lines.with(at, lines[at]!.replace(/\w+:/, '__proto__:')),
};

const damage = fc.record({
  file: fc.constantFrom(...yaml),
  place: fc.double({ min: 0, max: 0.9999, noNaN: true }),
  how: fc.constantFrom(...Object.keys(damages)),
});

test('damaged files give findings, each at a place that exists', () => {
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (all) => {
      const files = new Map(reference);
      for (const { file, place, how } of all) {
        const lines = files.get(file)!.split('\n');
        files.set(file, damages[how]!(lines, Math.floor(place * lines.length)).join('\n'));
      }
      for (const { at } of compile(files).findings) {
        const text = files.get(at.file)?.split('\n');
        if (text) expect(at.line).toBeLessThanOrEqual(text.length);
        expect(Math.min(at.line, at.column)).toBeGreaterThan(0);
      }
    }),
    { numRuns: 25 },
  );
});

test('files of any plain value give findings', () => {
  const values = [
    '',
    'null',
    '5',
    'text',
    '[]',
    '[1]',
    '{}',
    '{ a: 1 }',
    '- - - 1',
    '? [a]\n: b',
    '&a [*a]',
    '\u0000',
    '%YAML 9',
  ];
  for (const [index, value] of values.entries()) {
    const damaged = yaml.filter((_, at) => at % values.length === index);
    const { findings } = compile(new Map([...reference, ...damaged.map((path): [string, string] => [path, value])]));
    expect(damaged.filter((path) => !findings.some(({ at }) => at.file === path))).toEqual([]);
  }
});
