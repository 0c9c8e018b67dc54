/**
 * Scans the XML that most documents are made of (ASCII names, the five entities, no document type declaration) several times as fast as
 * the parser proper, with the same events. Whatever is unusual or wrong it gives up on with an error that says nothing: then the
 * parser proper decides. It takes nothing that the parser would refuse; a test holds both against each other.
 */
import {
  AMPERSAND,
  APOSTROPHE,
  COLON,
  EQUALS,
  EXCLAMATION,
  GREATER,
  isSpace,
  LESS,
  LINE_FEED,
  QUESTION,
  QUOTE,
  SLASH,
  TAB,
} from './character-codes.ts';
import { XMLNS } from './namespaces.ts';
import { resolveReferences } from './references.ts';
import { declarationsIn, NO_DECLARATIONS, namespaceIn, type Scope } from './scopes.ts';
import { MAX_DEPTH, type SaxesAttributeNS, type SaxesTagNS, type XmlHandlers } from './xml-parser.ts';

interface Open {
  readonly tag: SaxesTagNS;
  readonly name: Name;
  readonly scope: Scope | undefined;
  readonly outer: Open | undefined;
}

interface Name {
  readonly written: string;
  readonly prefix: string;
  readonly local: string;
  /** The name of the tag that came after one of this name last: documents resemble each other. */
  next: Name | undefined;
  /** The same of the attribute behind a tag, or an attribute, of this name. */
  attribute: Name | undefined;
}

const UNUSUAL = new Error('Not for the scanner.');
const unusual = (): never => {
  throw UNUSUAL;
};
/** What no XML document holds, but for half surrogate pairs. Source: XML 1.0, 2.2. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;
const DECLARATION =
  /<\?xml[ \t\n]+version=(["'])1\.0\1(?:[ \t\n]+encoding=(["'])[A-Za-z][A-Za-z0-9._-]*\2)?(?:[ \t\n]+standalone=(["'])(?:yes|no)\3)?[ \t\n]*\?>/y;
const INSTRUCTION = /<\?(?!xml[ \t\n?])[A-Za-z_][A-Za-z0-9._-]*(?:[ \t\n][^?]*)?\?>/iy;
const MOST_NAMES = 4096;
/** Of every tag that has none, as the scanner tells it. */
export const NO_ATTRIBUTES: SaxesTagNS['attributes'] = Object.freeze(Object.create(null));

/** By character code: 1 may begin a name, 2 may stand in one. */
const NAME = new Uint8Array(128);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz') NAME[character.charCodeAt(0)] = 3;
for (const character of '-.0123456789') NAME[character.charCodeAt(0)] = 2;

export class XmlScanner {
  readonly #handlers: XmlHandlers;
  readonly #names = new Map<string, Name>();
  #text = '';
  #at = 0;
  #depth = 0;
  #top: Open | undefined;
  #last: Name | undefined;
  /** Before the first tag. */
  readonly #start: Name = { written: '', prefix: '', local: '', next: undefined, attribute: undefined };
  /** Where the next of these stands, so that each is looked for once. */
  #ampersand = 0;
  #bracket = 0;

  constructor(handlers: XmlHandlers) {
    this.#handlers = handlers;
  }

  /** A whole document. Throws where it gives up, and what the handlers throw; after that it must not be used again. */
  parse(given: string): void {
    const text = given.includes('\r') ? given.replace(/\r\n?/g, '\n') : given;
    if (FORBIDDEN.test(text) || !text.isWellFormed()) throw UNUSUAL;
    this.#text = text;
    this.#ampersand = text.indexOf('&');
    this.#bracket = text.indexOf(']]>');
    this.#depth = 0;
    this.#at = 0;
    this.#last = undefined;
    if (text.startsWith('<?xml')) this.#match(DECLARATION);
    this.#outside();
    if (text.charCodeAt(this.#at) !== LESS) throw UNUSUAL;
    this.#openTag();
    while (this.#depth > 0) this.#next();
    this.#outside();
    if (this.#at < text.length) throw UNUSUAL;
    this.#text = '';
  }

  resolve(prefix: string): string | undefined {
    return namespaceIn(this.#top?.scope, prefix);
  }

  /** White space, comments and instructions, before the root element and after it. */
  #outside(): void {
    const text = this.#text;
    for (;;) {
      this.#skipSpace();
      if (text.startsWith('<!--', this.#at)) this.#comment();
      else if (text.startsWith('<?', this.#at)) this.#match(INSTRUCTION);
      else return;
    }
  }

  /** Text up to the next tag, and that. */
  #next(): void {
    const text = this.#text;
    const less = text.indexOf('<', this.#at);
    if (less < 0) throw UNUSUAL;
    if (less > this.#at) this.#characters(less);
    this.#at = less;
    const code = text.charCodeAt(less + 1);
    if (code === SLASH) this.#closeTag();
    else if (code === EXCLAMATION) this.#marked();
    else if (code === QUESTION) this.#match(INSTRUCTION);
    else this.#openTag();
  }

  #characters(end: number): void {
    const from = this.#at;
    if (this.#bracket >= 0 && this.#bracket < from) this.#bracket = this.#text.indexOf(']]>', from);
    if (this.#bracket >= 0 && this.#bracket < end) throw UNUSUAL;
    const text = this.#text.slice(from, end);
    this.#handlers.characters(this.#hasAmpersand(from, end) ? (resolveReferences(text) ?? unusual()) : text);
  }

  #hasAmpersand(from: number, end: number): boolean {
    if (this.#ampersand >= 0 && this.#ampersand < from) this.#ampersand = this.#text.indexOf('&', from);
    return this.#ampersand >= 0 && this.#ampersand < end;
  }

  #marked(): void {
    if (this.#text.startsWith('<!--', this.#at)) {
      this.#comment();
      return;
    }
    if (!this.#text.startsWith('<![CDATA[', this.#at)) throw UNUSUAL;
    const from = this.#at + 9;
    const end = this.#text.indexOf(']]>', from);
    if (end < 0) throw UNUSUAL;
    this.#at = end + 3;
    this.#handlers.characters(this.#text.slice(from, end));
  }

  /** No two hyphens stand in one. */
  #comment(): void {
    const end = this.#text.indexOf('--', this.#at + 4);
    if (end < 0 || this.#text.charCodeAt(end + 2) !== GREATER) throw UNUSUAL;
    this.#at = end + 3;
  }

  #match(pattern: RegExp): void {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) throw UNUSUAL;
    this.#at = pattern.lastIndex;
  }

  /** Whether there was any. */
  #skipSpace(): boolean {
    const from = this.#at;
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at += 1;
    return this.#at > from;
  }

  #openTag(): void {
    this.#at += 1;
    const name = this.#tagName();
    const { written, prefix, local } = name;
    const tag = {
      name: written,
      prefix,
      local,
      uri: '',
      ns: NO_DECLARATIONS,
      attributes: NO_ATTRIBUTES,
      isSelfClosing: false,
    };
    let attributes: SaxesAttributeNS[] | undefined;
    let before = name;
    for (;;) {
      const spaced = this.#skipSpace();
      const code = this.#text.charCodeAt(this.#at);
      if (code === GREATER) break;
      if (code === SLASH) {
        this.#at += 1;
        if (this.#text.charCodeAt(this.#at) !== GREATER) throw UNUSUAL;
        tag.isSelfClosing = true;
        break;
      }
      if (!spaced) throw UNUSUAL;
      attributes ??= [];
      before.attribute = this.#expected(before.attribute) ?? this.#split(this.#name());
      before = before.attribute;
      attributes.push(this.#attribute(before));
    }
    this.#at += 1;
    this.#opened(tag, name, attributes);
  }

  #opened(tag: Writable<SaxesTagNS>, name: Name, attributes: readonly SaxesAttributeNS[] | undefined): void {
    const outer = this.#top;
    if (attributes) tag.ns = declarationsIn(attributes) ?? unusual();
    const scope =
      tag.ns === NO_DECLARATIONS
        ? outer?.scope
        : { declared: tag.ns, outer: outer?.scope, prefix: undefined, uri: undefined };
    this.#top = { tag, name, scope, outer };
    const { prefix } = name;
    tag.uri = this.resolve(prefix) ?? '';
    if (prefix === 'xmlns' || (prefix !== '' && tag.uri === '')) throw UNUSUAL;
    if (attributes) tag.attributes = this.#resolved(attributes);
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw UNUSUAL;
    this.#handlers.open(tag);
    if (tag.isSelfClosing) this.#closed(tag);
  }

  #closed(tag: SaxesTagNS): void {
    this.#handlers.close(tag);
    this.#top = this.#top!.outer;
    this.#depth -= 1;
  }

  #closeTag(): void {
    const { tag } = this.#top!;
    this.#at += 2;
    if (!this.#text.startsWith(tag.name, this.#at)) throw UNUSUAL;
    this.#at += tag.name.length;
    this.#skipSpace();
    if (this.#text.charCodeAt(this.#at) !== GREATER) throw UNUSUAL;
    this.#at += 1;
    this.#closed(tag);
  }

  #name(): string {
    const text = this.#text;
    const from = this.#at;
    let at = from;
    let start = true;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === COLON && !start) start = true;
      else if (code < 128 && NAME[code]! >= (start ? 3 : 2)) start = false;
      else break;
      at += 1;
    }
    const code = text.charCodeAt(at);
    if (start || code === COLON || code >= 128) throw UNUSUAL;
    this.#at = at;
    return text.slice(from, at);
  }

  #tagName(): Name {
    const last = this.#last ?? this.#start;
    const found = this.#expected(last.next) ?? this.#split(this.#name());
    last.next = found;
    this.#last = found;
    return found;
  }

  /** Mostly a name is the one that came there last: then it need be neither cut out nor looked up. */
  #expected(name: Name | undefined): Name | undefined {
    if (!name || !this.#text.startsWith(name.written, this.#at)) return undefined;
    const end = this.#at + name.written.length;
    const code = this.#text.charCodeAt(end);
    if (code !== EQUALS && code !== GREATER && code !== SLASH && !isSpace(code)) return undefined;
    this.#at = end;
    return name;
  }

  #split(written: string): Name {
    const known = this.#names.get(written);
    if (known) return known;
    const colon = written.indexOf(':');
    const made = {
      written,
      prefix: written.slice(0, Math.max(0, colon)),
      local: written.slice(colon + 1),
      next: undefined,
      attribute: undefined,
    };
    if (made.local.includes(':')) throw UNUSUAL;
    if (this.#names.size < MOST_NAMES) this.#names.set(written, made);
    return made;
  }

  /** Its namespace is not known before all declarations are. */
  #attribute({ written: name, prefix, local }: Name): SaxesAttributeNS {
    this.#skipSpace();
    if (this.#text.charCodeAt(this.#at) !== EQUALS) throw UNUSUAL;
    this.#at += 1;
    this.#skipSpace();
    const value = this.#value();
    return { name, prefix, local, value, uri: '' };
  }

  #value(): string {
    const text = this.#text;
    const quote = text.charCodeAt(this.#at);
    if (quote !== QUOTE && quote !== APOSTROPHE) throw UNUSUAL;
    const from = this.#at + 1;
    let plain = true;
    let at = from;
    for (; ; at += 1) {
      const code = text.charCodeAt(at);
      if (code === quote) break;
      if (code === LESS || Number.isNaN(code)) throw UNUSUAL;
      if (code === AMPERSAND || code === TAB || code === LINE_FEED) plain = false;
    }
    this.#at = at + 1;
    const written = text.slice(from, at);
    return plain ? written : (resolveReferences(written.replace(/[\t\n]/g, ' ')) ?? unusual());
  }

  #resolved(attributes: readonly SaxesAttributeNS[]): Record<string, SaxesAttributeNS> {
    const byName: Record<string, SaxesAttributeNS> = Object.create(null);
    const seen = attributes.length > 1 ? new Set<string>() : undefined;
    for (const attribute of attributes) {
      const { prefix, name, local } = attribute;
      const uri = prefix === '' ? (name === 'xmlns' ? XMLNS : '') : this.resolve(prefix);
      if (uri === undefined || (prefix !== '' && uri === '')) throw UNUSUAL;
      const full = prefix === '' ? name : `{${uri}}${local}`;
      if (seen?.has(full)) throw UNUSUAL;
      seen?.add(full);
      attribute.uri = uri;
      byName[name] = attribute;
    }
    return byName;
  }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
