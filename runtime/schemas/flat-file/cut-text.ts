/** Cuts text that is decoded as a stream at the ends of records; every character is looked at once. */
import { busError } from '../../errors/bus-error.ts';
import type { Cutter, Line } from './cut.ts';
import type { FlatLayout } from './layout.ts';

/** Characters in a record at most: a file without ends must not gather in memory. */
const LONGEST = 16 * 1024 * 1024;

interface End {
  readonly at: number;
  readonly after: number;
}

export class TextCutter implements Cutter {
  readonly #layout: FlatLayout;
  readonly #decode: (bytes: Uint8Array, last: boolean) => string;
  #text = '';
  /** Where in it the record begins, and up to where it was searched. */
  #start = 0;
  #searched = 0;
  /** A quote was open there. */
  #open = false;
  #begun = false;
  #number = 0;
  #offset = 0;

  constructor(layout: FlatLayout) {
    this.#layout = layout;
    this.#decode = layout.encoding.decoder();
  }

  push(bytes: Uint8Array): Line[] {
    return this.#take(this.#decode(bytes, false), false);
  }

  end(): Line[] {
    return this.#take(this.#decode(new Uint8Array(), true), true);
  }

  #take(more: string, last: boolean): Line[] {
    this.#text = this.#text.slice(this.#start) + this.#withoutMark(more);
    this.#searched -= this.#start;
    this.#start = 0;
    const lines: Line[] = [];
    for (let end = this.#find(last); end; end = this.#find(last)) this.#cut(lines, end);
    if (last && this.#start < this.#text.length) this.#cut(lines, { at: this.#text.length, after: this.#text.length });
    if (this.#text.length - this.#start > LONGEST) throw this.#tooLong();
    return lines;
  }

  /** A byte order mark is no character of the first record. */
  #withoutMark(text: string): string {
    if (this.#begun || text === '') return text;
    this.#begun = true;
    if (!text.startsWith('\ufeff')) return text;
    this.#offset = this.#layout.encoding.bytesOf('\ufeff');
    return text.slice(1);
  }

  #cut(lines: Line[], { at, after }: End): void {
    const { encoding, framing } = this.#layout;
    const raw = this.#text.slice(this.#start, after);
    const text = this.#text.slice(this.#start, at);
    const own = framing.by.kind === 'end' && !framing.by.newline ? text.replace(/^[\r\n]+/, '') : text;
    this.#number += 1;
    const passed = (framing.skipBlank && isBlank(own)) || (framing.comment !== '' && own.startsWith(framing.comment));
    if (!passed) lines.push({ text: own, bytes: undefined, number: this.#number, offset: this.#offset, raw });
    this.#offset += encoding.bytesOf(raw);
    this.#start = after;
    this.#searched = after;
    this.#open = false;
  }

  /** The next end outside quotes. What stands at the end of the text may be a part of something, unless it is the last. */
  #find(last: boolean): End | undefined {
    const { by, wrap } = this.#layout.framing;
    if (by.kind !== 'end') return undefined;
    const text = this.#text;
    const stop = last ? text.length : text.length - (by.newline ? 1 : by.end.length - 1) - (wrap === '' ? 0 : 1);
    let at = this.#searched;
    for (; at < stop; at += 1) {
      const character = text[at]!;
      if (character === wrap && wrap !== '') at += this.#quote(at, wrap);
      else if (this.#open) continue;
      else if (character === by.release && by.release !== '') at += 1;
      else if (by.newline ? character === '\n' || character === '\r' : text.startsWith(by.end, at)) {
        return { at, after: at + (by.newline ? (character === '\r' && text[at + 1] === '\n' ? 2 : 1) : by.end.length) };
      }
    }
    this.#searched = Math.max(at, this.#searched);
    return undefined;
  }

  /** Opens where a value begins, closes where it is not doubled. Returns how many characters more belong to it. */
  #quote(at: number, wrap: string): number {
    if (this.#open) {
      if (this.#text[at + 1] === wrap) return 1;
      this.#open = false;
    } else
      this.#open = at === this.#start || this.#layout.framing.openers.some((mark) => this.#text.endsWith(mark, at));
    return 0;
  }

  #tooLong() {
    const { name: type } = this.#layout;
    const reason = this.#open ? 'has a quote that is never closed' : `does not end within ${LONGEST} characters`;
    return busError('FLAT_SYNTAX', { type, record: this.#number + 1, offset: this.#offset, reason });
  }
}

/** Or holds only the mark by which old systems end their files. */
const isBlank = (text: string) => text.replaceAll('\u001a', '').trim() === '';
