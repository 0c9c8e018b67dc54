/** Writes the value of a parameter as its contract says: the styles of paths, queries, headers and cookies. Pure. */
import { isNode } from '../../../runtime/openapi/node.ts';
import type { Parameter } from '../../../runtime/openapi/parameter.ts';

type Encode = (text: string) => string;
export type Pair = readonly [name: string, value: string];

/** Encoded, so that no value can end a segment, begin a query or climb up the path. */
const encoded: Encode = (text) => encodeURIComponent(text.isWellFormed() ? text : text.toWellFormed());
const plain: Encode = (text) => text;

/** In the path: encoded. */
export function writePath(parameter: Parameter, value: unknown): string {
  const { name, style, explode } = parameter;
  if (style === 'json') return encoded(JSON.stringify(value));
  if (style === 'matrix') return writeMatrix(name, explode, value);
  const between = style === 'label' && explode ? '.' : ',';
  return (style === 'label' ? '.' : '') + listed(value, explode, between, encoded);
}

export function writeHeader({ style, explode }: Parameter, value: unknown): string {
  return style === 'json' ? JSON.stringify(value) : listed(value, explode, ',', plain);
}

/** In the query or a cookie: names and values, both encoded. */
export function writePairs({ name, style, explode }: Parameter, value: unknown): Pair[] {
  const key = encoded(name);
  if (style === 'json') return [[key, encoded(JSON.stringify(value))]];
  if (style === 'deepObject') return deep(key, value);
  if (Array.isArray(value)) {
    if (explode) return value.map((item): Pair => [key, encoded(textOf(item))]);
    return [[key, value.map((item) => encoded(textOf(item))).join(SEPARATORS[style] ?? ',')]];
  }
  if (!isNode(value)) return [[key, encoded(textOf(value))]];
  if (explode) return Object.entries(value).map(([field, inner]): Pair => [encoded(field), encoded(textOf(inner))]);
  return [[key, inTurns(value, encoded).join(SEPARATORS[style] ?? ',')]];
}

const SEPARATORS: Readonly<Partial<Record<Parameter['style'], string>>> = {
  spaceDelimited: '%20',
  pipeDelimited: '%7C',
};

/** `name[field]=value`, and so on within; lists repeat their name. */
function deep(key: string, value: unknown): Pair[] {
  if (Array.isArray(value)) return value.flatMap((item) => deep(key, item));
  if (!isNode(value)) return value === null ? [] : [[key, encoded(textOf(value))]];
  return Object.entries(value).flatMap(([field, inner]) => deep(`${key}${encoded(`[${field}]`)}`, inner));
}

function writeMatrix(name: string, explode: boolean, value: unknown): string {
  const key = encoded(name);
  if (Array.isArray(value) && explode) return value.map((item) => `;${key}=${encoded(textOf(item))}`).join('');
  if (isNode(value) && explode)
    return Object.entries(value)
      .map(([field, inner]) => `;${encoded(field)}=${encoded(textOf(inner))}`)
      .join('');
  return `;${key}=${listed(value, false, ',', encoded)}`;
}

function listed(value: unknown, explode: boolean, between: string, encode: Encode): string {
  if (Array.isArray(value)) return value.map((item) => encode(textOf(item))).join(between);
  if (!isNode(value)) return encode(textOf(value));
  if (!explode) return inTurns(value, encode).join(',');
  return Object.entries(value)
    .map(([field, inner]) => `${encode(field)}=${encode(textOf(inner))}`)
    .join(between);
}

const inTurns = (value: Readonly<Record<string, unknown>>, encode: Encode): string[] =>
  Object.entries(value).flatMap(([field, inner]) => [encode(field), encode(textOf(inner))]);

/** What lies deeper than a style can say stands as JSON. */
const textOf = (value: unknown): string =>
  value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
