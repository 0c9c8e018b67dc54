/**
 * What BizTalk's mapper compiles its functoids to: C# in a script, called as userCSharp:StringConcat and so on. Most are known
 * by their names and by a mark of their text, and libxslt is given functions of EXSLT that do the same.
 */
import { CUMULATIVE_ADDRESS, CUMULATIVE_KINDS, CUMULATIVE_MARK } from './cumulative.ts';

export const USER_CSHARP = 'http://schemas.microsoft.com/BizTalk/2003/userCSharp';

/** Where libxslt asks for the functions. */
export const FUNCTOIDS_ADDRESS = 'http://guildhall/functoids.xsl';

interface Functoid {
  /** Of its text: one that somebody wrote by the same name is not taken for it. */
  readonly mark: RegExp;
  /** Parameters, and the XPath that stands for one that is not given. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly body: string;
}

const escaped = (xpath: string) => xpath.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const result = (xpath: string) => `<func:result select="${escaped(xpath)}"/>`;
const choose = (test: string, then: string, otherwise = result("''")) =>
  `<xsl:choose><xsl:when test="${escaped(test)}">${then}</xsl:when><xsl:otherwise>${otherwise}</xsl:otherwise></xsl:choose>`;

const NAMES = Array.from({ length: 40 }, (_, index) => `p${index}`);
const many = (missing: string) => Object.fromEntries(NAMES.map((name) => [name, missing]));
const one = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, "''"]));

/** As .NET reads it; what it cannot read is NaN, which is not equal to itself. */
const number = (name: string) => `number(translate(normalize-space($${name}), ',+', ''))`;
const isNumber = (name: string) => `${number(name)} = ${number(name)}`;
const whole = (name: string) => `(${number(name)} - ${number(name)} mod 1)`;
const truth = (name: string) =>
  `(translate(normalize-space($${name}), 'TRUE', 'true') = 'true' or ${number(name)} > 0)`;

/** A text where it is a number, and an empty one where it is not. */
const numeric = (xpath: string) =>
  `<xsl:variable name="x" select="${escaped(xpath)}"/>${choose('$x = $x', result('string($x)'))}`;

const combined = (sign: string, missing: string, mark: RegExp): Functoid => ({
  mark,
  parameters: many(missing),
  body: numeric(NAMES.map(number).join(` ${sign} `)),
});

const compared = (sign: string, ofTexts: string): Functoid => ({
  mark: new RegExp(`String\\.Compare\\(val1, val2, StringComparison\\.Ordinal\\) ${sign === '=' ? '==' : sign} 0`),
  parameters: one('a', 'b'),
  body: choose(
    `${isNumber('a')} and ${isNumber('b')}`,
    result(`${number('a')} ${sign} ${number('b')}`),
    result(ofTexts),
  ),
});

const TRIM_LEFT = `<xsl:variable name="f" select="substring(normalize-space($s), 1, 1)"/>${choose("$f != ''", result('concat($f, substring-after($s, $f))'))}`;
const TRIM_RIGHT = choose(
  "$s != '' and normalize-space(substring($s, string-length($s))) = ''",
  result('user:StringTrimRight(substring($s, 1, string-length($s) - 1))'),
  result('string($s)'),
);
/** Halves to the even neighbour, as .NET rounds. */
const ROUND = `<xsl:variable name="n" select="number(concat('1', substring('000000000000000', 1, ${whole('d')})))"/><xsl:variable name="w" select="${number('v')} * $n"/><xsl:variable name="f" select="floor($w)"/>${choose(
  `${isNumber('d')} and $w - $f = 0.5`,
  result('string(($f + ($f mod 2) * ($f mod 2)) div $n)'),
  choose(`${isNumber('d')} and $w = $w`, result('string(round($w) div $n)')),
)}`;

/** What `AddTo...` gives is used by none of BizTalk's maps. */
const told = (kind: string, verb: string, value: string) =>
  `<xsl:message>${CUMULATIVE_MARK}${kind}/<xsl:value-of select="$i"/>/${verb}/<xsl:value-of select="${value}"/></xsl:message>${result("''")}`;

/** Two numbers at random: an address that was asked for before would be answered from memory. */
const asked = (kind: string) =>
  result(`string(document(concat('${CUMULATIVE_ADDRESS}${kind}/', $i, '/', math:random(), math:random()))/v/@t)`);

function cumulative(kind: string): Readonly<Record<string, Functoid>> {
  const mark = new RegExp(`myCumulative${kind}Array`);
  return {
    [`InitCumulative${kind}`]: { mark, parameters: one('i'), body: told(kind, 'init', "''") },
    [`AddToCumulative${kind}`]: {
      mark,
      parameters: one('i', 's', 'n'),
      body: told(kind, 'add', 'str:encode-uri(string($s), true())'),
    },
    [`GetCumulative${kind}`]: { mark, parameters: one('i'), body: asked(kind) },
  };
}

const FUNCTOIDS: Readonly<Record<string, Functoid>> = {
  StringConcat: {
    mark: /\{\s*return param0(\s*\+\s*param\d+)*;\s*\}/,
    parameters: many("''"),
    body: result(`concat(${NAMES.map((name) => `$${name}`).join(', ')})`),
  },
  StringUpperCase: { mark: /\.ToUpper\(/, parameters: one('s'), body: result('translate($s, $gh:low, $gh:high)') },
  StringLowerCase: { mark: /\.ToLower\(/, parameters: one('s'), body: result('translate($s, $gh:high, $gh:low)') },
  StringTrimLeft: { mark: /str\.TrimStart\(null\)/, parameters: one('s'), body: TRIM_LEFT },
  StringTrimRight: { mark: /str\.TrimEnd\(null\)/, parameters: one('s'), body: TRIM_RIGHT },
  StringSize: { mark: /return str\.Length;/, parameters: one('s'), body: result('string-length($s)') },
  StringLeft: {
    mark: /str\.Substring\(0, i\)/,
    parameters: one('s', 'n'),
    body: choose(`${whole('n')} > 0`, result(`substring($s, 1, ${whole('n')})`)),
  },
  StringRight: {
    mark: /str\.Substring\(str\.Length\s*-\s*i\)/,
    parameters: one('s', 'n'),
    body: choose(`${whole('n')} > 0`, result(`substring($s, string-length($s) - ${whole('n')} + 1)`)),
  },
  StringSubstring: {
    mark: /lt--; rt--;/,
    parameters: one('s', 'l', 'r'),
    body: choose(
      `${whole('l')} > 0 and ${whole('r')} >= ${whole('l')}`,
      result(`substring($s, ${whole('l')}, ${whole('r')} - ${whole('l')} + 1)`),
    ),
  },
  StringFind: {
    mark: /str\.IndexOf\(strFind\) \+ 1/,
    parameters: one('s', 'f'),
    body: choose("$f != '' and contains($s, $f)", result('string-length(substring-before($s, $f)) + 1'), result('0')),
  },
  MathAdd: combined('+', '0', /ret \+= d;/),
  MathSubtract: combined('-', '0', /ret -= d;/),
  MathMultiply: combined('*', '1', /ret \*= d;/),
  MathDivide: {
    mark: /double ret = d1 \/ d2;/,
    parameters: one('a', 'b'),
    body: choose(`${number('b')} != 0`, numeric(`${number('a')} div ${number('b')}`)),
  },
  MathInt: { mark: /Convert\.ToInt32\(d/, parameters: one('v'), body: numeric(`floor(${number('v')})`) },
  MathAbs: {
    mark: /Math\.Abs\(d\)/,
    parameters: one('v'),
    body: choose(`${number('v')} < 0`, numeric(`-${number('v')}`), numeric(number('v'))),
  },
  MathRound: { mark: /Math\.Round\(v, d\)/, parameters: { v: "''", d: "'0'" }, body: ROUND },
  LogicalEq: compared('=', 'string($a) = string($b)'),
  LogicalNe: compared('!=', 'string($a) != string($b)'),
  LogicalGt: compared('>', 'gh:less(string($b), string($a))'),
  LogicalGte: compared('>=', 'not(gh:less(string($a), string($b)))'),
  LogicalLt: compared('<', 'gh:less(string($a), string($b))'),
  LogicalLte: compared('<=', 'not(gh:less(string($b), string($a)))'),
  LogicalExistence: { mark: /\{\s*return val;\s*\}/, parameters: one('v'), body: result('boolean($v)') },
  LogicalIsString: { mark: /val != null && val !=\s*""/, parameters: one('v'), body: result("string($v) != ''") },
  LogicalIsNumeric: { mark: /return IsNumeric\(val\);/, parameters: one('v'), body: result(isNumber('v')) },
  LogicalNot: { mark: /return !ValToBool\(val\);/, parameters: one('v'), body: result(`not(${truth('v')})`) },
  LogicalAnd: {
    mark: /return ValToBool\(param0\)( && ValToBool\(param\d+\))+;/,
    parameters: many("'true'"),
    body: result(NAMES.map(truth).join(' and ')),
  },
  LogicalOr: {
    mark: /return ValToBool\(param0\)( \|\| ValToBool\(param\d+\))+;/,
    parameters: many("''"),
    body: result(NAMES.map(truth).join(' or ')),
  },
  ...Object.assign({}, ...CUMULATIVE_KINDS.map(cumulative)),
};

/** The names of the functoids whose text stands in a script in C#. */
export function functoidsIn(script: string): readonly string[] {
  const written = [...script.matchAll(/public\s+[\w.]+\s+(\w+)\s*\([^)]*\)([\s\S]*?)(?=\bpublic\b|$)/g)];
  const texts = Map.groupBy(written, ([, name = '']) => name);
  return [...texts].flatMap(([name, overloads]) => {
    const functoid = Object.hasOwn(FUNCTOIDS, name) ? FUNCTOIDS[name]! : undefined;
    const text = overloads.map(([, , body]) => body).join('\n');
    return functoid?.mark.test(text) ? [name] : [];
  });
}

/** Letters that have one letter of the other case. */
function letters(): { readonly low: string; readonly high: string } {
  const low = Array.from({ length: 0x600 }, (_, code) => String.fromCharCode(code)).filter((letter) => {
    const upper = letter.toUpperCase();
    return upper !== letter && upper.length === 1 && upper.toLowerCase() === letter;
  });
  return { low: low.join(''), high: low.join('').toUpperCase() };
}

/** Tells whether one text stands before another by the codes of its letters. */
const LESS = `<func:function name="gh:less"><xsl:param name="a"/><xsl:param name="b"/>
<xsl:variable name="x" select="substring($a, 1, 1)"/><xsl:variable name="y" select="substring($b, 1, 1)"/>
${choose(
  "$b = ''",
  result('false()'),
  choose(
    '$x = $y',
    result('gh:less(substring($a, 2), substring($b, 2))'),
    result(
      "$a = '' or string-length(substring-before($gh:order, $x)) < string-length(substring-before($gh:order, $y))",
    ),
  ),
)}</func:function>`;

/** The stylesheet that holds them. */
export function functoidSheet(): string {
  const { low, high } = letters();
  const order = Array.from({ length: 0x600 - 0x20 }, (_, index) => String.fromCharCode(index + 0x20)).join('');
  const functions = Object.entries(FUNCTOIDS).map(([name, { parameters, body }]) => {
    const declared = Object.entries(parameters).map(
      ([each, missing]) => `<xsl:param name="${each}" select="${missing}"/>`,
    );
    return `<func:function name="user:${name}">${declared.join('')}${body}</func:function>`;
  });
  return `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:func="http://exslt.org/functions" xmlns:math="http://exslt.org/math" xmlns:str="http://exslt.org/strings" xmlns:user="${USER_CSHARP}" xmlns:gh="urn:guildhall:functoids" extension-element-prefixes="func" exclude-result-prefixes="user gh math str">
<xsl:variable name="gh:low">${low}</xsl:variable><xsl:variable name="gh:high">${high}</xsl:variable><xsl:variable name="gh:order" xml:space="preserve">${escaped(order)}</xsl:variable>
${functions.join('\n')}\n${LESS}
</xsl:stylesheet>`;
}
