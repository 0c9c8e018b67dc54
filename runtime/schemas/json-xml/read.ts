/** Reads XML into the document of a JSON Schema. What does not fit its type stays text, which validation tells. */
import { busError } from '../../errors/bus-error.ts';
import type { ErrorCode } from '../../errors/catalog.ts';
import { expandedName, rootName, XMLNS, XSI } from '../xml/namespaces.ts';
import { createXmlParser, type Place, type SaxesTagNS } from '../xml/xml-parser.ts';
import type { Member, Members, XmlElement, XmlValue } from './binding.ts';

interface Frame {
  readonly name: string;
  readonly value: XmlValue;
  readonly put: (value: unknown) => void;
  readonly fields: Record<string, unknown>;
  readonly items: unknown[];
  text: string;
  nil: boolean;
}

const ANY: XmlValue = { kind: 'any' };

/** Text to document. Throws BusError kind `message`. */
export function readJsonXml(type: string, root: XmlElement, text: string): unknown {
  const reader = new Reader(type, root);
  const parser = createXmlParser(
    {
      open: (tag) => reader.open(tag),
      close: () => reader.close(),
      characters: (characters) => reader.characters(characters),
    },
    true,
  );
  reader.place = parser.place;
  parser.parse(text);
  return reader.document;
}

class Reader {
  place: () => Place = () => ({ line: 1, column: 1 });
  document: unknown;
  readonly #type: string;
  readonly #root: XmlElement;
  readonly #frames: Frame[] = [];

  constructor(type: string, root: XmlElement) {
    this.#type = type;
    this.#root = root;
  }

  open(tag: SaxesTagNS): void {
    const parent = this.#frames.at(-1);
    if (parent) this.#openIn(parent, tag);
    else this.#openRoot(tag);
    this.#attributes(this.#frames.at(-1)!, tag);
  }

  #openRoot(tag: SaxesTagNS): void {
    const { uri, local, value } = this.#root;
    if (tag.uri !== uri || tag.local !== local) {
      const values = { found: rootName(tag.uri, tag.local), expected: rootName(uri, local) };
      throw busError('XML_WRONG_ROOT', { type: this.#type, ...values });
    }
    this.#push(tag, value, (document) => {
      this.document = document;
    });
  }

  #openIn(parent: Frame, tag: SaxesTagNS): void {
    const { value } = parent;
    if (value.kind === 'scalar') this.#unexpected(`element ${tag.name}`, 'text only');
    else if (value.kind === 'list') this.#openItem(parent, value.item(), tag);
    else if (value.kind === 'any') this.#push(tag, ANY, (inner) => gather(parent.fields, tag.local, inner));
    else this.#openMember(parent, value.members(), tag);
  }

  #openItem({ items }: Frame, item: XmlElement, tag: SaxesTagNS): void {
    if (tag.local !== item.local || tag.uri !== item.uri)
      this.#unexpected(`element ${expandedName(tag.uri, tag.local)}`, expandedName(item.uri, item.local));
    this.#push(tag, item.value, (value) => void items.push(value));
  }

  /** What the schema does not name is told by validation, unless it has the name of something else. */
  #openMember({ fields }: Frame, { all, elements }: Members, tag: SaxesTagNS): void {
    const member = elements.get(expandedName(tag.uri, tag.local));
    if (!member) {
      const near = all.find(({ local, key }) => local === tag.local || key === tag.local);
      if (near) this.#unexpected(`element ${expandedName(tag.uri, tag.local)}`, expectedOf(near));
      this.#push(tag, ANY, (value) => gather(fields, tag.local, value));
      return;
    }
    const { key, repeats } = member;
    if (repeats) {
      if (!Object.hasOwn(fields, key)) fields[key] = [];
      this.#push(tag, member.value, (value) => void (fields[key] as unknown[]).push(value));
      return;
    }
    if (Object.hasOwn(fields, key)) this.#fail('XML_REPEATED', { name: tag.name });
    fields[key] = undefined; // Keeps its place, and tells of a second one.
    this.#push(tag, member.value, (value) => {
      fields[key] = value;
    });
  }

  #push(tag: SaxesTagNS, value: XmlValue, put: (value: unknown) => void): void {
    if (tag.local === '__proto__') throw busError('KEY_FORBIDDEN', { key: tag.local });
    this.#frames.push({ name: tag.name, value, put, fields: {}, items: [], text: '', nil: false });
  }

  #attributes(frame: Frame, tag: SaxesTagNS): void {
    for (const { uri, local, value, name } of Object.values(tag.attributes)) {
      if (uri === XMLNS || name === 'xmlns') continue;
      if (uri === XSI) {
        frame.nil ||= local === 'nil' && /^\s*(true|1)\s*$/.test(value);
        continue;
      }
      const { value: of } = frame;
      const member = of.kind === 'object' ? of.members().attributes.get(expandedName(uri, local)) : undefined;
      if (member) frame.fields[member.key] = scalar(member.value, value);
      else if (of.kind === 'any') frame.fields[`@${name}`] = value;
      else this.#unexpected(`attribute ${name}`, attributesOf(of));
    }
  }

  characters(text: string): void {
    const frame = this.#frames.at(-1);
    if (!frame) return;
    const { value } = frame;
    const holds = value.kind === 'any' || value.kind === 'scalar' || (value.kind === 'object' && value.members().text);
    if (holds) frame.text += text;
    else if (/[^ \t\r\n]/.test(text)) this.#unexpected('text', 'elements only');
  }

  close(): void {
    const frame = this.#frames.pop()!;
    frame.put(frame.nil ? null : contentOf(frame));
  }

  #unexpected(what: string, expected: string): never {
    return this.#fail('XML_UNEXPECTED', { what, expected });
  }

  #fail(code: ErrorCode, values: Readonly<Record<string, string>>): never {
    const parent = this.#frames.at(-1)?.name ?? '';
    throw busError(code, { type: this.#type, parent, ...this.place(), ...values });
  }
}

const expectedOf = ({ place, uri, local }: Member) =>
  place === 'text' ? 'text' : `${place} ${expandedName(uri, local)}`;

function attributesOf(value: XmlValue): string {
  const names = value.kind === 'object' ? [...value.members().attributes.keys()] : [];
  return names.length === 0 ? 'no attributes' : names.join(', ');
}

function contentOf({ value, fields, items, text }: Frame): unknown {
  if (value.kind === 'scalar') return scalar(value, text);
  if (value.kind === 'list') return items;
  const member = value.kind === 'object' ? value.members().text : undefined;
  if (member && (text.trim() !== '' || isText(member.value)))
    return { ...fields, [member.key]: scalar(member.value, text) };
  if (value.kind === 'object') return fields;
  if (Object.keys(fields).length === 0) return text;
  return text.trim() === '' ? fields : { ...fields, text: text.trim() };
}

const isText = (value: XmlValue) => value.kind === 'scalar' && value.type === 'string';

/** Occurs once: a value; more often: a list. */
function gather(fields: Record<string, unknown>, key: string, value: unknown): void {
  if (!Object.hasOwn(fields, key)) fields[key] = value;
  else if (Array.isArray(fields[key])) (fields[key] as unknown[]).push(value);
  else fields[key] = [fields[key], value];
}

/** Numbers as XML Schema writes them; digits that a number would lose stay text. */
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

function scalar(value: XmlValue, text: string): unknown {
  if (value.kind !== 'scalar' || value.type === 'string') return text;
  const bare = text.trim();
  if (value.type === 'null') return bare === '' ? null : text;
  if (value.type === 'boolean') return /^(true|1)$/.test(bare) ? true : /^(false|0)$/.test(bare) ? false : text;
  if (!NUMBER.test(bare)) return text;
  const number = Number(bare);
  return Number.isFinite(number) && digits(bare) === digits(String(number)) ? number : text;
}

const digits = (literal: string) =>
  literal
    .replace(/[eE].*$/, '')
    .replace(/[-+.]/g, '')
    .replace(/^0+|0+$/g, '');
