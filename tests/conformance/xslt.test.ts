/** XSLT 1.0 as xslt/*.yaml tells it: each case passes the checks, compiles and makes what it must. */
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { checkSheet } from '../../runtime/maps/xslt/check-sheet.ts';
import { compileSheet, runSheet } from '../../runtime/maps/xslt/engine.ts';
import { USER_CSHARP } from '../../runtime/maps/xslt/functoids.ts';
import { loadSheet } from '../../runtime/maps/xslt/load-sheet.ts';
import { quoted } from '../../runtime/maps/xslt/parameters.ts';

interface Case {
  readonly name: string;
  /** The inside of xsl:stylesheet, or a whole one. */
  readonly sheet: string;
  /** Of C#, in the namespace of BizTalk's functoids. */
  readonly script?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly repeat?: { readonly count: number; readonly text: string; readonly within: string };
  readonly output: string;
}

const folder = new URL('xslt/', import.meta.url);
const cases = readdirSync(folder).flatMap((file) => parse(readFileSync(new URL(file, folder), 'utf8')) as Case[]);

const PREFIXES = {
  exsl: 'http://exslt.org/common',
  func: 'http://exslt.org/functions',
  str: 'http://exslt.org/strings',
  math: 'http://exslt.org/math',
  set: 'http://exslt.org/sets',
  date: 'http://exslt.org/dates-and-times',
  msxsl: 'urn:schemas-microsoft-com:xslt',
  my: 'urn:my',
  u: USER_CSHARP,
};

function whole({ sheet, script }: Case): string {
  if (/<xsl:stylesheet|xsl:version="1.0"/.test(sheet)) return sheet;
  const declared = Object.entries(PREFIXES).map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`);
  const excluded = Object.keys(PREFIXES).join(' ');
  return `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" ${declared.join(' ')} extension-element-prefixes="func" exclude-result-prefixes="${excluded}">\n${script === undefined ? '' : `<msxsl:script language="C#" implements-prefix="u"><![CDATA[\n${script}]]></msxsl:script>`}${sheet}</xsl:stylesheet>`;
}

const inputOf = ({ input = '', repeat }: Case) =>
  repeat ? `<${repeat.within}>${repeat.text.repeat(repeat.count)}</${repeat.within}>` : input;

function made(given: Case): string {
  const files = new Map(Object.entries({ 'mappings/it.xslt': whole(given), ...given.files }));
  const loaded = loadSheet('mappings/it.xslt', { read: (path) => files.get(path), known: [...files.keys()] });
  if (!('sheet' in loaded)) throw new Error(loaded.findings.map(({ message }) => message).join('\n'));
  expect(checkSheet(loaded)).toEqual([]);
  expect(compileSheet(loaded.sheet, 60_000)).toMatchObject({ done: true });
  const parameters = Object.entries(given.parameters ?? {}).map(([name, text]) => [name, quoted(text)] as const);
  const outcome = runSheet(loaded.sheet, Buffer.from(inputOf(given)), parameters, 60_000);
  if (outcome === 'late') throw new Error('late');
  expect(outcome).toMatchObject({ done: true, refused: [] });
  return outcome.output!.replace(/^<\?xml[^>]*\?>\n/, '');
}

test('there are many of them', () => {
  expect(cases.length).toBeGreaterThanOrEqual(60);
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
});

test.each(cases.map((each) => [each.name, each] as const))('%s', (_, given) => {
  const text = /method="text"/.test(given.sheet);
  const output = made(given);
  expect(text ? output : output.replace(/\n$/, '')).toBe(given.output);
});
