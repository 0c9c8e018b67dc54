/** What the XPath expressions of a stylesheet call and use, found by their words: libxslt tells of it only when it comes there. */
import { FUNCTIONS, OPERATORS, XSL } from './namespaces.ts';
import type { SheetElement } from './read-stylesheet.ts';

export interface Call {
  /** Empty for what has none. */
  readonly prefix: string;
  readonly local: string;
  /** What the first argument is where it is a text and the only one. */
  readonly literal?: string;
  /** It has no arguments. */
  readonly empty: boolean;
}

const XPATHS: ReadonlySet<string> = new Set(['select', 'test', 'match', 'use', 'count', 'from', 'value']);

export function xpathsOf(element: SheetElement): readonly string[] {
  const own = element.uri === XSL;
  if (isData(element)) return [];
  return element.attributes.flatMap(({ name, uri, value }) => {
    if (own && uri === '' && XPATHS.has(name)) return value;
    return value.includes('{') ? braced(value) : [];
  });
}

/** In an element at the top that is none of XSLT, such as a table of codes, braces are braces. */
function isData(element: SheetElement): boolean {
  let at = element;
  while (at.parent?.parent) at = at.parent;
  return at.parent?.uri === XSL && at.uri !== XSL && at.uri !== FUNCTIONS;
}

/** The expressions of an attribute value template. */
const braced = (value: string): string[] =>
  [...value.replaceAll('{{', '').matchAll(/\{((?:"[^"]*"|'[^']*'|[^}"'])*)\}/g)].map(([, inner = '']) => inner);

/** The same length, without what stands in quotes. */
const unquoted = (xpath: string) => xpath.replace(/"[^"]*"|'[^']*'/g, (text) => ' '.repeat(text.length));

const CALL = /(?<![\w.$:-])(?:([A-Za-z_][\w.-]*):(?!:))?([A-Za-z_][\w.-]*)\s*\(/g;

export function callsIn(xpath: string): readonly Call[] {
  return [...unquoted(xpath).matchAll(CALL)]
    .filter(([, prefix, local]) => prefix !== undefined || !OPERATORS.has(local!))
    .map((found) => {
      const [literal] = /^\s*("[^"]*"|'[^']*')\s*\)/.exec(xpath.slice(found.index + found[0].length)) ?? [];
      const text = literal
        ?.trim()
        .replace(/\s*\)$/, '')
        .slice(1, -1);
      const empty = /^\s*\)/.test(xpath.slice(found.index + found[0].length));
      return { prefix: found[1] ?? '', local: found[2]!, empty, ...(text === undefined ? {} : { literal: text }) };
    });
}

export const variablesIn = (xpath: string): readonly string[] =>
  [...unquoted(xpath).matchAll(/\$\s*([\w.:-]+)/g)].map(([, name = '']) => name);
