/** The files of a definition on disk: those of that definition, and what is no part of it from the host's own folder. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { definitionPaths } from '../../../runtime/cli/definition-files.ts';
import { definitionOf } from '../../../runtime/solution/definition.ts';
import { temporaryFolder } from './terminal.ts';

const temporary = temporaryFolder();
afterAll(() => temporary.remove());

const wsdl = (text: string) =>
  definitionOf(
    new Map([
      ['schemas/works/works.wsdl', text],
      ['config/bus.yaml', 'bus: a\n'],
    ]),
    'a',
  );

test('each definition has its own, whatever lies in the folder; twice is as good as once', () => {
  const { folder } = temporary;
  for (const text of ['one', 'two', 'one']) {
    const path = definitionPaths(wsdl(text), folder);
    expect(readFileSync(path('schemas/works/works.wsdl'), 'utf8')).toBe(text);
    expect(readFileSync(path('./schemas/../schemas/works/works.wsdl'), 'utf8')).toBe(text);
  }
});

test('what is no file of the definition is looked for in the folder of the host', () => {
  const { folder } = temporary;
  const path = definitionPaths(wsdl('one'), folder);
  writeFileSync(join(folder, 'key.pem'), 'k');
  expect(path('key.pem')).toBe(join(folder, 'key.pem'));
  expect(path('data/in')).toBe(join(folder, 'data', 'in'));
  expect(path(join(folder, 'x'))).toBe(join(folder, 'x'));
});
