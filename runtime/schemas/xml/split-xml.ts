/**
 * Splits a stream of XML into the elements at a path, such as the documents in an envelope: each as a document of its own, with the
 * namespaces that held where it stood. Only one is in memory at a time. What stands around them must be well-formed.
 */
import { busError } from '../../errors/bus-error.ts';
import { createXmlDecoder } from './decode-xml.ts';
import { Fragment } from './fragment.ts';
import { createXmlParser, type SaxesTagNS, type XmlParser } from './xml-parser.ts';

export interface XmlPlaces {
  /** Element names from the root, with `/` between: `Batch/Body/*`. A name is `local` or `{namespace}local`; `*` is any. */
  readonly records: string;
  /** Property to place: element names, the last of which may be an attribute (`@id`). */
  readonly carry: Readonly<Record<string, string>>;
}

export interface XmlRecord {
  readonly text: string;
  /** What was found of `carry` so far. */
  readonly carried: Readonly<Record<string, string>>;
}

/** Characters in a record, or without any element, at most. */
const LONGEST = 16 * 1024 * 1024;

export class XmlSplitter {
  readonly #path: readonly string[];
  readonly #carry: readonly (readonly [property: string, path: readonly string[]])[];
  readonly #decode = createXmlDecoder();
  readonly #parser: XmlParser;
  readonly #open: { readonly tag: SaxesTagNS; readonly scope: Record<string, string>; text: string }[] = [];
  readonly #carried: Record<string, string> = {};
  #record: Fragment | undefined;
  #ready: XmlRecord[] = [];
  #count = 0;
  #matched = 0;
  #silent = 0;
  #root = '';
  /** Where the last record of the piece at hand ended, as the parser counts. */
  #closedAt = -1;
  #failure: { readonly thrown: unknown } | undefined;

  constructor({ records, carry }: XmlPlaces) {
    this.#path = stepsOf(records);
    this.#carry = Object.entries(carry).map(([property, path]) => [property, stepsOf(path)]);
    this.#parser = createXmlParser(
      {
        open: (tag) => this.#opened(tag),
        close: (tag) => this.#closed(tag),
        characters: (text) => this.#characters(text),
      },
      false,
    );
  }

  /** Throws XML_SYNTAX, XML_DOCTYPE, NESTED_TOO_DEEP, RECORD_TOO_LONG, TEXT_NOT_DECODABLE; what was given before stands. */
  push(bytes: Uint8Array): XmlRecord[] {
    return this.#take(() => this.#write(this.#decode(bytes, false)));
  }

  end(): XmlRecord[] {
    return this.#take(() => {
      this.#write(this.#decode(new Uint8Array(), true));
      this.#parser.end();
      if (this.#count === 0 && this.#matched < Math.max(1, this.#path.length - 1)) throw this.#unmatched();
    });
  }

  /** An envelope without documents is none of these. */
  #unmatched() {
    const there = this.#path.slice(0, this.#matched).join('/');
    const found = there === '' ? `its root element is ${this.#root}` : `only ${there} is there`;
    return busError('INTERCHANGE_UNMATCHED', { path: this.#path.join('/'), found });
  }

  /** An error comes after the records that were whole before it. */
  #take(work: () => void): XmlRecord[] {
    if (this.#failure) throw this.#failure.thrown;
    try {
      work();
    } catch (thrown) {
      // The parser closes what a wrong end tag leaves open before it says so, and has not gone on since.
      if (this.#closedAt === this.#parser.offset()) this.#ready.pop();
      if (this.#ready.length === 0) throw thrown;
      this.#failure = { thrown };
    }
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  #write(text: string): void {
    this.#silent += text.length;
    this.#parser.write(text);
    this.#closedAt = -1;
    if (this.#silent > LONGEST) throw busError('RECORD_TOO_LONG', { record: this.#count + 1, limit: LONGEST });
  }

  #opened(tag: SaxesTagNS): void {
    this.#silent = 0;
    if (this.#record) {
      this.#record.open(tag, (prefix) => this.#parser.resolve(prefix));
      this.#mustFit(this.#record);
      return;
    }
    const outer = this.#open.at(-1);
    const scope = { ...outer?.scope, ...tag.ns };
    if (!outer) this.#root = tag.local;
    this.#open.push({ tag, scope, text: '' });
    const depth = this.#open.length;
    if (this.#fits(this.#path, depth)) this.#entered(depth);
    if (depth === this.#path.length && this.#fits(this.#path, depth)) {
      this.#record = new Fragment();
      this.#record.open({ ...tag, ns: scope }, (prefix) => this.#parser.resolve(prefix));
      return;
    }
    for (const [property, path] of this.#carry) this.#carryAttribute(property, path, tag);
  }

  /** What an envelope said holds no longer in the next one. */
  #entered(depth: number): void {
    this.#matched = Math.max(this.#matched, depth);
    for (const [property, path] of this.#carry) {
      if (depth < path.length && path.slice(0, depth).every((step, index) => step === this.#path[index]))
        delete this.#carried[property];
    }
  }

  /** The open elements are those of the first `depth` steps. */
  #fits(path: readonly string[], depth: number): boolean {
    if (depth > path.length) return false;
    return this.#open.slice(0, depth).every(({ tag }, index) => isNamed(tag, path[index]!));
  }

  #carryAttribute(property: string, path: readonly string[], tag: SaxesTagNS): void {
    const last = path.at(-1)!;
    if (
      !last.startsWith('@') ||
      path.length !== this.#open.length + 1 ||
      !this.#fits(path.slice(0, -1), this.#open.length)
    )
      return;
    const found = Object.values(tag.attributes).find(({ local }) => local === last.slice(1));
    if (found) this.#carried[property] = found.value;
  }

  #characters(text: string): void {
    if (this.#record) {
      this.#record.characters(text);
      this.#mustFit(this.#record);
      return;
    }
    const open = this.#open.at(-1);
    if (open && this.#carry.length > 0 && open.text.length < 4096) open.text += text;
  }

  #mustFit({ text }: Fragment): void {
    this.#silent = 0;
    if (text.length > LONGEST) throw busError('RECORD_TOO_LONG', { record: this.#count + 1, limit: LONGEST });
  }

  #closed(tag: SaxesTagNS): void {
    this.#silent = 0;
    if (this.#record) {
      this.#record.close(tag.name);
      if (this.#record.depth > 0) return;
      this.#count += 1;
      this.#closedAt = this.#parser.offset();
      this.#ready.push({ text: this.#record.text, carried: { ...this.#carried } });
      this.#record = undefined;
      this.#open.pop();
      return;
    }
    for (const [property, path] of this.#carry) {
      if (path.length === this.#open.length && this.#fits(path, path.length))
        this.#carried[property] = this.#open.at(-1)!.text.trim();
    }
    this.#open.pop();
  }
}

/** `{urn:a/b}x/y` has two steps. */
const stepsOf = (path: string): string[] => path.replace(/^\//, '').match(/(?:\{[^}]*\})?[^/{}]+/g) ?? [];

function isNamed({ uri, local }: SaxesTagNS, step: string): boolean {
  if (step === '*') return true;
  const qualified = /^\{([^}]*)\}(.+)$/.exec(step);
  return qualified ? qualified[1] === uri && (qualified[2] === local || qualified[2] === '*') : step === local;
}
