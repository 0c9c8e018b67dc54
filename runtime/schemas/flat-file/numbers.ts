/** The numbers of flat files: signs, implied points, zoned, packed and binary digits. Values are digits with a sign before them. */
import type { FieldType, NumberForm, Sign } from './layout.ts';

type NumberType = Extract<FieldType, { readonly kind: 'integer' | 'decimal' }>;

/** What is no number gives its reason. */
export type ReadNumber = { readonly value: number | string } | { readonly reason: string };

const LARGEST = BigInt(Number.MAX_SAFE_INTEGER);

/** `bytes` are those of the field, where the file has bytes of its own for it. An empty text gives nothing. */
export function readNumber(type: NumberType, text: string, bytes: Uint8Array | undefined): ReadNumber | undefined {
  if (type.form === 'packed' || type.form === 'binary') return finished(type, unpacked(type.form, bytes!));
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  return finished(type, type.form === 'zoned' ? unzoned(trimmed) : plain(trimmed, type.sign));
}

function finished({ kind, scale }: NumberType, digits: string | undefined): ReadNumber {
  if (digits === undefined) return { reason: kind === 'integer' ? 'is not a whole number' : 'is not a number' };
  if (digits.includes('.') && scale !== undefined) return { reason: 'has a point, although its point is implied' };
  if (kind === 'decimal') return { value: normal(scale ? pointed(digits, scale) : digits) };
  if (digits.includes('.')) return { reason: 'is not a whole number' };
  const whole = BigInt(digits);
  return whole > LARGEST || whole < -LARGEST
    ? { reason: 'has more digits than a whole number keeps; let it be a string or a decimal' }
    : { value: Number(whole) };
}

/** `-12.50` of the digits as they stand, `12.50-` or `12.50CR`; undefined of what is no number. */
function plain(text: string, sign: Sign): string | undefined {
  const credit = sign === 'trailing' ? /^(\d*\.?\d+)(CR|-)$/i.exec(text) : null;
  if (credit) return `-${credit[1]}`;
  const found = /^([+-]?)(\d+\.?\d*|\.\d+)(\+|DR)?$/i.exec(text);
  if (!found || (found[3] && sign !== 'trailing') || (found[1] && sign === 'none')) return undefined;
  return `${found[1] === '-' ? '-' : ''}${found[2]}`;
}

function pointed(digits: string, scale: number): string {
  const negative = digits.startsWith('-');
  const filled = (negative ? digits.slice(1) : digits).padStart(scale + 1, '0');
  return `${negative ? '-' : ''}${filled.slice(0, -scale)}.${filled.slice(-scale)}`;
}

/** Without needless zeros before the point, and with a digit on either side of it. */
function normal(digits: string): string {
  const [, sign = '', whole = '', fraction] = /^(-?)0*(\d*)(?:\.(\d*))?$/.exec(digits)!;
  const text = `${whole === '' ? '0' : whole}${fraction ? `.${fraction}` : ''}`;
  return /[1-9]/.test(text) ? sign + text : text;
}

const POSITIVE = '{ABCDEFGHI';
const NEGATIVE = '}JKLMNOPQR';

function unzoned(text: string): string | undefined {
  const last = text.at(-1)!.toUpperCase();
  const [plus, minus] = [POSITIVE.indexOf(last), NEGATIVE.indexOf(last)];
  const digit = plus >= 0 ? plus : minus;
  const digits = digit >= 0 ? text.slice(0, -1) + digit : text;
  return /^\d+$/.test(digits) ? `${minus >= 0 ? '-' : ''}${digits}` : undefined;
}

function unpacked(form: NumberForm, bytes: Uint8Array): string | undefined {
  if (form === 'binary') {
    const unsigned = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    return String(BigInt.asIntN(bytes.byteLength * 8, unsigned));
  }
  const nibbles = Buffer.from(bytes).toString('hex');
  const sign = nibbles.at(-1)!;
  const digits = nibbles.slice(0, -1);
  return /^\d+$/.test(digits) && /[a-f]/.test(sign) ? `${sign === 'd' || sign === 'b' ? '-' : ''}${digits}` : undefined;
}

export type WrittenNumber = { readonly text: string } | { readonly bytes: Uint8Array } | { readonly reason: string };

/** `length`: the characters or bytes that the field has, where it has a length; the text is filled with `pad` up to it. */
export function writeNumber(type: NumberType, value: unknown, length: number | undefined, pad: string): WrittenNumber {
  const digits = asDigits(type, value);
  if (typeof digits !== 'string') return digits;
  const negative = digits.startsWith('-');
  const plainDigits = negative ? digits.slice(1) : digits;
  if (type.form === 'binary') return binary(digits, length!);
  if (type.form === 'packed') return packed(plainDigits, negative, length!);
  if (negative && type.form === 'text' && type.sign === 'none')
    return { reason: 'is negative, and the field has no sign' };
  if (type.form === 'zoned') {
    const filled = plainDigits.padStart(length ?? 0, '0');
    return { text: filled.slice(0, -1) + (negative ? NEGATIVE : POSITIVE)[Number(filled.at(-1))]! };
  }
  const zeros = pad === '0' && length !== undefined;
  const room = zeros ? length - (negative || type.sign === 'trailing' ? 1 : 0) : 0;
  const filled = plainDigits.padStart(room, '0');
  if (type.sign === 'trailing') return { text: filled + (negative ? '-' : zeros ? ' ' : '') };
  return { text: (negative ? '-' : '') + filled };
}

/** Of a decimal with an implied point the digits without it. */
function asDigits({ kind, scale, form }: NumberType, value: unknown): string | { readonly reason: string } {
  const text = typeof value === 'bigint' || typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^-?\d+(\.\d+)?$/.test(text)) {
    return { reason: kind === 'integer' ? 'is not a whole number' : 'is not a decimal' };
  }
  const [whole, fraction = ''] = text.split('.') as [string, string?];
  if (kind === 'integer' && fraction !== '') return { reason: 'is not a whole number' };
  if (scale === undefined)
    return form === 'text' || fraction === '' ? text : { reason: 'has places that the field has not' };
  if (/[1-9]/.test(fraction.slice(scale))) return { reason: `has more than ${scale} decimal places` };
  const digits = `${whole}${fraction.slice(0, scale).padEnd(scale, '0')}`;
  return digits.replace(/^(-?)0+(?=\d)/, '$1');
}

function binary(digits: string, length: number): WrittenNumber {
  const value = BigInt(digits);
  const bits = BigInt(length * 8);
  if (BigInt.asIntN(length * 8, value) !== value) return { reason: `does not fit into ${length} bytes` };
  const hex = BigInt.asUintN(Number(bits), value)
    .toString(16)
    .padStart(length * 2, '0');
  return { bytes: Buffer.from(hex, 'hex') };
}

function packed(digits: string, negative: boolean, length: number): WrittenNumber {
  if (digits.length > length * 2 - 1) return { reason: `has more than ${length * 2 - 1} digits` };
  return { bytes: Buffer.from(digits.padStart(length * 2 - 1, '0') + (negative ? 'd' : 'c'), 'hex') };
}
