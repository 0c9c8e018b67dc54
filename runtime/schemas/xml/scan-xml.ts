/**
 * Scans the XML that most documents are made of (ASCII names, the five entities, no document type declaration) several times as fast as
 * the parser proper, with the same events. Whatever is unusual or wrong it gives up on with an error that says nothing: then the
 * parser proper decides. It takes nothing that the parser would refuse; a test holds both against each other.
 */
import { XML, XMLNS } from './namespaces.ts';
import { MAX_DEPTH, type SaxesAttributeNS, type SaxesTagNS, type XmlHandlers } from './xml-parser.ts';

type Declarations = Record<string, string>;

interface Open {
  readonly tag: SaxesTagNS;
  readonly outer: Open | undefined;
}

interface Name {
  readonly prefix: string;
  readonly local: string;
}

const UNUSUAL = new Error('Not for the scanner.');
/** What no XML document holds, but for half surrogate pairs. Source: XML 1.0, 2.2. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;
const DECLARATION =
  /<\?xml[ \t\n]+version=(["'])1\.0\1(?:[ \t\n]+encoding=(["'])[A-Za-z][A-Za-z0-9._-]*\2)?(?:[ \t\n]+standalone=(["'])(?:yes|no)\3)?[ \t\n]*\?>/y;
const INSTRUCTION = /<\?(?!xml[ \t\n?])[A-Za-z_][A-Za-z0-9._-]*(?:[ \t\n][^?]*)?\?>/iy;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);
const LONGEST_ENTITY = 10;
const MOST_NAMES = 4096;
const NONE = Object.freeze(Object.create(null)) as Record<string, never>;

const [
  TAB,
  LINE_FEED,
  SPACE,
  EXCLAMATION,
  QUOTE,
  AMPERSAND,
  APOSTROPHE,
  SLASH,
  COLON,
  LESS,
  EQUALS,
  GREATER,
  QUESTION,
] = [...'\t\n !"&\'/:<=>?'].map((character) => character.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];
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
    for (let open = this.#top; open; open = open.outer) {
      const uri = open.tag.ns[prefix];
      if (uri !== undefined) return uri;
    }
    return prefix === 'xml' ? XML : prefix === 'xmlns' ? XMLNS : undefined;
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
    this.#handlers.characters(this.#hasAmpersand(from, end) ? decoded(text) : text);
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
    const written = this.#name();
    const tag = { name: written, prefix: '', local: '', uri: '', ns: NONE, attributes: NONE, isSelfClosing: false };
    let attributes: SaxesAttributeNS[] | undefined;
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
      attributes.push(this.#attribute());
    }
    this.#at += 1;
    this.#opened(tag, attributes);
  }

  #opened(tag: Writable<SaxesTagNS>, attributes: readonly SaxesAttributeNS[] | undefined): void {
    if (attributes) tag.ns = declarationsIn(attributes);
    this.#top = { tag, outer: this.#top };
    const { prefix, local } = this.#split(tag.name);
    const uri = this.resolve(prefix) ?? '';
    if (prefix === 'xmlns' || (prefix !== '' && uri === '')) throw UNUSUAL;
    tag.prefix = prefix;
    tag.local = local;
    tag.uri = uri;
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

  #split(name: string): Name {
    const known = this.#names.get(name);
    if (known) return known;
    const colon = name.indexOf(':');
    const made = { prefix: name.slice(0, Math.max(0, colon)), local: name.slice(colon + 1) };
    if (made.local.includes(':')) throw UNUSUAL;
    if (this.#names.size < MOST_NAMES) this.#names.set(name, made);
    return made;
  }

  /** Its namespace is not known before all declarations are. */
  #attribute(): SaxesAttributeNS {
    const name = this.#name();
    this.#skipSpace();
    if (this.#text.charCodeAt(this.#at) !== EQUALS) throw UNUSUAL;
    this.#at += 1;
    this.#skipSpace();
    const value = this.#value();
    const { prefix, local } = this.#split(name);
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
    return plain ? written : decoded(written.replace(/[\t\n]/g, ' '));
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

const isSpace = (code: number) => code === SPACE || code === LINE_FEED || code === TAB;

function declarationsIn(attributes: readonly SaxesAttributeNS[]): Declarations {
  let declared: Declarations | undefined;
  for (const { prefix, local, name, value } of attributes) {
    if (prefix !== 'xmlns' && name !== 'xmlns') continue;
    if (prefix === 'xmlns' && (local === 'xml' || local === 'xmlns' || value === '')) throw UNUSUAL;
    if (value === XML || value === XMLNS || value !== value.trim()) throw UNUSUAL;
    declared ??= Object.create(null) as Declarations;
    declared[prefix === 'xmlns' ? local : ''] = value;
  }
  return declared ?? NONE;
}

function decoded(text: string): string {
  let result = '';
  let from = 0;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', from)) {
    const end = text.indexOf(';', at);
    if (end < 0 || end - at > LONGEST_ENTITY) throw UNUSUAL;
    const name = text.slice(at + 1, end);
    result += text.slice(from, at) + (ENTITIES.get(name) ?? characterOf(name));
    from = end + 1;
  }
  return result + text.slice(from);
}

function characterOf(name: string): string {
  const found = /^#(?:x([0-9a-fA-F]+)|([0-9]+))$/.exec(name);
  if (!found) throw UNUSUAL;
  const code = found[1] === undefined ? Number.parseInt(found[2]!, 10) : Number.parseInt(found[1], 16);
  if (!isCharacter(code)) throw UNUSUAL;
  return String.fromCodePoint(code);
}

const isCharacter = (code: number) =>
  code === 9 ||
  code === 10 ||
  code === 13 ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff);
