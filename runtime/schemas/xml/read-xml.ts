/**
 * Reads XML straight into a logical document by the model of its root element. What the model has no place for is an
 * error that says what would be expected; values that do not fit their type stay text, which validation tells.
 */
import { busError } from '../../errors/bus-error.ts';
import type { ErrorCode } from '../../errors/catalog.ts';
import { keepAsWritten } from './as-written.ts';
import { Fragment } from './fragment.ts';
import {
  type Frame,
  inSchemaOrder,
  isBlank,
  isCertain,
  isJudged,
  spelledOf,
  spellIn,
  type Target,
  writtenOf,
} from './frame.ts';
import { expandedName, rootName, XMLNS, XSI } from './namespaces.ts';
import { NO_ATTRIBUTES, XmlScanner } from './scan-xml.ts';
import { createXmlParser, type Place, type SaxesAttributeNS, type SaxesTagNS } from './xml-parser.ts';
import { contentOf, Walk } from './xsd/content-automaton.ts';
import {
  type Child,
  type ComplexModel,
  type ElementModel,
  isBare,
  type ResolvePrefix,
  type SimpleModel,
  type TypeModel,
} from './xsd/model.ts';

export interface XmlReading {
  readonly document: unknown;
  /** What was read is valid; else only the validator knows. */
  readonly certain: boolean;
}

/** Text to document. Of nothing is it certain that it is valid unless its schema is `judged` by its types and content models alone. */
export function createXmlReader(type: string, root: ElementModel, judged: boolean): (text: string) => XmlReading {
  let fast: Reader | undefined;
  return (text) => {
    const reader = fast ?? new Reader(type, root, false);
    fast = undefined; // After an error it is of no more use.
    let document: unknown;
    try {
      document = reader.read(text);
    } catch {
      return { document: new Reader(type, root, true).read(text), certain: false }; // What is wrong fails here too, and it is known where; what is only unusual does not.
    }
    fast = reader;
    return { document, certain: judged && reader.certain };
  };
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
  /** So far nothing was read that the validator would have to judge. */
  #certain = true;

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

  get certain(): boolean {
    return this.#certain;
  }

  read(text: string): unknown {
    this.#certain = true;
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
    for (const child of named ?? []) {
      if (child.element.uri !== tag.uri) continue;
      if (parent.walk?.step(child) !== true) this.#certain = false;
      return child;
    }
    this.#certain = false;
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
    const content = element.type.kind === 'complex' && this.#certain ? contentOf(element.type) : undefined;
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
      walk: content && new Walk(content),
    };
    this.#frames.push(frame);
    this.#top = frame;
    if (!target) writtenOf(frame).prefixes = { ...tag.ns };
    if (tag.attributes !== NO_ATTRIBUTES) {
      for (const name in tag.attributes) this.#instanceAttribute(frame, tag.attributes[name]!);
      for (const name in tag.attributes) this.#attribute(frame, tag.attributes[name]!);
    }
    if (this.#certain) this.#certain = isJudged(frame);
    if (frame.type.kind === 'simple') return;
    if (frame.attributed && frame.type.attributes.length > 1) frame.value = inSchemaOrder(frame.value, frame.type);
    if (frame.type.content === 'xml') frame.fragment = new Fragment();
    else if (!frame.type.shape.ordered) frame.order = [];
  }

  /** xsi:type comes first: it decides which attributes there may be. */
  #instanceAttribute(frame: Frame, { uri, local, value }: SaxesAttributeNS): void {
    if (uri !== XSI) return;
    if (local === 'nil' || local === 'type') this.#certain = false;
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
        if (!known || !isCertain(known, value)) this.#certain = false;
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
    else if (frame.type.shape.children.length === 0) this.#certain = false; // Where nothing may stand, blanks may not.
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
    if (type.content === 'elements') {
      if (frame.walk?.isComplete(value) !== true) this.#certain = false;
      return value;
    }
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
    if (this.#certain && type.certain?.(content) !== true) this.#certain = false;
    frame.spelled = spelledOf(type, read, frame.text);
    return read;
  }

  #fail(code: ErrorCode, values: Readonly<Record<string, string>>): never {
    const parent = this.#top?.element.local ?? '';
    throw busError(code, { ...this.#place(), parent, type: this.#type, ...values });
  }
}
