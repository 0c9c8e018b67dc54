/**
 * Patterns of XSD that JavaScript tries alike: of ASCII characters, classes, groups and counts, with no two unbounded repetitions within each
 * other, so that no text makes one run long. What such a pattern matches is what XSD matches. Source: XML Schema Part 2, Appendix F.
 */

export type XsdPattern = (text: string) => boolean;

/** Text longer than this is for the validator. */
const LONGEST = 256;
/** Escapes that mean the same within a class and without; \d of XSD has all digits there are, of which these are some. */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ...[...'\\|.-^?*+{}()[]'].map((character): [string, string] => [character, `\\${character}`]),
  ['n', '\\n'],
  ['r', '\\r'],
  ['t', '\\t'],
  ['d', '0-9'],
  ['s', ' \\t\\n\\r'],
]);
const MULTIPLE = 'ds';
/** What the counts of a pattern weigh together at most: the most ways to try are of that order, to the power of the text. */
const MOST = 8;
const LONG = 3;

/** Undefined where it holds something else. */
export function xsdPattern(pattern: string): XsdPattern | undefined {
  const translated = new Translator(pattern).translated();
  if (translated === undefined) return undefined;
  const compiled = new RegExp(`^(?:${translated})$`);
  return (text) => text.length <= LONGEST && compiled.test(text);
}

class Translator {
  readonly #pattern: string;
  #at = 0;
  #weight = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  translated(): string | undefined {
    if (/[^\x20-\x7e]/.test(this.#pattern)) return undefined;
    const found = this.#alternatives();
    return this.#at < this.#pattern.length || this.#weight > MOST ? undefined : found;
  }

  #alternatives(): string | undefined {
    let result = '';
    for (;;) {
      const piece = this.#sequence();
      if (piece === undefined) return undefined;
      result += piece;
      if (this.#pattern[this.#at] !== '|') return result;
      this.#at += 1;
      result += '|';
    }
  }

  #sequence(): string | undefined {
    let result = '';
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#pattern[this.#at]!)) {
      const isGroup = this.#pattern[this.#at] === '(';
      const atom = this.#atom();
      const count = atom === undefined ? undefined : this.#count();
      if (atom === undefined || count === undefined) return undefined;
      // A group that is repeated, with something in it that is repeated without end or left out, may be gone through in many ways.
      if (isGroup && count !== '' && count !== '?' && /[*+?,|]/.test(atom.replaceAll('(?:', '('))) return undefined;
      result += atom + count;
    }
    return result;
  }

  #atom(): string | undefined {
    const character = this.#pattern[this.#at]!;
    this.#at += 1;
    if (character === '(') {
      const inside = this.#alternatives();
      if (inside === undefined || this.#pattern[this.#at] !== ')') return undefined;
      this.#at += 1;
      return `(?:${inside})`;
    }
    if (character === '[') return this.#class();
    if (character === '.') return '[^\\n\\r]';
    if (character === '\\') {
      const meant = this.#escape();
      return meant?.length === 2 ? meant : meant && `[${meant}]`;
    }
    if ('?*+{}]'.includes(character)) return undefined;
    return '^$/'.includes(character) ? `\\${character}` : character;
  }

  #escape(): string | undefined {
    const found = ESCAPES.get(this.#pattern[this.#at] ?? '');
    this.#at += 1;
    return found;
  }

  /** Ranges and single characters; what is left out by ^ too, but of no class that JavaScript knows less of. */
  #class(): string | undefined {
    const negated = this.#pattern[this.#at] === '^';
    if (negated) this.#at += 1;
    let result = '';
    for (;;) {
      const character = this.#pattern[this.#at];
      if (character === undefined || character === '[') return undefined;
      this.#at += 1;
      if (character === ']') return result === '' ? undefined : `[${negated ? '^' : ''}${result}]`;
      if (character === '\\') {
        const multiple = MULTIPLE.includes(this.#pattern[this.#at] ?? ' ');
        const meant = this.#escape();
        if (meant === undefined || (multiple && (negated || this.#pattern[this.#at] === '-'))) return undefined;
        result += meant;
      } else if (character === '-') {
        // Between two single characters it makes a range, at either end it stands for itself; elsewhere tools do not agree.
        const [from, to] = [this.#pattern[this.#at - 2]!, this.#pattern[this.#at] ?? ''];
        const isRange = /[A-Za-z0-9]$/.test(result) && result.at(-2) !== '-' && /[A-Za-z0-9]/.test(to) && from <= to;
        if (!isRange && result !== '' && to !== ']') return undefined;
        result += isRange ? '-' : '\\-';
      } else result += '^/'.includes(character) ? `\\${character}` : character;
    }
  }

  /** Empty where there is none. */
  #count(): string | undefined {
    const rest = this.#pattern.slice(this.#at);
    const found = /^(?:[?*+]|\{\d{1,3}(?:,\d{0,3})?\})/.exec(rest)?.[0] ?? '';
    if (found === '') return rest.startsWith('{') ? undefined : '';
    this.#at += found.length;
    if (!found.startsWith('{')) {
      this.#weight += found === '?' ? 1 : LONG;
      return found;
    }
    const [least, most = least] = found.slice(1, -1).split(',');
    const more = most === '' ? LONG : Number(most) - Number(least);
    this.#weight += Math.min(LONG, more);
    return more < 0 ? undefined : found;
  }
}
