/**
 * An OpenAPI document with all that it refers to, read from the files of a solution and never from the network. Swagger 2.0 is read
 * as OpenAPI 3.0. Places are told as they stand in the files.
 */
import { posix } from 'node:path';
import { isNode as isYamlNode, LineCounter, parse, parseDocument } from 'yaml';
import { reasonOf } from '../errors/as-bus-error.ts';
import { asNode, type Node } from './node.ts';
import { isSwagger2, openapiOf } from './swagger-2.ts';

export type ReadFile = (path: string) => string | undefined;

/** A part of a document: which, and the keys that lead to it. */
export interface Place {
  readonly file: string;
  readonly keys: readonly string[];
}

export interface At extends Place {
  readonly value: unknown;
}

/** What is wrong with the documents themselves, with the place of what says so. */
export class ContractProblem extends Error {
  readonly place: Place;

  constructor(reason: string, place: Place) {
    super(reason);
    this.name = 'ContractProblem';
    this.place = place;
  }
}

const DEEPEST = 32;

export class Documents {
  readonly main: string;
  readonly #read: ReadFile;
  readonly #texts = new Map<string, string>();
  readonly #parsed = new Map<string, unknown>();

  /** Throws ContractProblem where the main document is missing or none. */
  constructor(main: string, read: ReadFile) {
    this.main = posix.normalize(main);
    this.#read = read;
    const { openapi } = this.root as { readonly openapi?: unknown };
    if (!/^3\.[01](\.|$)/.test(String(openapi)))
      throw this.problem('it is neither OpenAPI 3.0 or 3.1 nor Swagger 2.0', { file: this.main, keys: [] });
  }

  get root(): Node {
    return asNode(this.#document(this.main, { file: this.main, keys: [] }));
  }

  /** The files that were read so far, the main one first. */
  get files(): ReadonlyMap<string, string> {
    return this.#texts;
  }

  problem(reason: string, { file, keys }: Place): ContractProblem {
    return new ContractProblem(reason, { file, keys });
  }

  /** What a `$ref` leads to, however often; itself where it is none. Throws ContractProblem where it leads nowhere. */
  resolved(at: At, depth = 0): At {
    const reference = asNode(at.value)['$ref'];
    if (typeof reference !== 'string') return at;
    if (depth > DEEPEST) throw this.problem(`${reference} leads in a circle`, at);
    return this.resolved(this.target(reference, at), depth + 1);
  }

  target(reference: string, from: Place): At {
    const [target = '', fragment = ''] = reference.split('#');
    const file = target === '' ? from.file : this.#fileOf(target, from);
    const document = this.#document(file, from);
    const found =
      fragment === '' || fragment.startsWith('/') ? follow(document, fragment) : anchored(document, fragment);
    if (found?.value === undefined) throw this.problem(`${reference} leads nowhere`, from);
    return { file, ...found };
  }

  /** Line and column of the key that leads there, from 1; of the next outer one where it was not written so. */
  locate({ file, keys }: Place): { readonly line: number; readonly column: number } {
    const counter = new LineCounter();
    const document = parseDocument(this.#texts.get(file) ?? '', { lineCounter: counter, logLevel: 'silent' });
    for (let length = keys.length; length > 0; length -= 1) {
      const offset = offsetOf(document, keys.slice(0, length));
      if (offset === undefined) continue;
      const { line, col } = counter.linePos(offset);
      return { line, column: col };
    }
    return { line: 1, column: 1 };
  }

  #fileOf(target: string, from: Place): string {
    if (/^[a-z][a-z0-9+.-]*:/i.test(target))
      throw this.problem(`${target} lies in the network, and is never fetched`, from);
    const file = posix.normalize(posix.join(posix.dirname(from.file), decoded(target)));
    if (file.startsWith('../') || posix.isAbsolute(file))
      throw this.problem(`${target} leads out of the solution`, from);
    return file;
  }

  #document(file: string, from: Place): unknown {
    if (this.#parsed.has(file)) return this.#parsed.get(file);
    const text = this.#read(file);
    if (text === undefined) throw this.problem(`there is no file ${file}`, from);
    this.#texts.set(file, text);
    const document = this.#parse(file, text);
    this.#parsed.set(file, document);
    return document;
  }

  #parse(file: string, text: string): unknown {
    try {
      const document: unknown = /^\s*\{/.test(text) ? JSON.parse(text) : parse(text, { logLevel: 'error' });
      return isSwagger2(asNode(document)) ? openapiOf(asNode(document)) : document;
    } catch (thrown) {
      throw this.problem(`it cannot be read: ${reasonOf(thrown).split('\n')[0]}`, { file, keys: [] });
    }
  }
}

type Found = Pick<At, 'value' | 'keys'>;

function follow(document: unknown, pointer: string): Found | undefined {
  const keys = pointer.split('/').slice(1).map(unescaped);
  let value = document;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return { value, keys };
}

const unescaped = (step: string) => decoded(step).replaceAll('~1', '/').replaceAll('~0', '~');

/** What is not encoded as addresses are is meant as it stands. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The schema that calls itself so. */
function anchored(value: unknown, anchor: string, keys: readonly string[] = []): Found | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ((value as Node)['$anchor'] === anchor) return { value, keys };
  for (const [key, inner] of Object.entries(value)) {
    const found = anchored(inner, anchor, [...keys, key]);
    if (found) return found;
  }
  return undefined;
}

function offsetOf(document: ReturnType<typeof parseDocument>, keys: readonly string[]): number | undefined {
  const outer: unknown = keys.length === 1 ? document.contents : document.getIn(keys.slice(0, -1), true);
  const last = keys.at(-1);
  const items = (outer as { readonly items?: readonly unknown[] } | null)?.items ?? [];
  const pair = items.find((item) => String((item as { readonly key?: unknown }).key) === last) as
    | { readonly key?: unknown }
    | undefined;
  const node = pair?.key ?? items[Number(last)];
  return isYamlNode(node) ? node.range?.[0] : undefined;
}
