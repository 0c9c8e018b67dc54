/**
 * Fields of forms and the documents that they stand for: `a[b]=1` is a field within a, `a[]=1` and `a` more than once are lists, as
 * Open311 and PHP write them. Values are text, as forms have no other.
 */
import { busError } from '../../runtime/errors/bus-error.ts';

export const FORM = 'application/x-www-form-urlencoded';
export const MULTIPART = 'multipart/form-data';

export type Lists = 'brackets' | 'repeat';
export type Field<T = string> = readonly [name: string, value: T];

/** Keys that a path may have; deeper is no form that anybody means. */
const DEEPEST = 16;

/** A document's fields; null and absent ones are left out. What is none of text, number, boolean, list or object cannot be. */
export function fieldsOf(document: Readonly<Record<string, unknown>>, lists: Lists): Field<unknown>[] {
  return Object.entries(document).flatMap(([name, value]) => within(name, value, lists));
}

function within(name: string, value: unknown, lists: Lists): Field<unknown>[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) {
    const key = lists === 'brackets' ? `${name}[]` : name;
    return value.flatMap((item) => within(key, item, lists));
  }
  if (typeof value !== 'object' || isPart(value)) return [[name, value]];
  return Object.entries(value).flatMap(([key, inner]) => within(`${name}[${key}]`, inner, lists));
}

/** How a document tells of a part of its message: `{ part: photo, fileName: a.jpg }`. */
export interface PartReference {
  readonly part: string;
  readonly fileName?: string;
}

export const isPart = (value: unknown): value is PartReference =>
  value !== null && typeof value === 'object' && typeof (value as PartReference).part === 'string';

export function encodeForm(document: Readonly<Record<string, unknown>>, lists: Lists): string {
  const form = new URLSearchParams();
  for (const [name, value] of fieldsOf(document, lists)) form.append(name, isPart(value) ? value.part : String(value));
  return form.toString();
}

/** Throws BusError MESSAGE_UNREADABLE of kind `message` for what is no form. */
export function decodeForm(text: string): object {
  const pairs = text.split('&').filter((pair) => pair !== '');
  return documentOf(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [decoded(pair), ''] : [decoded(pair.slice(0, at)), decoded(pair.slice(at + 1))];
    }),
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw unreadable(`${text.slice(0, 40)} is not encoded as a form is`);
  }
}

const unreadable = (reason: string) => busError('FORM_UNREADABLE', { reason });

/** An object under a name of its own class, so that no key of a caller reaches anything else. */
type Node = Record<string, unknown>;
const empty = (): Node => Object.create(null) as Node;

export function documentOf(fields: readonly Field<unknown>[]): object {
  const document = empty();
  for (const [name, value] of fields) put(document, keysOf(name), value, name);
  return document;
}

/** `a[b][]` is a, b and the empty key, which is a list. */
function keysOf(name: string): string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name);
  if (!match) return [name];
  const keys = [match[1]!, ...[...match[2]!.matchAll(/\[([^[\]]*)\]/g)].map(([, key]) => key!)];
  if (keys.length > DEEPEST) throw unreadable(`the field ${name.slice(0, 40)} is nested too deep`);
  return keys;
}

function put(node: Node, [key, ...rest]: string[], value: unknown, name: string): void {
  const found = node[key!];
  if (rest.length === 0 || (rest.length === 1 && rest[0] === '')) {
    node[key!] = found === undefined && rest.length === 0 ? value : [...listOf(found, name), value];
    return;
  }
  if (rest[0] === '') throw unreadable(`the field ${name} has a list that is not at its end`);
  const inner = found ?? empty();
  if (!isNode(inner)) throw unreadable(`the field ${name} is both a value and a group of fields`);
  node[key!] = inner;
  put(inner, rest, value, name);
}

function listOf(found: unknown, name: string): unknown[] {
  if (isNode(found)) throw unreadable(`the field ${name} is both a value and a group of fields`);
  return found === undefined ? [] : Array.isArray(found) ? found : [found];
}

const isNode = (value: unknown): value is Node =>
  value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === null;
