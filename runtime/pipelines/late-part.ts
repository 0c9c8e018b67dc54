/** A body whose bytes are written when somebody asks for them: of a record that is mapped at once nobody does. */
import type { Part } from '../contracts/message.ts';

export function latePart(write: () => Uint8Array, contentType: string): Part {
  return new LatePart(write, contentType);
}

class LatePart implements Part {
  readonly name = 'body';
  readonly contentType: string;
  readonly #write: () => Uint8Array;
  #bytes: Uint8Array | undefined;

  constructor(write: () => Uint8Array, contentType: string) {
    this.#write = write;
    this.contentType = contentType;
  }

  get bytes(): Uint8Array {
    this.#bytes ??= this.#write();
    return this.#bytes;
  }

  get size(): number {
    return this.bytes.byteLength;
  }

  async *open(): AsyncGenerator<Uint8Array> {
    yield this.bytes;
  }
}
