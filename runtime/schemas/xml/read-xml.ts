/**
 * Reads XML straight into a logical document by the model of its root element. What the model has no place for is an
 * error that says what would be expected; values that do not fit their type stay text, which validation tells.
 */
import { busError } from '../../errors/bus-error.ts';
import type { ErrorCode } from '../../errors/catalog.ts';
import { AsWritten, keepAsWritten } from './as-written.ts';
import { Fragment } from './fragment.ts';
import { expandedName, rootName, XMLNS, XSI } from './namespaces.ts';
import { NO_ATTRIBUTES, XmlScanner } from './scan-xml.ts';
import { createXmlParser, type Place, type SaxesAttributeNS, type SaxesTagNS } from './xml-parser.ts';
import {
  type Child,
  type ComplexModel,
  type ElementModel,
  isBare,
  type ResolvePrefix,
  type SimpleModel,
  type TypeModel,
} from './xsd/model.ts';

/** Text to document. */
export function createXmlReader(type: string, root: ElementModel): (text: string) => unknown {
  let fast: Reader | undefined;
  return (text) => {
    const reader = fast ?? new Reader(type, root, false);
    fast = undefined; // After an error it is of no more use.
    let document: unknown;
    try {
      document = reader.read(text);
    } catch {
      return new Reader(type, root, true).read(text); // What is wrong fails here too, and it is known where; what is only unusual does not.
    }
    fast = reader;
    return document;
  };
}

interface Target {
  readonly key: string;
  readonly list: boolean;
}

interface Frame {
  readonly element: ElementModel;
  readonly target: Target | undefined;
  type: TypeModel;
  value: Record<string, unknown>;
  text: string;
  nil: boolean;
  attributed: boolean;
  /** Of mixed content. */
  fragment: Fragment | undefined;
  /** The keys of the children so far, where their order is a matter of the document. */
  order: string[] | undefined;
  /** What the values do not tell: of the object itself, and of a plain value for the one that holds it. */
  written: AsWritten | undefined;
  spelled: string | undefined;
}

class Reader {
  readonly #type: string;
  readonly #root: ElementModel;
  readonly #parse: (text: string) => void;
  readonly #place: () => Place;
  readonly #resolve: ResolvePrefix;
  #frames: Frame[] = [];
  #top: Frame | undefined;
  /** The XML of a wildcard. */
  #wild: { readonly fragment: Fragment; readonly target: Target } | undefined;
  #document: unknown;

  constructor(type: string, root: ElementModel, places: boolean) {
    this.#type = type;
    this.#root = root;
    const handlers = {
      open: (tag: SaxesTagNS) => this.#open(tag),
      close: (tag: SaxesTagNS) => this.#close(tag),
      characters: (text: string) => this.#characters(text),
    };
    if (places) {
      const { parse, place, resolve } = createXmlParser(handlers, true);
      [this.#parse, this.#place, this.#resolve] = [parse, place, resolve];
    } else {
      const scanner = new XmlScanner(handlers);
      this.#parse = (text) => scanner.parse(text);
      this.#place = () => ({ line: 1, column: 1 });
      this.#resolve = (prefix) => scanner.resolve(prefix);
    }
  }

  read(text: string): unknown {
    this.#parse(text);
    const document = this.#document;
    this.#document = undefined;
    return document;
  }

  #fragment(): Fragment | undefined {
    return this.#wild?.fragment ?? this.#top?.fragment;
  }

  #open(tag: SaxesTagNS): void {
    const fragment = this.#fragment();
    const parent = this.#top;
    if (fragment) fragment.open(tag, this.#resolve);
    else if (!parent) this.#openRoot(tag);
    else {
      const child = this.#childFor(parent, tag);
      if (child) this.#push(child.element, child, tag);
    }
  }

  #openRoot(tag: SaxesTagNS): void {
    const root = this.#root;
    if (tag.local !== root.local || tag.uri !== root.uri) {
      const values = { found: rootName(tag.uri, tag.local), expected: rootName(root.uri, root.local) };
      throw busError('XML_WRONG_ROOT', { type: this.#type, ...values });
    }
    this.#push(root, undefined, tag);
  }

  /** Undefined where the element belongs to a wildcard. */
  #childFor(parent: Frame, tag: SaxesTagNS): Child | undefined {
    const { type } = parent;
    if (type.kind === 'simple' || type.content !== 'elements') {
      return this.#fail('XML_UNEXPECTED', { what: `element ${tag.name}`, expected: 'text only' });
    }
    const named = type.shape.byName.get(tag.local);
    if (named) for (const child of named) if (child.element.uri === tag.uri) return child;
    const { wildcard } = type.shape;
    if (!wildcard) return this.#unexpected(type, tag);
    this.#wild = { fragment: new Fragment(), target: wildcard };
    this.#wild.fragment.open(tag, this.#resolve);
    return undefined;
  }

  #unexpected({ shape }: ComplexModel, tag: SaxesTagNS): never {
    const known = shape.children.map((child) => child.element);
    const near = known.find((element) => element.local === tag.local);
    const names = near ? [`one of namespace "${near.uri}"`] : known.map((element) => element.local);
    const expected =
      names.length === 0 ? 'no elements' : names.slice(0, 12).join(', ') + (names.length > 12 ? ' ...' : '');
    const what = `element ${tag.local}${near ? ` of namespace "${tag.uri}"` : ''}`;
    return this.#fail('XML_UNEXPECTED', { what, expected });
  }

  #push(element: ElementModel, target: Target | undefined, tag: SaxesTagNS): void {
    const frame: Frame = {
      element,
      target,
      type: element.type,
      value: {},
      text: '',
      nil: false,
      attributed: false,
      fragment: undefined,
      order: undefined,
      written: undefined,
      spelled: undefined,
    };
    this.#frames.push(frame);
    this.#top = frame;
    if (!target) writtenOf(frame).prefixes = { ...tag.ns };
    if (tag.attributes !== NO_ATTRIBUTES) {
      for (const name in tag.attributes) this.#instanceAttribute(frame, tag.attributes[name]!);
      for (const name in tag.attributes) this.#attribute(frame, tag.attributes[name]!);
    }
    if (frame.type.kind === 'simple') return;
    if (frame.attributed && frame.type.attributes.length > 1) frame.value = inSchemaOrder(frame.value, frame.type);
    if (frame.type.content === 'xml') frame.fragment = new Fragment();
    else if (!frame.type.shape.ordered) frame.order = [];
  }

  /** xsi:type comes first: it decides which attributes there may be. */
  #instanceAttribute(frame: Frame, { uri, local, value }: SaxesAttributeNS): void {
    if (uri !== XSI) return;
    if (local === 'nil') {
      frame.nil = value.trim() === 'true' || value.trim() === '1';
      if (value !== 'true') writtenOf(frame).nil = value;
    }
    if (local === 'type') this.#narrow(frame, frame.type, value.trim());
    if (local === 'schemaLocation' || local === 'noNamespaceSchemaLocation')
      writtenOf(frame).locations.push([local, value]);
  }

  #narrow(frame: Frame, declared: TypeModel, written: string): void {
    const colon = written.indexOf(':');
    const name = expandedName(
      this.#resolve(colon === -1 ? '' : written.slice(0, colon)) ?? '',
      written.slice(colon + 1),
    );
    if (declared.kind === 'simple' || name === declared.name) {
      writtenOf(frame).type = name;
      return;
    }
    const derived = declared.derived.get(name);
    if (declared.anything) {
      frame.attributed = true;
      frame.value['xsi:type'] = name;
      return;
    }
    if (!derived) {
      const expected = [...declared.derived.keys()].join(', ') || 'none';
      this.#fail('XML_UNEXPECTED', { what: `xsi:type ${written}`, expected });
      return;
    }
    frame.type = derived;
    const alone = [...declared.derived.values()].filter((type) => type.local === derived.local).length === 1;
    frame.value['xsi:type'] = alone ? derived.local : name;
  }

  #attribute(frame: Frame, { uri, local, value, name }: SaxesAttributeNS): void {
    if (uri === XSI || uri === XMLNS) return;
    const { type } = frame;
    if (type.kind === 'complex') {
      frame.attributed = true;
      const known = type.attributes.find((attribute) => attribute.local === local && attribute.uri === uri);
      const key = known?.key ?? (type.anyAttribute || type.anything ? expandedName(uri, local) : undefined);
      if (key === '__proto__') throw busError('KEY_FORBIDDEN', { key });
      if (key !== undefined) {
        const read = known ? known.type.read(value, this.#resolve) : value;
        frame.value[key] = read;
        const text = known && spelledOf(known.type, read, value);
        if (text !== undefined) writtenOf(frame).spell(key, 0, { value: read, text, type: undefined });
        return;
      }
    }
    const names = type.kind === 'complex' ? type.attributes.map((attribute) => attribute.local) : [];
    this.#fail('XML_UNEXPECTED', { what: `attribute ${name}`, expected: names.join(', ') || 'no attributes' });
  }

  #characters(text: string): void {
    const fragment = this.#fragment();
    const frame = this.#top;
    if (fragment) fragment.characters(text);
    else if (!frame) return;
    else if (frame.type.kind === 'simple' || frame.type.content === 'text') frame.text += text;
    else if (!isBlank(text)) this.#fail('XML_UNEXPECTED', { what: 'text', expected: 'elements only' });
  }

  #close(tag: SaxesTagNS): void {
    const fragment = this.#fragment();
    if (fragment && fragment.depth > 0) {
      fragment.close(tag.name);
      if (fragment.depth === 0 && this.#wild) this.#store(this.#top!, this.#wild.target, this.#takeWild());
      return;
    }
    const frame = this.#frames.pop()!;
    const parent = this.#frames.at(-1);
    this.#top = parent;
    const value = this.#valueOf(frame);
    if (frame.order) writtenOf(frame).order = frame.order;
    if (frame.written && typeof value === 'object' && value !== null && !Array.isArray(value))
      keepAsWritten(value, frame.written);
    else if (parent) spellIn(parent, frame, value);
    if (parent) this.#store(parent, frame.target!, value);
    else this.#document = value;
  }

  #takeWild(): string {
    const { text } = this.#wild!.fragment;
    this.#wild = undefined;
    return text;
  }

  #store({ value: object, order }: Frame, { key, list }: Target, value: unknown): void {
    order?.push(key);
    const present = Object.hasOwn(object, key);
    if (!list) {
      if (present) this.#fail('XML_REPEATED', { name: key });
      object[key] = value;
    } else if (present) (object[key] as unknown[]).push(value);
    else object[key] = [value];
  }

  #valueOf(frame: Frame): unknown {
    const { element, type, value, text, nil, attributed, fragment } = frame;
    if (nil) return attributed ? { ...value, 'xsi:nil': true } : null;
    const content = text === '' ? (element.fallback ?? text) : text;
    if (type.kind === 'simple') return this.#plain(frame, type, content);
    if (type.content === 'elements') return value;
    const inside = fragment ? fragment.text : this.#plain(frame, type.text!, content);
    const declared = element.type;
    const bare = type.anything
      ? !attributed
      : isBare(type) && declared.kind === 'complex' && declared.derived.size === 0;
    if (bare) return inside;
    value['text'] = inside;
    if (frame.spelled !== undefined)
      writtenOf(frame).spell('text', 0, { value: inside, text: frame.spelled, type: undefined });
    return value;
  }

  #plain(frame: Frame, type: SimpleModel, content: string): unknown {
    const read = type.read(content, this.#resolve);
    frame.spelled = spelledOf(type, read, frame.text);
    return read;
  }

  #fail(code: ErrorCode, values: Readonly<Record<string, string>>): never {
    const parent = this.#top?.element.local ?? '';
    throw busError(code, { ...this.#place(), parent, type: this.#type, ...values });
  }
}

function isBlank(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x09 && code !== 0x0d) return false;
  }
  return true;
}

function writtenOf(frame: Frame): AsWritten {
  frame.written ??= new AsWritten();
  return frame.written;
}

/** The text, where the value alone would be written otherwise. */
function spelledOf(type: SimpleModel, value: unknown, text: string): string | undefined {
  if (value === text || type.prefixed || type.write(value, (name) => name) === text) return undefined;
  return text;
}

/** Notes in the parent how a plain value was written. */
function spellIn(parent: Frame, { target, written, spelled }: Frame, value: unknown): void {
  const { type, nil } = written ?? {};
  if (!target || (spelled === undefined && type === undefined && nil === undefined)) return;
  const before = target.list ? parent.value[target.key] : undefined;
  const index = Array.isArray(before) ? before.length : 0;
  writtenOf(parent).spell(target.key, index, { value, text: spelled, type, nil });
}

/** Attributes come in any order. */
function inSchemaOrder(value: Record<string, unknown>, { attributes }: ComplexModel): Record<string, unknown> {
  const ordered: Record<string, unknown> = {};
  if (Object.hasOwn(value, 'xsi:type')) ordered['xsi:type'] = value['xsi:type'];
  for (const { key } of attributes) if (Object.hasOwn(value, key)) ordered[key] = value[key];
  return Object.assign(ordered, value);
}
