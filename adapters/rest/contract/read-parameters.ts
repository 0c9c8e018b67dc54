/** Reads the parameters of a request as the contract writes them: styles, lists, objects, types, defaults. */

import { asBusError } from '../../../runtime/errors/as-bus-error.ts';
import type { In, Parameter } from '../../../runtime/openapi/parameter.ts';
import { documentOf } from '../form.ts';
import { coerced, isList, isObject } from './coerce.ts';

/** What is wrong with a request, and where. */
export interface RequestFault {
  readonly in: In | 'body';
  /** JSON Pointer; of a parameter its name comes first. */
  readonly pointer: string;
  readonly message: string;
}

/** As they stand in the request, not decoded yet. */
export interface RawParameters {
  readonly path: Readonly<Record<string, string>>;
  readonly query: string;
  readonly header: (name: string) => string | undefined;
  readonly cookies: string;
}

export interface ReadParameter {
  readonly parameter: Parameter;
  readonly value: unknown;
}

export interface ReadParameters {
  /** Those that were given, or have a default. */
  readonly values: readonly ReadParameter[];
  readonly faults: readonly RequestFault[];
}

type Pair = readonly [name: string, raw: string];

/** What came is not written as it must be. */
class Unreadable extends Error {}

export function readParameters(parameters: readonly Parameter[], raw: RawParameters): ReadParameters {
  const faults: RequestFault[] = [];
  const values: ReadParameter[] = [];
  const sources = { query: pairsOf(raw.query, '&', faults), cookie: pairsOf(raw.cookies, ';', faults, 'cookie') };
  for (const parameter of parameters) {
    const { name, in: place, schema } = parameter;
    const fault = (message: string, pointer = '') =>
      faults.push({ in: place, pointer: `/${escaped(name)}${pointer}`, message });
    try {
      const written = writtenOf(parameter, raw, sources);
      const value = written === undefined ? schema.standard : finished(written, parameter);
      if (value === undefined) {
        if (parameter.required) fault('is required');
        continue;
      }
      const violations = schema.check(value);
      for (const { path, message } of violations) fault(message, path);
      values.push({ parameter, value });
    } catch (thrown) {
      if (!(thrown instanceof Unreadable)) throw thrown;
      fault(thrown.message);
    }
  }
  return { values, faults };
}

const escaped = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');

function pairsOf(text: string, between: '&' | ';', faults: RequestFault[], place: In = 'query'): Pair[] {
  return text.split(between).flatMap((written): Pair[] => {
    const part = written.trim();
    if (part === '') return [];
    const at = part.indexOf('=');
    try {
      return [[decoded(at < 0 ? part : part.slice(0, at)), at < 0 ? '' : part.slice(at + 1)]];
    } catch {
      faults.push({
        in: place,
        pointer: '',
        message: `has a name that is not encoded as addresses are: ${part.slice(0, 40)}`,
      });
      return [];
    }
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Unreadable('is not encoded as addresses are');
  }
}

function decodedPlainly(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Unreadable('is not encoded as addresses are');
  }
}

interface Sources {
  readonly query: readonly Pair[];
  readonly cookie: readonly Pair[];
}

/** A text, list or object of texts; undefined where it was not given. Throws Unreadable. */
function writtenOf(parameter: Parameter, raw: RawParameters, sources: Sources): unknown {
  const { name, in: place } = parameter;
  if (place === 'query') return inPairs(parameter, sources.query, decoded);
  if (place === 'cookie') return inPairs(parameter, sources.cookie, decodedPlainly);
  const text = place === 'path' ? raw.path[name] : raw.header(name);
  if (text === undefined) return undefined;
  return simple(parameter, text, place === 'path' ? decodedPlainly : (whole) => whole);
}

type Decode = (text: string) => string;

const SEPARATORS = { spaceDelimited: /%20|\+| /, pipeDelimited: /%7C|\|/i } as const;

function inPairs(parameter: Parameter, pairs: readonly Pair[], decode: Decode): unknown {
  const { name, style, explode, schema, mayBeEmpty } = parameter;
  if (style === 'deepObject') return deepObject(name, pairs, decode);
  if (isObject(schema) && explode && style === 'form') return fieldsAmong(schema.fields, pairs, decode);
  const given = pairs.filter(([key]) => key === name).map(([, value]) => value);
  if (given.length === 0) return undefined;
  if (mayBeEmpty && given.every((text) => text === '') && !schema.types.has('string')) return undefined;
  const lists = schema.types.has('array') && style !== 'json';
  if (lists && explode && (isList(schema) || given.length > 1)) return given.map(decode);
  if (given.length > 1) throw new Unreadable('is given more than once');
  const [only] = given as [string];
  if (!(lists && isList(schema)) && !isObject(schema)) return decode(only);
  if (style === 'json') return decode(only);
  const separator = style === 'spaceDelimited' || style === 'pipeDelimited' ? SEPARATORS[style] : /,|%2C/i;
  const items = only === '' ? [] : only.split(style === 'form' ? ',' : separator).map(decode);
  return isObject(schema) ? inTurns(items) : items;
}

function deepObject(name: string, pairs: readonly Pair[], decode: Decode): unknown {
  const own = pairs.filter(([key]) => key.startsWith(`${name}[`));
  if (own.length === 0) return undefined;
  try {
    const fields = own.map(([key, value]) => [`x${key.slice(name.length)}`, decode(value)] as const);
    return (documentOf(fields) as { readonly x?: unknown }).x;
  } catch (thrown) {
    if (thrown instanceof Unreadable) throw thrown;
    throw new Unreadable(asBusError(thrown, name).message);
  }
}

function fieldsAmong(fields: readonly string[], pairs: readonly Pair[], decode: Decode): unknown {
  const own = pairs.filter(([key]) => fields.includes(key)).map(([key, value]) => [key, decode(value)] as const);
  return own.length === 0 ? undefined : documentOf(own);
}

/** In a path or a header. */
function simple(parameter: Parameter, text: string, decode: Decode): unknown {
  const { style, name, explode, schema } = parameter;
  const list = isList(schema);
  const object = isObject(schema);
  if (style === 'json') return decode(text);
  const inside = style === 'label' ? withoutFirst(text, '.') : style === 'matrix' ? withoutFirst(text, ';') : text;
  if (style === 'matrix') return matrix(parameter, inside, decode);
  if (!list && !object) return decode(inside);
  const between = style === 'label' && explode ? '.' : ',';
  const items = inside === '' ? [] : inside.split(between).map((item) => item.trim());
  if (list) return items.map(decode);
  return explode ? equations(items, name, decode) : inTurns(items.map(decode));
}

function withoutFirst(text: string, first: string): string {
  if (!text.startsWith(first)) throw new Unreadable(`does not begin with ${first}`);
  return text.slice(1);
}

function matrix({ name, explode, schema }: Parameter, text: string, decode: Decode): unknown {
  const parts = text.split(';');
  if (isObject(schema) && explode) return equations(parts, name, decode);
  const values = parts.map((part) => {
    if (part !== name && !part.startsWith(`${name}=`)) throw new Unreadable(`is not written as ;${name}=...`);
    return part.slice(name.length + 1);
  });
  if (isList(schema)) return (explode ? values : (values[0] ?? '').split(',')).map(decode);
  if (values.length > 1) throw new Unreadable('is given more than once');
  return isObject(schema) ? inTurns((values[0] ?? '').split(',').map(decode)) : decode(values[0] ?? '');
}

function equations(items: readonly string[], name: string, decode: Decode): unknown {
  const fields = items.map((item) => {
    const at = item.indexOf('=');
    if (at < 0) throw new Unreadable(`has the part ${item.slice(0, 40)}, which is not written as field=value`);
    return [decode(item.slice(0, at)), decode(item.slice(at + 1))] as const;
  });
  return documentOf(fields.map(([key, value]) => [plainKey(key, name), value] as const));
}

/** `field,value,field,value`. */
function inTurns(items: readonly string[]): unknown {
  if (items.length % 2 !== 0) throw new Unreadable('is not written as field,value,field,value');
  const fields = items.flatMap((item, index) =>
    index % 2 === 0 ? [[plainKey(item, ''), items[index + 1]!] as const] : [],
  );
  return documentOf(fields);
}

function plainKey(key: string, name: string): string {
  if (/[[\]]/.test(key) || key === '')
    throw new Unreadable(`has a field without a plain name${name === '' ? '' : ` in ${name}`}`);
  return key;
}

function finished(written: unknown, { style, schema }: Parameter): unknown {
  if (style !== 'json') return coerced(written, schema);
  try {
    return JSON.parse(String(written)) as unknown;
  } catch {
    throw new Unreadable('is no JSON');
  }
}
