/** Simple types as values: the built-in types of XSD, and the restrictions, lists and unions made from them. */
import type { LogicalType } from '../../../contracts/schema.ts';
import { expandedName } from '../namespaces.ts';
import { anyOf, type Lexical, lexicals } from './lexical.ts';
import type { Qualify, ResolvePrefix, SimpleModel } from './model.ts';

export type WhiteSpace = 'preserve' | 'replace' | 'collapse';

export interface SimpleType extends SimpleModel {
  readonly space: WhiteSpace;
  readonly lexical: Lexical | undefined;
  withSpace(space: WhiteSpace): SimpleType;
  withLogical(logical: LogicalType): SimpleType;
  withLexical(lexical: Lexical | undefined): SimpleType;
}

type Parse = (text: string, resolve: ResolvePrefix) => unknown;
type Format = (value: unknown, qualify: Qualify) => string | undefined;

function simpleType(
  logical: LogicalType,
  space: WhiteSpace,
  parse: Parse,
  format: Format,
  prefixed = false,
  lexical?: Lexical,
): SimpleType {
  const asItIs = space === 'preserve';
  return {
    kind: 'simple',
    logical,
    prefixed,
    space,
    lexical,
    read: asItIs ? parse : (text, resolve) => parse(normalise(text, space), resolve),
    certain: lexical && (asItIs ? lexical.accepts : (text) => lexical.accepts(normalise(text, space))),
    write: format,
    withSpace: (other) => simpleType(logical, other, parse, format, prefixed, lexical),
    withLogical: (other) => simpleType(other, space, parse, format, prefixed, lexical),
    withLexical: (other) => simpleType(logical, space, parse, format, prefixed, other),
  };
}

export function normalise(text: string, space: WhiteSpace): string {
  if (!/[\t\n\r]|^ | $| {2}/.test(text)) return text;
  const replaced = text.replace(/[\t\n\r]/g, ' ');
  return space === 'collapse' ? replaced.replace(/ +/g, ' ').replace(/^ | $/g, '') : replaced;
}

const asIs: Parse = (text) => text;
const textOrNumber: Format = (value) =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;

const string = (space: WhiteSpace, format?: 'date' | 'date-time' | 'time') =>
  simpleType({ kind: 'string', ...(format ? { format } : {}) }, space, asIs, textOrNumber);

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

const boolean = simpleType(
  { kind: 'boolean' },
  'collapse',
  (text) => BOOLEANS.get(text) ?? text,
  (value) => (typeof value === 'boolean' ? String(value) : BOOLEANS.has(String(value)) ? String(value) : undefined),
);

/** Digits that a number would not keep (leading zeros, beyond 2^53) stay text. */
const integer = simpleType(
  { kind: 'integer' },
  'collapse',
  (text) => {
    const value = Number(text);
    return Number.isSafeInteger(value) && String(value) === text ? value : text;
  },
  (value) => {
    if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 1e21 ? String(value) : undefined;
    if (typeof value === 'bigint') return String(value);
    return typeof value === 'string' && /^\s*[-+]?\d+\s*$/.test(value) ? value : undefined;
  },
);

const decimal = simpleType({ kind: 'decimal' }, 'collapse', asIs, (value) => {
  if (typeof value === 'bigint') return String(value);
  const text = typeof value === 'number' ? plainDecimal(value) : value;
  return typeof text === 'string' && /^\s*[-+]?(\d+(\.\d*)?|\.\d+)\s*$/.test(text) ? text : undefined;
});

/** Without an exponent, which xs:decimal does not allow. */
function plainDecimal(value: number): string {
  const text = String(value);
  return /e/i.test(text) ? value.toFixed(20).replace(/\.?0+$/, '') : text;
}

const number = simpleType(
  { kind: 'number' },
  'collapse',
  (text) => {
    const value = text === '' ? Number.NaN : Number(text);
    return Number.isFinite(value) && /^[-+.\deE]+$/.test(text) ? value : text;
  },
  (value) => {
    if (typeof value === 'number')
      return Number.isFinite(value) ? (Object.is(value, -0) ? '-0' : String(value)) : undefined;
    return typeof value === 'string' && value.trim() !== '' ? value : undefined;
  },
);

/** A qualified name loses its meaning outside its document, so it is kept as `{namespace}name`. */
const qname = simpleType(
  { kind: 'string' },
  'collapse',
  (text, resolve) => {
    const colon = text.indexOf(':');
    const uri = resolve(colon === -1 ? '' : text.slice(0, colon));
    return uri === undefined ? text : expandedName(uri, text.slice(colon + 1));
  },
  (value, qualify) => (typeof value === 'string' ? qualify(value) : undefined),
  true,
);

const INTEGERS =
  'integer long int short byte nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger unsignedLong unsignedInt unsignedShort unsignedByte';
const TOKENS =
  'token language Name NCName NMTOKEN ID IDREF ENTITY anyURI duration gYear gYearMonth gMonth gMonthDay gDay base64Binary hexBinary';

const TYPES: readonly (readonly [string, SimpleType])[] = [
  ['string', string('preserve')],
  ['anySimpleType', string('preserve')],
  ['normalizedString', string('replace')],
  ...TOKENS.split(' ').map((name): [string, SimpleType] => [name, string('collapse')]),
  ['date', string('collapse', 'date')],
  ['dateTime', string('collapse', 'date-time')],
  ['time', string('collapse', 'time')],
  ['boolean', boolean],
  ['decimal', decimal],
  ...INTEGERS.split(' ').map((name): [string, SimpleType] => [name, integer]),
  ['float', number],
  ['double', number],
  ['QName', qname],
  ['NOTATION', qname],
  ...['NMTOKENS', 'IDREFS', 'ENTITIES'].map((name): [string, SimpleType] => [name, listOf(string('collapse'))]),
];

export const builtInTypes: ReadonlyMap<string, SimpleType> = new Map(
  TYPES.map(([name, type]) => [name, type.withLexical(lexicals.get(name))]),
);

export function listOf(item: SimpleType): SimpleType {
  return simpleType(
    { kind: 'list', of: item.logical },
    'collapse',
    (text, resolve) => (text === '' ? [] : text.split(' ').map((part) => item.read(part, resolve))),
    (value, qualify) => {
      const parts = (Array.isArray(value) ? value : [value]).map((part: unknown) => item.write(part, qualify));
      return parts.includes(undefined) ? undefined : parts.join(' ');
    },
    item.prefixed,
  );
}

/** Members of one kind keep it; else the text stays text. */
export function unionOf(members: readonly SimpleType[]): SimpleType {
  const [first] = members;
  if (!first) return string('collapse');
  const alike = members.every((member) => member.logical.kind === first.logical.kind && first.logical.kind !== 'list');
  const space = members.some((member) => member.space === 'preserve') ? 'preserve' : 'collapse';
  if (!alike || first.logical.kind === 'string') {
    const lexical = anyOf(members.map(({ certain }) => certain));
    return string(space).withLogical(unionLogical(members, alike)).withLexical(lexical);
  }
  return first;
}

function unionLogical(members: readonly SimpleType[], alike: boolean): LogicalType {
  const values = members.flatMap(({ logical }) => (logical.kind === 'string' ? (logical.values ?? []) : []));
  const closed = alike && members.every(({ logical }) => logical.kind === 'string' && logical.values);
  return closed ? { kind: 'string', values } : { kind: 'string' };
}
