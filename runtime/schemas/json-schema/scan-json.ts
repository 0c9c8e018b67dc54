/**
 * Walks JSON text and tells where each key, number and value stands. Slow and exact: used only where something is wrong
 * or looks so. The caller has bounded the depth.
 */
export interface JsonVisitor {
  readonly key?: (key: string, offset: number) => void;
  readonly number?: (literal: string, offset: number) => void;
  /** `pointer` is a JSON pointer such as `/photos/2/url`. */
  readonly value?: (pointer: string, offset: number) => void;
}

export interface JsonFault {
  readonly offset: number;
  readonly reason: string;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\r\n]*/y;

/** The first place where the text is not JSON; undefined where it is. */
export function scanJson(text: string, visitor: JsonVisitor = {}): JsonFault | undefined {
  const scanner = new Scanner(text, visitor);
  try {
    scanner.document();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown;
    throw thrown;
  }
}

class Fault implements JsonFault {
  readonly offset: number;
  readonly reason: string;
  constructor(offset: number, reason: string) {
    this.offset = offset;
    this.reason = reason;
  }
}

class Scanner {
  readonly #text: string;
  readonly #visitor: JsonVisitor;
  #at = 0;

  constructor(text: string, visitor: JsonVisitor) {
    this.#text = text;
    this.#visitor = visitor;
  }

  document(): void {
    this.#value('');
    this.#skip();
    if (this.#at < this.#text.length) this.#fail('the document ended before this');
  }

  #value(pointer: string): void {
    this.#skip();
    const start = this.#at;
    this.#visitor.value?.(pointer, start);
    const first = this.#text[start];
    if (first === '{') this.#object(pointer);
    else if (first === '[') this.#array(pointer);
    else if (first === '"') this.#string();
    else if (first !== undefined && /[-\d]/.test(first)) this.#number();
    else this.#take(WORD, 'a value');
  }

  #number(): void {
    const start = this.#at;
    const literal = this.#take(NUMBER, 'a number');
    this.#visitor.number?.(literal, start);
  }

  #object(pointer: string): void {
    this.#at += 1;
    if (this.#ends('}')) return;
    do {
      this.#skip();
      const offset = this.#at;
      const key = this.#string();
      this.#visitor.key?.(key, offset);
      this.#skip();
      if (this.#text[this.#at] !== ':') this.#fail('expected a colon');
      this.#at += 1;
      this.#value(`${pointer}/${escapePointer(key)}`);
    } while (this.#continues('}'));
  }

  #array(pointer: string): void {
    this.#at += 1;
    if (this.#ends(']')) return;
    let index = 0;
    do {
      this.#value(`${pointer}/${index}`);
      index += 1;
    } while (this.#continues(']'));
  }

  #string(): string {
    const offset = this.#at;
    if (this.#text[offset] !== '"') this.#fail('expected a text in double quotes');
    try {
      return JSON.parse(this.#take(STRING, 'a text that ends and has no unknown escapes')) as string;
    } catch (thrown) {
      if (thrown instanceof Fault) throw thrown;
      return this.#fail('a text holds a raw control character', offset);
    }
  }

  #take(pattern: RegExp, expected: string): string {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (!match) return this.#fail(`expected ${expected}`);
    this.#at = pattern.lastIndex;
    return match[0];
  }

  #ends(close: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== close) return false;
    this.#at += 1;
    return true;
  }

  #continues(close: string): boolean {
    if (this.#ends(close)) return false;
    if (this.#text[this.#at] !== ',') this.#fail(`expected a comma or ${close}`);
    this.#at += 1;
    return true;
  }

  #skip(): void {
    SPACE.lastIndex = this.#at;
    SPACE.exec(this.#text);
    this.#at = SPACE.lastIndex;
  }

  #fail(reason: string, offset = this.#at): never {
    const found = this.#text[offset];
    throw new Fault(offset, `${reason}, found ${found === undefined ? 'the end of the text' : JSON.stringify(found)}`);
  }
}

export const escapePointer = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1');
