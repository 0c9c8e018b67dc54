/** Writes the document of a JSON Schema as XML, in the order of the schema; namespaces are declared where they begin. */
import { busError } from '../../errors/bus-error.ts';
import { escapeAttribute, escapeText, holdsForbidden } from '../xml/escape.ts';
import { XSI } from '../xml/namespaces.ts';
import type { Member, XmlElement, XmlValue } from './binding.ts';

const MAX_DEPTH = 256;
const NAME = /^[\p{L}_][\p{L}\p{N}_.-]*$/u;
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Prefix to namespace; the default one under ''. */
type Scope = ReadonlyMap<string, string>;

/** Throws BusError DOCUMENT_NOT_WRITABLE. */
export function writeJsonXml(type: string, root: XmlElement, document: unknown): Uint8Array {
  const refuse = (path: string, reason: string): never => {
    throw busError('DOCUMENT_NOT_WRITABLE', { type, path: path === '' ? '/' : path, reason });
  };
  if (document === undefined) refuse('', 'is missing');
  return Buffer.from(DECLARATION + new Writer(refuse).element(root, document, new Map(), '', 0));
}

class Writer {
  readonly #refuse: (path: string, reason: string) => never;

  constructor(refuse: (path: string, reason: string) => never) {
    this.#refuse = refuse;
  }

  element(of: XmlElement, value: unknown, around: Scope, path: string, depth: number): string {
    if (depth > MAX_DEPTH) this.#refuse(path, 'is nested too deep');
    const scope = new Map(around);
    const name = named(of, scope);
    let attributes = '';
    let content = '';
    if (value === null || value === undefined) {
      scope.set('xsi', XSI);
      attributes = ' xsi:nil="true"';
    } else [attributes, content] = this.#content(of.value, value, scope, path, depth);
    const declared = [...scope].filter(
      ([prefix, uri]) => around.get(prefix) !== uri && !(prefix === '' && uri === '' && !around.get('')),
    );
    const namespaces = declared.map(
      ([prefix, uri]) => ` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${escapeAttribute(uri)}"`,
    );
    const head = `<${name}${namespaces.join('')}${attributes}`;
    return content === '' ? `${head}/>` : `${head}>${content}</${name}>`;
  }

  #content(value: XmlValue, given: unknown, scope: Map<string, string>, path: string, depth: number): [string, string] {
    if (value.kind === 'any') return this.#anything(given, scope, path, depth);
    if (value.kind === 'scalar') return ['', escapeText(this.#text(given, path))];
    if (value.kind === 'list') {
      const items = Array.isArray(given) ? given : this.#refuse(path, 'must be a list');
      const item = value.item();
      return ['', items.map((each, index) => this.element(item, each, scope, `${path}/${index}`, depth + 1)).join('')];
    }
    return isObject(given) ? this.#members(value, given, scope, path, depth) : this.#refuse(path, 'must be an object');
  }

  #members(
    { members }: Extract<XmlValue, { kind: 'object' }>,
    given: Readonly<Record<string, unknown>>,
    scope: Map<string, string>,
    path: string,
    depth: number,
  ): [string, string] {
    const { all } = members();
    const there = all.filter(({ key }) => Object.hasOwn(given, key) && given[key] !== undefined);
    const attributes = there
      .filter(({ place, key }) => place === 'attribute' && given[key] !== null)
      .map((each) => this.#attribute(each, given[each.key], scope, `${path}/${each.key}`));
    const known = new Set(all.map(({ key }) => key));
    const others = Object.entries(given).filter(([key, value]) => !known.has(key) && value !== undefined);
    const content = [
      ...there.map((each) => this.#member(each, given[each.key], scope, `${path}/${each.key}`, depth)),
      ...others.map(([key, value]) => this.#other(key, value, scope, `${path}/${key}`, depth)),
    ];
    return [attributes.join(''), content.join('')];
  }

  #member(member: Member, value: unknown, scope: Scope, path: string, depth: number): string {
    if (member.place === 'attribute') return '';
    if (member.place === 'text') return value === null ? '' : escapeText(this.#text(value, path));
    if (!member.repeats) return this.element(member, value, scope, path, depth + 1);
    const items = Array.isArray(value) ? value : this.#refuse(path, 'must be a list');
    return items.map((item, index) => this.element(member, item, scope, `${path}/${index}`, depth + 1)).join('');
  }

  #attribute(member: Member, value: unknown, scope: Map<string, string>, path: string): string {
    return ` ${named(member, scope, 'attribute')}="${escapeAttribute(this.#text(value, path))}"`;
  }

  /** What the schema says nothing of, in the namespace that holds there. */
  #other(key: string, value: unknown, scope: Scope, path: string, depth: number): string {
    if (!NAME.test(key) || key === '__proto__') this.#refuse(path, 'is not a name in XML');
    const of: XmlElement = { local: key, uri: scope.get('') ?? '', prefix: undefined, value: { kind: 'any' } };
    const values = Array.isArray(value) ? value : [value];
    return values.map((each) => this.element(of, each, scope, path, depth + 1)).join('');
  }

  #anything(given: unknown, scope: Scope, path: string, depth: number): [string, string] {
    if (!isObject(given)) return ['', escapeText(this.#text(given, path))];
    const attributes: string[] = [];
    const content: string[] = [];
    for (const [key, value] of Object.entries(given)) {
      const at = `${path}/${key}`;
      if (key === 'text') content.push(escapeText(this.#text(value, at)));
      else if (!key.startsWith('@')) content.push(this.#other(key, value, scope, at, depth));
      else if (NAME.test(key.slice(1))) attributes.push(` ${key.slice(1)}="${escapeAttribute(this.#text(value, at))}"`);
      else this.#refuse(at, 'is not a name in XML');
    }
    return [attributes.join(''), content.join('')];
  }

  #text(value: unknown, path: string): string {
    if (typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol')
      return this.#refuse(path, 'must be a single value');
    if (typeof value === 'number' && !Number.isFinite(value)) this.#refuse(path, `is ${value}, which JSON has not`);
    const text = String(value);
    return holdsForbidden(text) ? this.#refuse(path, 'holds a character that XML does not allow') : text;
  }
}

/** The name with its prefix, which from here on is in scope. */
function named({ uri, local, prefix }: XmlElement, scope: Map<string, string>, part?: 'attribute'): string {
  if (uri === '' || (prefix === undefined && part !== 'attribute')) {
    if (part !== 'attribute' && prefix === undefined) scope.set('', uri);
    return local;
  }
  let own = prefix ?? 'ns';
  while ((scope.get(own) ?? uri) !== uri) own += '_';
  scope.set(own, uri);
  return `${own}:${local}`;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
