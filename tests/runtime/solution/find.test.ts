/** Reading a solution's files from disk, and its definition: content-addressed. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definitionOf, filesOf, hashOf } from '../../../runtime/solution/definition.ts';
import { readSolution } from '../../../runtime/solution/find.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'solution-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(path: string, content: string | Buffer): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), content);
}

test('takes the text files of the four folders, with forward slashes, and nothing else', () => {
  put('config/bus.yaml', 'bus: a\n');
  put('schemas/works/works.wsdl', '\ufeff<x/>');
  put('schemas/old.xsd', Buffer.from('\ufeff<y/>', 'utf16le'));
  put('config/keys/client.pfx', Buffer.from([1, 0, 2]));
  put('config/.hidden.yaml', 'a');
  put('data/guildhall.db', 'x');
  expect([...readSolution(folder)]).toEqual([
    ['config/bus.yaml', 'bus: a\n'],
    ['schemas/old.xsd', '<y/>'],
    ['schemas/works/works.wsdl', '<x/>'],
  ]);
});

test('says what is no solution', () => {
  expect(() => readSolution(folder)).toThrow(/is not a solution: it has no folder config/);
  expect(() => readSolution(join(folder, 'none'))).toThrow(/there is no such folder/);
  put('config', 'a file');
  expect(() => readSolution(folder)).toThrow(/is not a solution/);
});

test('a link may lead elsewhere in the solution, but not out of it', () => {
  put('config/bus.yaml', 'bus: a\n');
  symlinkSync(join(folder, 'config/bus.yaml'), join(folder, 'config/again.yaml'));
  expect(readSolution(folder).get('config/again.yaml')).toBe('bus: a\n');
  symlinkSync(tmpdir(), join(folder, 'config/out'));
  expect(() => readSolution(folder)).toThrow(/leads out of the solution/);
});

test('refuses a file that is too large to be a definition', () => {
  put('config/bus.yaml', 'x'.repeat(5 * 1024 * 1024 + 1));
  expect(() => readSolution(folder)).toThrow(/larger than/);
});

describe('definition', () => {
  const files = new Map([
    ['config/bus.yaml', 'bus: a\n'],
    ['mappings/a.map.yaml', 'map: a\n'],
  ]);

  test('the same files have the same hash, in whatever order they were found', () => {
    expect(hashOf(new Map([...files].reverse()))).toBe(hashOf(files));
    expect(hashOf(files)).toMatch(/^[0-9a-f]{64}$/);
  });

  test('any change of path or text changes the hash', () => {
    const hashes = [files, new Map([...files, ['config/x', '']]), new Map([['config/bus.yaml', 'bus: b\n']])].map(
      hashOf,
    );
    expect(new Set(hashes).size).toBe(3);
  });

  test('gives its files back', () => {
    const definition = definitionOf(files, 'a');
    expect(definition).toMatchObject({ name: 'a', hash: hashOf(files) });
    expect(filesOf(definition)).toEqual(files);
  });
});
