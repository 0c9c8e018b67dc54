/** Broken YAML is told of at the line that is wrong, and what was meant is still read. */

import { readYaml } from '../../../runtime/solution/read-yaml.ts';
import { fc } from '../../properties.ts';

const told = (text: string) =>
  readYaml('a.yaml', text).findings.map(({ code, at, suggestion }) =>
    `${at.line}:${at.column} ${code} ${suggestion ?? ''}`.trim(),
  );
const valueIn = (text: string) => readYaml('a.yaml', text).source.value;

describe('wrong indentation', () => {
  test.each([
    ['a key too far in', 'map: a\nfields:\n  A: x\n   B: y\n  C: z\n', '4:4', '2 spaces'],
    ['a key too far out', 'p:\n  w:\n    t: soap\n   u: x\n    o: y\n', '4:4', '4 spaces'],
    ['a list item too far in', 'body:\n  - a: 1\n   - b: 2\n  - c: 3\n', '3:4', '2 spaces'],
    ['a list item too far out', 'body:\n  - a: 1\n - b: 2\n  - c: 3\n', '3:2', '2 spaces'],
    ['a key at the top', 'map: a\n from: { x: y }\nto: c\n', '2:2', '0 spaces'],
    ['a tab', 'p:\n  w:\n\tt: soap\n    o: y\n', '3:2', '4 spaces'],
  ])('%s', (_, text, place, suggestion) => {
    expect(told(text)).toEqual([`${place} YAML_INDENTATION ${suggestion}`]);
  });

  test('what was meant is read, at its place in the file as it was written', () => {
    const { source, whole } = readYaml('a.yaml', 'map: a\nfields:\n  A: x\n   B: yes it is\n  C: z\n');
    expect(source.value).toEqual({ map: 'a', fields: { A: 'x', B: 'yes it is', C: 'z' } });
    expect(source.locate(['fields', 'B'], 'key')).toMatchObject({ line: 4, column: 4 });
    expect(source.locate(['fields', 'B'])).toMatchObject({ line: 4, column: 7 });
    expect(source.locate(['fields', 'C'])).toMatchObject({ line: 5, column: 6 });
    expect(whole).toBe(true);
  });

  test('several slips in one file are all told', () => {
    expect(told('a:\n  b: 1\n   c: 2\n  d: 3\n e: 4\n')).toEqual([
      '3:4 YAML_INDENTATION 2 spaces',
      '5:2 YAML_INDENTATION 0 spaces',
    ]);
  });

  test('the schema decides where two indentations would do', () => {
    const text = 'a:\n  b:\n    c: 1\n   d: 2\n';
    const judge = (value: unknown) => ('d' in (value as { a: object }).a ? 0 : 1);
    expect(readYaml('a.yaml', text, judge).source.value).toEqual({ a: { b: { c: 1 }, d: 2 } });
    const other = (value: unknown) => ('d' in (value as { a: object }).a ? 1 : 0);
    expect(readYaml('a.yaml', text, other).source.value).toEqual({ a: { b: { c: 1, d: 2 } } });
  });
});

describe('other slips', () => {
  test('a missing bracket is told at the end of its line, with the bracket', () => {
    expect(told('a: { b: c\nd: e\n')).toEqual(['1:10 YAML_SYNTAX }']);
    expect(valueIn('a: { b: c\nd: e\n')).toEqual({ a: { b: 'c' }, d: 'e' });
  });

  test('a missing quote is told at its line', () => {
    expect(told('a: "b\nd: e\n')).toEqual(['1:6 YAML_SYNTAX "']);
    expect(valueIn('a: "b\nd: e\n')).toEqual({ a: 'b', d: 'e' });
  });

  test('a key that stands twice names both places', () => {
    const [finding] = readYaml('a.yaml', 'a: 1\nb:\n  c: 1\n  c: 2\n').findings;
    expect(finding).toMatchObject({ code: 'DUPLICATE_KEY', at: { line: 4, column: 3 } });
    expect(finding?.message).toContain('3:3');
  });

  test('an alias to nowhere, an alias bomb and deep nesting are findings', () => {
    const bomb = `a: &a [1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c]\n`;
    for (const text of ['a: *b\n', bomb, '['.repeat(5000), `a: ${'['.repeat(200)}${']'.repeat(200)}\n`]) {
      const { source, findings, whole } = readYaml('a.yaml', text);
      expect(findings.map(({ code }) => code)).toContain('YAML_SYNTAX');
      expect(whole).toBe(false);
      expect(source.locate(['a', 0, 'b']).line).toBe(1);
    }
  });

  test('`__proto__` is a key like any other', () => {
    const value = valueIn('__proto__: { polluted: true }\n') as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('places inside a text', () => {
  test.each([
    ['plain', 'f: aa bb', '1:7'],
    ['double quoted', 'f: "aa bb"', '1:8'],
    ['an escape before it', 'f: "a\\" bb"', '1:9'],
    ['single quoted', "f: 'aa bb'", '1:8'],
    ['literal', 'f: |\n  aa\n  bb\n', '3:3'],
    ['folded', 'f: >-\n  aa\n  bb\n', '3:3'],
    ['plain over two lines', 'f: aa\n  bb\n', '2:3'],
  ])('%s', (_, text, expected) => {
    const { line, column } = readYaml('a.yaml', text).source.locate(['f'], 'value', 3);
    expect(`${line}:${column}`).toBe(expected);
  });
});

test('no text makes it throw', () => {
  const piece = fc.constantFrom(
    'a',
    'b: ',
    '- ',
    '  ',
    '\n',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '#',
    '&x',
    '*x',
    '|',
    '>',
    '\t',
    '? ',
    '!!',
    '%',
    '---\n',
    ': ',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const { source } = readYaml('a.yaml', pieces.join(''));
      expect(source.locate(['a', 'b', 0]).line).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
});
