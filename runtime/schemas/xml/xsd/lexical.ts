/**
 * What text is certainly valid by a simple type. It says nothing of other text, which may be valid too: then the validator decides. So
 * that plain documents need no second look, and no verdict is ever ours alone to deny. Source: XML Schema Part 2, 3.2 and 4.3.
 */
import { type XsdPattern, xsdPattern } from './xsd-pattern.ts';

export interface Lexical {
  /** Of which kind its values are: what facets may be judged here. */
  readonly family: 'text' | 'decimal' | 'other';
  /** Of text whose white space is as the type wants it. */
  accepts(text: string): boolean;
}

/** A facet with the values that a restriction gives it, as they are written. */
export type Facets = ReadonlyMap<string, readonly string[]>;

type Accepts = Lexical['accepts'];

const by = (family: Lexical['family'], accepts: Accepts): Lexical => ({ family, accepts });
/** Longer text (UTF-16 code units) than this is for the validator where a pattern must be tried. */
const LONGEST = 4096;
const matching = (family: Lexical['family'], pattern: RegExp): Lexical =>
  by(family, (text) => text.length <= LONGEST && pattern.test(text));

const anyText = by('text', () => true);

/** A number of up to 15 digits, which a double keeps apart from all others. */
const DECIMAL = /^-?\d{1,15}$|^-?(?=[\d.]{3,16}$)\d+\.\d+$/;

const whole = (least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY): Lexical =>
  by('decimal', (text) => {
    if (!/^-?\d{1,15}$/.test(text)) return false;
    const value = Number(text);
    return value >= least && value <= most && !Object.is(value, -0);
  });

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?$/;
const ZONE = /(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d)$/;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDate(text: string): boolean {
  const found = DATE.exec(text);
  if (!found) return false;
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return year > 0 && day > 0 && day <= (DAYS[month - 1] ?? 0) + (leap ? 1 : 0);
}

const withoutZone = (text: string) => text.replace(ZONE, '');
const dated = by('other', (text) => isDate(text) || isDate(withoutZone(text)));
const timed = by('other', (text) => TIME.test(withoutZone(text)));
const moment = by('other', (text) => {
  const at = text.indexOf('T');
  return at > 0 && isDate(text.slice(0, at)) && TIME.test(withoutZone(text.slice(at + 1)));
});

/** Built-in types by name; those that are not here are for the validator. */
export const lexicals: ReadonlyMap<string, Lexical> = new Map<string, Lexical>([
  ['string', anyText],
  ['anySimpleType', anyText],
  ['normalizedString', anyText],
  ['token', anyText],
  ['language', matching('text', /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,4}$/)],
  ['Name', matching('text', /^[A-Za-z_][A-Za-z0-9._-]*$/)],
  ['NCName', matching('text', /^[A-Za-z_][A-Za-z0-9._-]*$/)],
  ['NMTOKEN', matching('text', /^[A-Za-z0-9._-]+$/)],
  ['anyURI', matching('other', /^(?:https?:\/\/[a-z0-9][a-z0-9.-]*(?:\/[A-Za-z0-9._~-]+)*\/?|urn:[A-Za-z0-9:._-]+)$/)],
  [
    'base64Binary',
    matching('other', /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=|[A-Za-z0-9+/][AQgw]==)?$/),
  ],
  ['hexBinary', matching('other', /^(?:[0-9A-Fa-f]{2})*$/)],
  ['boolean', matching('other', /^(?:true|false|1|0)$/)],
  ['date', dated],
  ['time', timed],
  ['dateTime', moment],
  ['decimal', matching('decimal', DECIMAL)],
  ['float', matching('other', /^-?\d{1,9}(?:\.\d{1,9})?$/)],
  ['double', matching('other', /^-?\d{1,15}(?:\.\d{1,15})?$/)],
  ['integer', whole()],
  ['long', whole()],
  ['int', whole(-2_147_483_648, 2_147_483_647)],
  ['short', whole(-32_768, 32_767)],
  ['byte', whole(-128, 127)],
  ['nonNegativeInteger', whole(0)],
  ['positiveInteger', whole(1)],
  ['nonPositiveInteger', whole(undefined, 0)],
  ['negativeInteger', whole(undefined, -1)],
  ['unsignedLong', whole(0)],
  ['unsignedInt', whole(0, 4_294_967_295)],
  ['unsignedShort', whole(0, 65_535)],
  ['unsignedByte', whole(0, 255)],
]);

/** What one of them takes. */
export function anyOf(members: readonly (Accepts | undefined)[]): Lexical | undefined {
  const known = members.filter((member) => member !== undefined);
  return known.length === 0 ? undefined : by('other', (text) => known.some((accepts) => accepts(text)));
}

/** `spaced` gives text the white space that the type wants. Undefined where a facet is for the validator. */
export function restricted(base: Lexical, facets: Facets, spaced: (text: string) => string): Lexical | undefined {
  const tests: Accepts[] = [base.accepts];
  for (const [name, values] of facets) {
    const test = name === 'whiteSpace' ? base.accepts : facetTest(name, values, base.family, spaced);
    if (!test) return undefined;
    tests.push(test);
  }
  return by(base.family, (text) => tests.every((accepts) => accepts(text)));
}

function facetTest(
  name: string,
  values: readonly string[],
  family: Lexical['family'],
  spaced: (text: string) => string,
): Accepts | undefined {
  if (name === 'enumeration') {
    const known = new Set(values.filter((value) => spaced(value) === value));
    return (text) => known.has(text);
  }
  if (name === 'pattern') return patternTest(values.map(xsdPattern));
  const limit = Number(values[0]);
  if (values.length !== 1 || !DECIMAL.test(values[0]!)) return undefined;
  return family === 'text' ? lengthTest(name, limit) : family === 'decimal' ? numberTest(name, limit) : undefined;
}

/** Of several in one restriction one must match. */
function patternTest(patterns: readonly (XsdPattern | undefined)[]): Accepts | undefined {
  if (patterns.includes(undefined)) return undefined;
  return (text) => patterns.some((matches) => matches!(text));
}

/** Lengths count characters, which text outside of the basic plane has fewer of than code units. */
function lengthTest(name: string, limit: number): Accepts | undefined {
  const isPlain = (text: string) => !/[\ud800-\udfff]/.test(text);
  if (name === 'length') return (text) => text.length === limit && isPlain(text);
  if (name === 'minLength') return (text) => text.length >= limit && (text.length >= 2 * limit || isPlain(text));
  if (name === 'maxLength') return (text) => text.length <= limit;
  return undefined;
}

function numberTest(name: string, limit: number): Accepts | undefined {
  if (name === 'minInclusive') return (text) => Number(text) >= limit;
  if (name === 'maxInclusive') return (text) => Number(text) <= limit;
  if (name === 'minExclusive') return (text) => Number(text) > limit;
  if (name === 'maxExclusive') return (text) => Number(text) < limit;
  if (name === 'totalDigits') return (text) => text.replace(/[-.]/g, '').length <= limit;
  if (name === 'fractionDigits') return (text) => text.length - 1 - `${text}.`.indexOf('.') <= limit;
  return undefined;
}
