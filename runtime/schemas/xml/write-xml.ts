/**
 * Writes a logical document as XML by the model of its root element: in schema order whatever the order of its keys,
 * prefixes declared once at the root. What has no place in the schema is an error, never left out.
 */
import { busError } from '../../errors/bus-error.ts';
import { nearest } from '../../errors/nearest.ts';
import { escapeAttribute, escapeText, holdsForbidden } from './escape.ts';
import { followParticle } from './follow-particle.ts';
import { isWellFormed } from './is-well-formed.ts';
import { XML, XSI } from './namespaces.ts';
import { reachableNamespaces } from './reachable-namespaces.ts';
import type { AttributeModel, ComplexModel, ElementModel, SimpleModel } from './xsd/model.ts';
import type { Prefixes } from './xsd/prefixes.ts';

export interface XmlWriterOptions {
  readonly type: string;
  readonly root: ElementModel;
  readonly prefixes: Prefixes;
}

const MAX_DEPTH = 256;

export function createXmlWriter(options: XmlWriterOptions): (document: unknown) => Uint8Array {
  const namespaces = reachableNamespaces(options.root);
  return (document) => Buffer.from(new Writer(options, namespaces).write(document));
}

type Values = Readonly<Record<string, unknown>>;

class Writer {
  readonly #options: XmlWriterOptions;
  readonly #namespaces: Set<string>;
  readonly #path: (string | number)[] = [];
  #out = '';

  constructor(options: XmlWriterOptions, namespaces: ReadonlySet<string>) {
    this.#options = options;
    this.#namespaces = new Set(namespaces);
  }

  write(document: unknown): string {
    const { root, prefixes } = this.#options;
    if (document === undefined || (document === null && !root.nillable)) this.#refuse('is missing');
    this.#element(root, document);
    const declarations = [...this.#namespaces]
      .filter((uri) => uri !== XML)
      .map((uri) => ` xmlns:${prefixes.prefixOf(uri)}="${escapeAttribute(uri)}"`);
    const start = root.tag.length + 1;
    const body = this.#out.slice(0, start) + declarations.join('') + this.#out.slice(start);
    return `<?xml version="1.0" encoding="UTF-8"?>\n${body}`;
  }

  #element(element: ElementModel, value: unknown): void {
    const { type, tag } = element;
    if (value === null) this.#nil(element, '');
    else if (value === undefined) return;
    else if (type.kind === 'complex') this.#complex(element, type, value);
    else {
      this.#out += `<${tag}`;
      this.#content(tag, escapeText(this.#text(type, value)));
    }
  }

  /** A value that is null where the schema knows no nil is absent. */
  #nil({ tag, nillable }: ElementModel, attributes: string): void {
    if (!nillable) return;
    this.#namespaces.add(XSI);
    this.#out += `<${tag}${attributes} xsi:nil="true"/>`;
  }

  #content(tag: string, content: string): void {
    this.#out += content === '' ? '/>' : `>${content}</${tag}>`;
  }

  #text(type: SimpleModel, value: unknown): string {
    const text = type.write(value, this.#qualify);
    if (text === undefined) return this.#refuse(`must be ${article(type.logical.kind)}, not ${describe(value)}`);
    return holdsForbidden(text) ? this.#refuse('holds a character that XML does not allow') : text;
  }

  readonly #qualify = (name: string): string => {
    const close = name.indexOf('}');
    if (!name.startsWith('{') || close === -1) return name;
    const uri = name.slice(1, close);
    this.#namespaces.add(uri);
    return this.#options.prefixes.tag(uri, name.slice(close + 1));
  };

  #complex(element: ElementModel, declared: ComplexModel, value: unknown): void {
    if (this.#path.length > MAX_DEPTH) this.#refuse('is nested too deep');
    if (typeof value !== 'object' || value === null || Array.isArray(value)) this.#bare(element, declared, value);
    else this.#object(element, declared, value as Values);
  }

  #object(element: ElementModel, declared: ComplexModel, values: Values): void {
    const type = this.#narrowed(declared, values);
    const attributes = this.#attributes(type, values, type !== declared);
    if (own(values, 'xsi:nil') === true) {
      this.#nil(element, attributes);
      return;
    }
    this.#out += `<${element.tag}${attributes}`;
    if (type.content === 'elements') this.#elements(element.tag, type, values);
    else this.#content(element.tag, this.#inside(type, own(values, 'text')));
  }

  #elements(tag: string, type: ComplexModel, values: Values): void {
    const start = this.#out.length;
    this.#out += '>';
    if (type.shape.flat) this.#inOrder(type, values);
    else this.#following(type, values);
    if (this.#out.length === start + 1) this.#out = `${this.#out.slice(0, start)}/>`;
    else this.#out += `</${tag}>`;
  }

  /** A plain value is the text of simple or mixed content. */
  #bare({ tag }: ElementModel, type: ComplexModel, value: unknown): void {
    if (type.content === 'elements' || Array.isArray(value)) this.#refuse(`must be an object, not ${describe(value)}`);
    this.#out += `<${tag}${this.#attributes(type, {}, false)}`;
    this.#content(tag, this.#inside(type, value));
  }

  #inside(type: ComplexModel, value: unknown): string {
    if (value === undefined || value === null) return '';
    if (type.text) return escapeText(this.#text(type.text, value));
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return this.#xml(value);
  }

  #xml(value: unknown): string {
    if (typeof value !== 'string') return this.#refuse(`must be text that holds XML, not ${describe(value)}`);
    return isWellFormed(value) ? value : this.#refuse('holds text that is not well-formed XML');
  }

  #narrowed(declared: ComplexModel, values: Values): ComplexModel {
    const name = own(values, 'xsi:type');
    if (name === undefined || declared.anything || name === declared.local || name === declared.name) return declared;
    const derived = [...declared.derived.values()];
    const found = derived.find((type) => type.local === name || type.name === name);
    if (found) return found;
    return this.#refuse(`has the xsi:type ${String(name)}; expected ${derived.map((type) => type.local).join(', ')}`);
  }

  #attributes(type: ComplexModel, values: Values, narrowed: boolean): string {
    let text = '';
    if (narrowed || (type.anything && own(values, 'xsi:type') !== undefined)) {
      this.#namespaces.add(XSI);
      text += ` xsi:type="${escapeAttribute(this.#qualify(narrowed ? type.name! : String(own(values, 'xsi:type'))))}"`;
    }
    for (const attribute of type.attributes) text += this.#attribute(attribute, own(values, attribute.key));
    for (const key of Object.keys(values)) {
      if (type.shape.keys.has(key) || values[key] === undefined) continue;
      if (!type.anyAttribute && !type.anything) this.#unknown(key, type);
      text += this.#anyAttribute(key, values[key]);
    }
    return text;
  }

  #attribute({ tag, key, type, required, fixed }: AttributeModel, value: unknown): string {
    const given = value ?? (required ? fixed : undefined);
    if (given === undefined) return '';
    this.#path.push(key);
    const text = ` ${tag}="${escapeAttribute(this.#text(type, given))}"`;
    this.#path.pop();
    return text;
  }

  #anyAttribute(key: string, value: unknown): string {
    this.#path.push(key);
    if (!/^(\{[^{}]*\})?[\p{L}_][\p{L}\p{N}_.-]*$/u.test(key)) this.#refuse('is not the name of an attribute');
    if (typeof value === 'object' && value !== null) this.#refuse(`must be a single value, not ${describe(value)}`);
    if (holdsForbidden(String(value))) this.#refuse('holds a character that XML does not allow');
    this.#path.pop();
    return ` ${this.#qualify(key)}="${escapeAttribute(String(value))}"`;
  }

  #unknown(key: string, { shape }: ComplexModel): never {
    const near = nearest(key, shape.keys);
    this.#path.push(key);
    return this.#refuse(`is not in the schema${near === undefined ? '' : `, did you mean ${near}?`}`);
  }

  #inOrder({ shape }: ComplexModel, values: Values): void {
    for (const { key, list, element } of shape.children) {
      const value = own(values, key);
      if (value === undefined) continue;
      this.#path.push(key);
      if (list && Array.isArray(value)) this.#each(element, value);
      else this.#element(element, value);
      this.#path.pop();
    }
  }

  #each(element: ElementModel, values: readonly unknown[]): void {
    for (let index = 0; index < values.length; index += 1) {
      this.#path.push(index);
      this.#element(element, values[index]);
      this.#path.pop();
    }
  }

  #following({ shape, particle }: ComplexModel, values: Values): void {
    const { placed, left } = followParticle(particle!, shape, (key) => own(values, key));
    for (const { element, key, value } of placed) {
      this.#path.push(key);
      if (element) this.#element(element, value);
      else this.#out += this.#xml(value);
      this.#path.pop();
    }
    if (left.length === 0) return;
    this.#path.push(left[0]!);
    this.#refuse('has more than the schema has places for, or stands beside what excludes it');
  }

  #refuse(reason: string): never {
    const path = `/${this.#path.join('/')}`;
    throw busError('DOCUMENT_NOT_WRITABLE', { type: this.#options.type, path, reason });
  }
}

/** Names such as `constructor` are no fields unless the document has them itself. */
function own(values: Values, key: string): unknown {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}

const article = (kind: string) => (/^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`);

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  const text = String(value);
  return `"${text.length > 40 ? `${text.slice(0, 40)}...` : text}"`;
}
