/** Cuts bytes into records whose length is told: the same for all, or by each of them. */
import { busError } from '../../errors/bus-error.ts';
import type { Cutter, Line } from './cut.ts';
import type { Encoding } from './encoding.ts';

/** Bytes that wait for the rest of their record. */
abstract class ByteCutter implements Cutter {
  protected readonly type: string;
  readonly #decode: (bytes: Uint8Array, last: boolean) => string;
  #bytes: Uint8Array = new Uint8Array();
  #number = 0;
  #offset = 0;

  constructor(type: string, encoding: Encoding) {
    this.type = type;
    this.#decode = encoding.decoder();
  }

  push(bytes: Uint8Array): Line[] {
    this.#bytes = this.#bytes.byteLength === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
    const lines: Line[] = [];
    let from = 0;
    for (;;) {
      const rest = this.#bytes.subarray(from);
      const found = this.next(rest, this.#number + 1, this.#offset);
      if (!found) break;
      lines.push(this.#line(rest.subarray(found.from, found.to), rest.subarray(0, found.after)));
      from += found.after;
    }
    this.#bytes = this.#bytes.slice(from);
    return lines;
  }

  end(): Line[] {
    const rest = this.#bytes;
    this.#bytes = new Uint8Array();
    if (rest.byteLength === 0 || this.isFill(rest)) return [];
    return [this.#line(this.last(rest, this.#number + 1, this.#offset), rest)];
  }

  #line(bytes: Uint8Array, raw: Uint8Array): Line {
    this.#number += 1;
    const line = { text: this.#decode(bytes, false), bytes, number: this.#number, offset: this.#offset, raw };
    this.#offset += raw.byteLength;
    return line;
  }

  /** Where in `rest` a whole record lies, and where the next begins. */
  protected abstract next(
    rest: Uint8Array,
    number: number,
    offset: number,
  ): { from: number; to: number; after: number } | undefined;
  /** What the last record is that is not whole; throws where there is no such thing. */
  protected abstract last(rest: Uint8Array, number: number, offset: number): Uint8Array;
  protected abstract isFill(rest: Uint8Array): boolean;
}

export class BlockCutter extends ByteCutter {
  readonly #length: number;
  readonly #end: Uint8Array;

  constructor(type: string, encoding: Encoding, length: number, end: string) {
    super(type, encoding);
    this.#length = length;
    this.#end = encoding.encode(end)!;
  }

  protected next(rest: Uint8Array, number: number, offset: number) {
    const to = this.#length;
    const after = to + this.#end.byteLength;
    if (rest.byteLength < after) return undefined;
    if (!this.#end.every((byte, index) => rest[to + index] === byte)) {
      throw busError('FLAT_SYNTAX', {
        type: this.type,
        record: number,
        offset,
        reason: `is not ${to} bytes long with its end behind it`,
      });
    }
    return { from: 0, to, after };
  }

  /** The end of the last one may be missing. */
  protected last(rest: Uint8Array, number: number, offset: number): Uint8Array {
    if (rest.byteLength === this.#length) return rest;
    const reason = `is cut off: ${rest.byteLength} bytes of ${this.#length}`;
    throw busError('FLAT_SYNTAX', { type: this.type, record: number, offset, reason });
  }

  /** Line ends and the end-of-file mark of old systems. */
  protected isFill(rest: Uint8Array): boolean {
    return rest.byteLength < this.#length && rest.every((byte) => byte === 0x0d || byte === 0x0a || byte === 0x1a);
  }
}

export class RdwCutter extends ByteCutter {
  protected next(rest: Uint8Array, number: number, offset: number) {
    if (rest.byteLength < 4) return undefined;
    const length = rest[0]! * 256 + rest[1]!;
    if (length < 4) {
      throw busError('FLAT_SYNTAX', {
        type: this.type,
        record: number,
        offset,
        reason: `says that it is ${length} bytes long, and four is the least`,
      });
    }
    return rest.byteLength < length ? undefined : { from: 4, to: length, after: length };
  }

  protected last(rest: Uint8Array, number: number, offset: number): never {
    throw busError('FLAT_SYNTAX', {
      type: this.type,
      record: number,
      offset,
      reason: `is cut off after ${rest.byteLength} bytes`,
    });
  }

  protected isFill(rest: Uint8Array): boolean {
    return rest.every((byte) => byte === 0);
  }
}
