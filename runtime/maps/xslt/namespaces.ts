/** The namespaces that stylesheets are known by, and those whose functions libxslt has. */
export const XSL = 'http://www.w3.org/1999/XSL/Transform';
export const MSXSL = 'urn:schemas-microsoft-com:xslt';
export const COMMON = 'http://exslt.org/common';
export const FUNCTIONS = 'http://exslt.org/functions';
export const DATES = 'http://exslt.org/dates-and-times';
export const MATH = 'http://exslt.org/math';

/** Namespaces to the functions of theirs that may be called; null: all that libxslt has. */
export const EXTENSIONS: ReadonlyMap<string, readonly string[] | null> = new Map([
  [MSXSL, ['node-set']],
  [COMMON, ['node-set', 'object-type']],
  [FUNCTIONS, null],
  [DATES, null],
  [MATH, null],
  ['http://exslt.org/sets', null],
  ['http://exslt.org/strings', null],
  ['http://exslt.org/dynamic', null],
  ['http://icl.com/saxon', null],
  ['http://www.jclark.com/xt', ['node-set']],
  ['http://xmlsoft.org/XSLT/namespace', ['node-set']],
]);

/** Functions that XPath 1.0 and XSLT 1.0 have, and tests of nodes, which look like them. */
export const CORE: ReadonlySet<string> = new Set(
  `last position count id local-name namespace-uri name string concat starts-with contains substring-before substring-after substring
  string-length normalize-space translate boolean not true false lang number sum floor ceiling round document key format-number current
  unparsed-entity-uri generate-id system-property element-available function-available node text comment processing-instruction`.split(
    /\s+/,
  ),
);

/** Words that stand before a bracket and call nothing. */
export const OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'div', 'mod']);
