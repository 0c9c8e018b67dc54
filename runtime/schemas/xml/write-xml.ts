/**
 * Writes a logical document as XML by the model of its root element: in schema order whatever the order of its keys, and where it came
 * from XML as it came; prefixes declared once at the root. What has no place in the schema is an error, never left out.
 */
import { busError } from '../../errors/bus-error.ts';
import { nearest } from '../../errors/nearest.ts';
import { type AsWritten, asWritten, type Spelling } from './as-written.ts';
import { escapeAttribute, escapeText, holdsForbidden } from './escape.ts';
import { followParticle } from './follow-particle.ts';
import { isWellFormed } from './is-well-formed.ts';
import { Names } from './names.ts';
import { XSI } from './namespaces.ts';
import { reachableNamespaces } from './reachable-namespaces.ts';
import type { AttributeModel, ComplexModel, ElementModel, Shape, SimpleModel } from './xsd/model.ts';
import type { Prefixes } from './xsd/prefixes.ts';

export interface XmlWriterOptions {
  readonly type: string;
  readonly root: ElementModel;
  readonly prefixes: Prefixes;
}

const MAX_DEPTH = 256;

export function createXmlWriter(options: XmlWriterOptions): (document: unknown) => Uint8Array {
  const reachable = reachableNamespaces(options.root);
  return (document) => {
    const came = isObject(document) ? asWritten(document)?.prefixes : undefined;
    const naming = { prefixes: options.prefixes, came, reachable };
    const writer = new Writer(options, new Names(naming, !reachable.has('')));
    const text = writer.write(document);
    return Buffer.from(writer.mistaken ? new Writer(options, new Names(naming, false)).write(document) : text);
  };
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** XML of wildcards and mixed content in which an element has no prefix and says nothing of its namespace. */
const WITHOUT_NAMESPACE = /<[\p{L}_][^\s:/>]*(?=[\s/>])/u;

type Values = Readonly<Record<string, unknown>>;

class Writer {
  readonly #options: XmlWriterOptions;
  readonly #names: Names;
  readonly #path: (string | number)[] = [];
  /** The default namespace of the root would be taken for that of an element which has none. */
  mistaken = false;
  #out = '';

  constructor(options: XmlWriterOptions, names: Names) {
    this.#options = options;
    this.#names = names;
  }

  write(document: unknown): string {
    const { root } = this.#options;
    if (document === undefined || (document === null && !root.nillable)) this.#refuse('is missing');
    this.#element(root, document);
    const start = this.#names.element(root.uri, root.local).length + 1;
    const body = this.#out.slice(0, start) + this.#names.declarations() + this.#out.slice(start);
    return `<?xml version="1.0" encoding="UTF-8"?>\n${body}`;
  }

  #element(element: ElementModel, value: unknown, spelling?: Spelling): void {
    const { type } = element;
    if (value === null) this.#nil(element, this.#instanceType(spelling?.type), spelling?.nil);
    else if (value === undefined) return;
    else if (type.kind === 'complex') this.#complex(element, type, value, spelling);
    else {
      const tag = this.#names.element(element.uri, element.local);
      this.#out += `<${tag}${this.#instance(spelling)}`;
      this.#content(tag, escapeText(spelling?.text ?? this.#text(type, value)));
    }
  }

  #instance({ type, nil }: Partial<Spelling> = {}): string {
    return this.#instanceType(type) + (nil === undefined ? '' : this.#instanceAttribute('nil', nil));
  }

  #instanceAttribute(name: string, value: string): string {
    return ` ${this.#names.attribute(XSI, name)}="${escapeAttribute(value)}"`;
  }

  #instanceType(name: string | undefined): string {
    return name === undefined ? '' : this.#instanceAttribute('type', this.#qualify(name));
  }

  /** A value that is null where the schema knows no nil is absent. */
  #nil({ uri, local, nillable }: ElementModel, attributes: string, spelled = 'true'): void {
    if (!nillable) return;
    const nil = this.#instanceAttribute('nil', /^\s*(true|1)\s*$/.test(spelled) ? spelled : 'true');
    this.#out += `<${this.#names.element(uri, local)}${attributes}${nil}/>`;
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
    return this.#names.element(name.slice(1, close), name.slice(close + 1));
  };

  #complex(element: ElementModel, declared: ComplexModel, value: unknown, spelling: Spelling | undefined): void {
    if (this.#path.length > MAX_DEPTH) this.#refuse('is nested too deep');
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      this.#bare(element, declared, value, spelling);
    else this.#object(element, declared, value as Values);
  }

  #object(element: ElementModel, declared: ComplexModel, values: Values): void {
    const written = asWritten(values);
    const type = this.#narrowed(declared, values);
    const attributes = this.#attributes(type, values, type !== declared);
    if (own(values, 'xsi:nil') === true) {
      this.#nil(element, attributes, written?.nil);
      return;
    }
    const notNil = written?.nil === undefined ? '' : this.#instanceAttribute('nil', written.nil);
    const tag = this.#names.element(element.uri, element.local);
    this.#out += `<${tag}${attributes}${notNil}`;
    if (type.content === 'elements') this.#elements(tag, type, values);
    else {
      const text = own(values, 'text');
      this.#content(tag, this.#inside(type, text, written?.spelling('text', 0, text)));
    }
  }

  #elements(tag: string, type: ComplexModel, values: Values): void {
    const start = this.#out.length;
    this.#out += '>';
    const written = asWritten(values);
    if (written?.order && inOrderOf(written.order, type, values)) this.#asItCame(written.order, type, values, written);
    else if (type.shape.flat) this.#inOrder(type, values, written);
    else this.#following(type, values);
    if (this.#out.length === start + 1) this.#out = `${this.#out.slice(0, start)}/>`;
    else this.#out += `</${tag}>`;
  }

  /** A plain value is the text of simple or mixed content. */
  #bare({ uri, local }: ElementModel, type: ComplexModel, value: unknown, spelling: Spelling | undefined): void {
    const tag = this.#names.element(uri, local);
    const fits = !Array.isArray(value) || type.text?.logical.kind === 'list';
    if (type.content === 'elements' || !fits) this.#refuse(`must be an object, not ${describe(value)}`);
    this.#out += `<${tag}${this.#instance(spelling)}${this.#attributes(type, {}, false)}`;
    this.#content(tag, this.#inside(type, value, spelling));
  }

  #inside(type: ComplexModel, value: unknown, spelling: Spelling | undefined): string {
    if (value === undefined || value === null) return '';
    if (type.text) return escapeText(spelling?.text ?? this.#text(type.text, value));
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return this.#xml(value);
  }

  #xml(value: unknown): string {
    if (typeof value !== 'string') return this.#refuse(`must be text that holds XML, not ${describe(value)}`);
    if (this.#names.hasDefault && WITHOUT_NAMESPACE.test(value) && !/\sxmlns=/.test(value)) this.mistaken = true;
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
    const written = asWritten(values);
    const named = type.anything ? own(values, 'xsi:type') : undefined;
    let text = this.#instanceType(narrowed ? type.name : named === undefined ? written?.type : String(named));
    for (const [name, value] of written?.locations ?? []) text += this.#instanceAttribute(name, value);
    for (const attribute of type.attributes) {
      const value = own(values, attribute.key);
      text += this.#attribute(attribute, value, written?.spelling(attribute.key, 0, value));
    }
    for (const key of Object.keys(values)) {
      if (type.shape.keys.has(key) || values[key] === undefined) continue;
      if (!type.anyAttribute && !type.anything) this.#unknown(key, type);
      text += this.#anyAttribute(key, values[key]);
    }
    return text;
  }

  #attribute(
    { uri, local, key, type, required, fixed }: AttributeModel,
    value: unknown,
    spelling: Spelling | undefined,
  ): string {
    const given = value ?? (required ? fixed : undefined);
    if (given === undefined) return '';
    this.#path.push(key);
    const tag = this.#names.attribute(uri, local);
    const text = ` ${tag}="${escapeAttribute(spelling?.text ?? this.#text(type, given))}"`;
    this.#path.pop();
    return text;
  }

  #anyAttribute(key: string, value: unknown): string {
    this.#path.push(key);
    if (!/^(\{[^{}]*\})?[\p{L}_][\p{L}\p{N}_.-]*$/u.test(key)) this.#refuse('is not the name of an attribute');
    if (typeof value === 'object' && value !== null) this.#refuse(`must be a single value, not ${describe(value)}`);
    if (holdsForbidden(String(value))) this.#refuse('holds a character that XML does not allow');
    this.#path.pop();
    const [, uri = '', local = key] = /^\{([^{}]*)\}(.*)$/.exec(key) ?? [];
    return ` ${this.#names.attribute(uri, local)}="${escapeAttribute(String(value))}"`;
  }

  #unknown(key: string, { shape }: ComplexModel): never {
    const near = nearest(key, shape.keys);
    this.#path.push(key);
    return this.#refuse(`is not in the schema${near === undefined ? '' : `, did you mean ${near}?`}`);
  }

  #inOrder({ shape }: ComplexModel, values: Values, written: AsWritten | undefined): void {
    for (const { key, list, element } of shape.children) {
      const value = own(values, key);
      if (value === undefined) continue;
      this.#path.push(key);
      if (list && Array.isArray(value)) this.#each(element, key, value, written);
      else this.#element(element, value, written?.spelling(key, 0, value));
      this.#path.pop();
    }
  }

  #each(element: ElementModel, key: string, values: readonly unknown[], written: AsWritten | undefined): void {
    for (let index = 0; index < values.length; index += 1) {
      this.#path.push(index);
      this.#element(element, values[index], written?.spelling(key, index, values[index]));
      this.#path.pop();
    }
  }

  #asItCame(order: readonly string[], { shape }: ComplexModel, values: Values, written: AsWritten): void {
    const slots = new Map(slotsOf(shape).map((slot) => [slot.key, slot]));
    const next = new Map<string, number>();
    for (const key of order) {
      const all = own(values, key);
      const index = next.get(key) ?? 0;
      next.set(key, index + 1);
      const slot = slots.get(key)!;
      const value: unknown = slot.list && Array.isArray(all) ? all[index] : all;
      this.#path.push(key, index);
      if (slot.element) this.#element(slot.element, value, written.spelling(key, index, value));
      else this.#out += this.#xml(value);
      this.#path.pop();
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

interface Slot {
  readonly key: string;
  readonly list: boolean;
  /** Undefined for the XML of a wildcard. */
  readonly element?: ElementModel;
}

const slotsOf = ({ children, wildcard }: Shape): readonly Slot[] => [...children, ...(wildcard ? [wildcard] : [])];

/** Whether the values are still those that came in this order: as many of each. */
function inOrderOf(order: readonly string[], { shape }: ComplexModel, values: Values): boolean {
  const counts = new Map<string, number>();
  for (const key of order) counts.set(key, (counts.get(key) ?? 0) + 1);
  return slotsOf(shape).every(({ key, list }) => {
    const value = own(values, key);
    const count = list && Array.isArray(value) ? value.length : value === undefined ? 0 : 1;
    return count === (counts.get(key) ?? 0);
  });
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
