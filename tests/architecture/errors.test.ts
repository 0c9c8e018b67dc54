/** The catalog of error codes: well-formed, raised somewhere, and told about in docs/errors.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalog } from '../../runtime/errors/catalog.ts';
import * as tables from './error-tables.ts';
import { root, sources } from './tree.ts';

const codes = Object.keys(catalog);

test('no code stands in two tables', () => {
  const all = Object.values(tables).flatMap((table) => Object.keys(table));
  expect(all.filter((code, index) => all.indexOf(code) !== index)).toEqual([]);
});

test('every code is a constant name with a sentence of text and of help', () => {
  for (const [code, { text, help }] of Object.entries(catalog)) {
    expect(code).toMatch(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/);
    expect([code, text]).toEqual([code, expect.stringMatching(/[.?!]$/)]);
    expect([code, help]).toEqual([code, expect.stringMatching(/[.?!]$/)]);
  }
});

test('every code is used outside the catalog', () => {
  const text = sources('runtime', 'adapters')
    .filter(({ path }) => !path.startsWith('runtime/errors/'))
    .map((file) => file.text)
    .join('\n');
  expect(codes.filter((code) => !text.includes(`'${code}'`))).toEqual([]);
});

test('docs/errors.md tells of every code and of no other', () => {
  const told = [...readFileSync(join(root, 'docs/errors.md'), 'utf8').matchAll(/^### `([A-Z0-9_]+)`/gm)].map(
    (match) => match[1]!,
  );
  expect([...told].sort()).toEqual([...codes].sort());
});
