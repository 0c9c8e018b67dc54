/**
 * Splits a stream of JSON into the items of one array: the root, or at a path of keys. Only one is in memory at a time. Each item is
 * text as it stood; what stands around the array is followed as far as its brackets go.
 */
import { busError } from '../../errors/bus-error.ts';

/** Characters in an item, or before the array, at most. */
const LONGEST = 16 * 1024 * 1024;
const MAX_DEPTH = 256;

export class JsonSplitter {
  readonly #path: readonly string[];
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #text = '';
  /** Up to where it was looked at, and where the item at hand begins. */
  #at = 0;
  #from = -1;
  #inText = false;
  #escaped = false;
  /** Open brackets; behind a `{` the key that is at hand. */
  readonly #open: { readonly bracket: string; key: string | undefined }[] = [];
  #textFrom = 0;
  #lastText = '';
  /** How deep the array lies that is split, once it was found. */
  #array: number | undefined;
  #found = false;
  /** A comma was there, so an item must come. */
  #awaited = false;
  #count = 0;
  #ended = false;

  /** `records`: keys with dots between; `$` is the root. */
  constructor(records: string) {
    this.#path = records === '$' ? [] : records.replace(/^\$\./, '').split('.');
  }

  *push(bytes: Uint8Array): Generator<string> {
    this.#text += this.#decoded(bytes, false);
    yield* this.#scan();
    const keep = this.#from >= 0 ? this.#from : this.#inText ? this.#textFrom : this.#at;
    this.#text = this.#text.slice(keep);
    this.#at -= keep;
    this.#textFrom -= keep;
    if (this.#from >= 0) this.#from = 0;
    if (this.#text.length > LONGEST) throw busError('RECORD_TOO_LONG', { record: this.#count + 1, limit: LONGEST });
  }

  /** Throws INTERCHANGE_SYNTAX, INTERCHANGE_UNMATCHED. */
  *end(): Generator<string> {
    this.#text += this.#decoded(new Uint8Array(), true);
    yield* this.#scan();
    if (this.#open.length > 0 || this.#inText) throw this.#broken('it ends within an object, a list or a text');
    if (!this.#found)
      throw busError('INTERCHANGE_UNMATCHED', { path: this.#path.join('.') || '$', found: 'there is no list there' });
  }

  #decoded(bytes: Uint8Array, last: boolean): string {
    try {
      return this.#decoder.decode(bytes, { stream: !last });
    } catch {
      throw busError('TEXT_NOT_DECODABLE', { encoding: 'utf-8' });
    }
  }

  *#scan(): Generator<string> {
    for (; this.#at < this.#text.length; this.#at += 1) {
      const character = this.#text[this.#at]!;
      if (this.#inText) this.#withinText(character);
      else {
        const item = this.#structure(character);
        if (item !== undefined) yield item;
      }
    }
  }

  #withinText(character: string): void {
    if (this.#escaped) this.#escaped = false;
    else if (character === '\\') this.#escaped = true;
    else if (character === '"') {
      this.#inText = false;
      if (this.#from < 0) this.#lastText = this.#text.slice(this.#textFrom, this.#at + 1);
    }
  }

  /** The item that ends with the character, if one does. */
  #structure(character: string): string | undefined {
    switch (character) {
      case '"':
        this.#begin();
        this.#inText = true;
        this.#textFrom = this.#at;
        return undefined;
      case '{':
      case '[':
        this.#opened(character);
        return undefined;
      case '}':
      case ']':
        return this.#closed(character);
      case ':':
        this.#keyed();
        return undefined;
      case ',':
        return this.#separated();
      default:
        if (character.trim() !== '') this.#begin();
        return undefined;
    }
  }

  /** Nothing between two commas is an item too: one that cannot be read. */
  #separated(): string | undefined {
    if (this.#ended) throw this.#broken('there is more behind its end');
    if (this.#array !== this.#open.length) return undefined;
    this.#awaited = true;
    return this.#item(this.#at);
  }

  /** An item ends here, or is missing behind a comma. */
  #isItem = () => this.#array === this.#open.length && (this.#from >= 0 || this.#awaited);

  /** An item begins with its first character. */
  #begin(): void {
    if (this.#ended) throw this.#broken('there is more behind its end');
    if (this.#array === this.#open.length && this.#from < 0) this.#from = this.#at;
  }

  #opened(bracket: string): void {
    this.#begin();
    if (this.#open.length >= MAX_DEPTH) throw busError('NESTED_TOO_DEEP', { limit: MAX_DEPTH });
    const atPath = bracket === '[' && this.#array === undefined && this.#isAtPath();
    if (atPath && this.#found) throw this.#broken('there is a second list of that name');
    this.#open.push({ bracket, key: undefined });
    if (!atPath) return;
    this.#array = this.#open.length;
    this.#found = true;
  }

  #isAtPath(): boolean {
    return (
      this.#open.length === this.#path.length &&
      this.#open.every(({ key, bracket }, index) => bracket === '{' && key === this.#path[index])
    );
  }

  #closed(bracket: string): string | undefined {
    const last = this.#isItem() ? this.#item(this.#at) : undefined;
    if (this.#array === this.#open.length) this.#awaited = false;
    const open = this.#open.pop();
    if (open?.bracket !== (bracket === '}' ? '{' : '['))
      throw this.#broken(`there is a ${bracket} that closes nothing`);
    if (this.#array !== undefined && this.#open.length < this.#array) this.#array = undefined;
    this.#ended = this.#open.length === 0;
    return last;
  }

  #item(to: number): string {
    const item = this.#from < 0 ? '' : this.#text.slice(this.#from, to);
    this.#from = -1;
    this.#count += 1;
    return item;
  }

  #keyed(): void {
    const open = this.#open.at(-1);
    if (this.#from >= 0 || open?.bracket !== '{') return;
    try {
      open.key = JSON.parse(this.#lastText) as string;
    } catch {
      throw this.#broken('a key is no text');
    }
  }

  #broken(reason: string) {
    return busError('INTERCHANGE_SYNTAX', { record: this.#count, reason });
  }
}
