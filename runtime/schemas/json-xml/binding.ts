/**
 * The XML form of a JSON Schema, by the `xml` annotations of OpenAPI (name, namespace, prefix, attribute, wrapped, nodeType). A namespace
 * without a prefix is the default one: unannotated elements within are in it, as they are when it is written.
 */

import type { JsonNode, Resolve } from '../json-schema/logical-type.ts';
import { expandedName } from '../xml/namespaces.ts';

export type Scalar = 'string' | 'integer' | 'number' | 'boolean' | 'null';

/** What an element holds. */
export type XmlValue =
  | { readonly kind: 'scalar'; readonly type: Scalar; readonly nullable: boolean }
  | { readonly kind: 'object'; readonly members: () => Members }
  | { readonly kind: 'list'; readonly item: () => XmlElement }
  | { readonly kind: 'any' };

export interface XmlElement {
  readonly local: string;
  readonly uri: string;
  /** Undefined: the default namespace. */
  readonly prefix: string | undefined;
  readonly value: XmlValue;
}

export interface Member extends XmlElement {
  readonly key: string;
  readonly place: 'element' | 'attribute' | 'text';
  /** Of a list whose items stand among the other elements. */
  readonly repeats: boolean;
}

export interface Members {
  readonly all: readonly Member[];
  readonly elements: ReadonlyMap<string, Member>;
  readonly attributes: ReadonlyMap<string, Member>;
  readonly text: Member | undefined;
}

type Node = Exclude<JsonNode, boolean>;

interface Annotation {
  readonly name?: string;
  readonly namespace?: string;
  readonly prefix?: string;
  readonly attribute?: boolean;
  readonly wrapped?: boolean;
  readonly nodeType?: string;
}

/** `name` is what an element without one is called. */
export function bindXml(schema: JsonNode, resolve: Resolve, name: string): XmlElement {
  return new Binder(resolve).element(schema, name, '');
}

/** The annotation of a node, or of what it refers to. */
export function annotationOf(node: JsonNode, resolve: Resolve): Annotation {
  for (const part of partsOf(node, resolve)) {
    const written = part['xml'];
    if (typeof written === 'object' && written !== null) return written as Annotation;
  }
  return {};
}

class Binder {
  readonly #resolve: Resolve;
  /** By node and the default namespace around it: schemas may be recursive. */
  readonly #known = new Map<JsonNode, Map<string, XmlValue>>();

  constructor(resolve: Resolve) {
    this.#resolve = resolve;
  }

  /** `around` is the default namespace there. */
  element(node: JsonNode, name: string, around: string): XmlElement {
    const { name: local = name, namespace, prefix } = annotationOf(node, this.#resolve);
    const uri = namespace ?? (prefix === undefined ? around : '');
    return {
      local,
      uri,
      prefix: namespace === undefined ? undefined : prefix,
      value: this.#value(node, local, within(uri, prefix, around)),
    };
  }

  #value(node: JsonNode, name: string, around: string): XmlValue {
    const known = this.#known.get(node) ?? new Map<string, XmlValue>();
    this.#known.set(node, known);
    const key = `${name} ${around}`;
    const value = known.get(key) ?? this.#derive(partsOf(node, this.#resolve), name, around);
    known.set(key, value);
    return value;
  }

  #derive(parts: readonly Node[], name: string, around: string): XmlValue {
    const types = new Set(parts.flatMap(typesIn));
    const nullable = types.delete('null') || parts.some((part) => part['nullable'] === true);
    if (types.size === 0 && parts.some((part) => part['properties'] !== undefined)) types.add('object');
    if (types.size === 0 && parts.some((part) => part['items'] !== undefined)) types.add('array');
    if (types.has('integer') && types.has('number')) types.delete('integer');
    const [type, ...more] = types;
    if (type === undefined) return nullable ? { kind: 'scalar', type: 'null', nullable } : { kind: 'any' };
    if (more.length > 0) return { kind: 'any' };
    if (type === 'object') return { kind: 'object', members: once(() => this.#members(parts, around)) };
    if (type !== 'array') return { kind: 'scalar', type: type as Scalar, nullable };
    const items = parts.map((part) => part['items'] as JsonNode | undefined).find((each) => each !== undefined) ?? true;
    return { kind: 'list', item: once(() => this.element(items, name, around)) };
  }

  #members(parts: readonly Node[], around: string): Members {
    const all: Member[] = [];
    for (const part of parts)
      for (const [key, node] of Object.entries((part['properties'] ?? {}) as Record<string, JsonNode>))
        if (!all.some((each) => each.key === key)) all.push(this.#member(key, node, around));
    const named = (place: Member['place']) =>
      new Map(all.filter((each) => each.place === place).map((each) => [expandedName(each.uri, each.local), each]));
    return {
      all,
      elements: named('element'),
      attributes: named('attribute'),
      text: all.find(({ place }) => place === 'text'),
    };
  }

  #member(key: string, node: JsonNode, around: string): Member {
    const { attribute, nodeType, wrapped, namespace, prefix, name = key } = annotationOf(node, this.#resolve);
    const element = this.element(node, key, around);
    if (attribute || nodeType === 'attribute')
      return { ...element, key, local: name, place: 'attribute', repeats: false, uri: namespace ?? '', prefix };
    if (nodeType === 'text' || nodeType === 'cdata') return { ...element, key, place: 'text', repeats: false };
    if (element.value.kind !== 'list' || wrapped || nodeType === 'element')
      return { ...element, key, place: 'element', repeats: false };
    const items = (this.#value(node, key, around) as Extract<XmlValue, { kind: 'list' }>).item();
    return { ...items, key, place: 'element', repeats: true };
  }
}

const within = (uri: string, prefix: string | undefined, around: string) => (prefix === undefined ? uri : around);

const BRANCHES = ['allOf', 'oneOf', 'anyOf'] as const;

/** A node, what it refers to, and its branches: whatever may hold of a value. */
export function partsOf(node: JsonNode, resolve: Resolve, passed = new Set<JsonNode>()): Node[] {
  if (typeof node === 'boolean' || passed.has(node)) return [];
  passed.add(node);
  const referred = [node['$ref'], node['$dynamicRef']].flatMap((reference): JsonNode[] => {
    const found = typeof reference === 'string' ? resolve(reference) : undefined;
    return found === undefined ? [] : [found];
  });
  const branches = BRANCHES.flatMap((key) => (Array.isArray(node[key]) ? (node[key] as JsonNode[]) : []));
  return [node, ...[...referred, ...branches].flatMap((part) => partsOf(part, resolve, passed))];
}

function typesIn(node: Node): string[] {
  if (node['type'] !== undefined) return [node['type']].flat().map(String);
  const values: unknown = node['enum'] ?? (Object.hasOwn(node, 'const') ? [node['const']] : []);
  return Array.isArray(values) ? values.map((value) => (value === null ? 'null' : typeof value)) : [];
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
