/**
 * Bytes to JSON value, strictly: what would be altered silently (numbers that lose digits), what two readers would read in two ways
 * (a key twice), what would be dangerous (`__proto__`, endless nesting) and what is not JSON is refused with its place.
 */
import { busError } from '../../errors/bus-error.ts';
import { decodeUnicode } from '../decode-unicode.ts';
import { positionAt } from '../text-position.ts';
import { scanJson } from './scan-json.ts';

const MAX_DEPTH = 256;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** Literals that may lose digits: 16 digits or more, or a large exponent. May also match inside texts. */
const MAYBE_INEXACT = /\d[\d.]{15,}|\d[eE][+-]?\d{2}/;
const MAYBE_FORBIDDEN = /__proto__|\\u005[fF]/;

export function readJson(bytes: Uint8Array): unknown {
  return parseJson(decodeUnicode(bytes));
}

export function parseJson(text: string): unknown {
  const written = countKeys(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw syntaxError(text);
  }
  if (MAYBE_INEXACT.test(text) || MAYBE_FORBIDDEN.test(text)) refuseUnsafe(text);
  if (keysIn(value) !== written) refuseTwice(text);
  return value;
}

/** Colons outside of texts. Throws NESTED_TOO_DEEP. */
function countKeys(text: string): number {
  let depth = 0;
  let keys = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) index = endOfString(text, index);
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > MAX_DEPTH) throw busError('NESTED_TOO_DEEP', { limit: MAX_DEPTH });
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
    else if (code === COLON) keys += 1;
  }
  return keys;
}

function keysIn(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += typeof item === 'object' ? keysIn(item) : 0;
    return count;
  }
  for (const key in value) {
    const inner = (value as Readonly<Record<string, unknown>>)[key];
    count += 1 + (typeof inner === 'object' ? keysIn(inner) : 0);
  }
  return count;
}

function refuseTwice(text: string): void {
  const seen = new Set<string>();
  scanJson(text, {
    value(pointer, offset) {
      if (seen.has(pointer)) throw busError('KEY_DUPLICATE', { pointer, ...positionAt(text, offset) });
      seen.add(pointer);
    },
  });
}

/** The offset of the closing quote, or of the end of the text. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

function syntaxError(text: string) {
  const fault = scanJson(text) ?? { offset: text.length, reason: 'the text is wrong' };
  return busError('JSON_SYNTAX', { ...positionAt(text, fault.offset), reason: fault.reason });
}

function refuseUnsafe(text: string): void {
  scanJson(text, {
    key(key) {
      if (key === '__proto__') throw busError('KEY_FORBIDDEN', { key });
    },
    number(literal, offset) {
      if (!isExact(literal)) {
        throw busError('JSON_NUMBER_INEXACT', { number: literal, ...positionAt(text, offset) });
      }
    },
  });
}

/** Whether a double keeps every digit that was written. */
function isExact(literal: string): boolean {
  const value = Number(literal);
  return Number.isFinite(value) && digitsOf(literal) === digitsOf(String(value));
}

const digitsOf = (literal: string) =>
  literal
    .replace(/[eE].*$/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+|0+$/g, '');
