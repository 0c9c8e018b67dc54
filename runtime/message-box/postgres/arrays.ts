/** Arrays in PostgreSQL's binary format, so that a thousand rows are one parameter and nothing is escaped. Pure. */

export type Value = Buffer | string | null;

const INT8 = 20;
const TEXT = 25;
const BYTEA = 17;
const BOOL = 16;

/** Dimensions, whether there are nulls, element type, length, first index. */
const HEADER = 20;

export const texts = (values: readonly (string | null)[]) => variable(TEXT, values, textLength, writeText);
export const byteas = (values: readonly (Uint8Array | null)[]) => variable(BYTEA, values, byteLength, writeBytes);

export function bigints(values: readonly (number | null)[]): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER + values.length * 12);
  let offset = writeHeader(buffer, INT8, values);
  for (const value of values) {
    if (value === null) {
      offset = buffer.writeInt32BE(-1, offset);
      continue;
    }
    const whole = Math.round(value);
    const high = Math.floor(whole / 2 ** 32);
    offset = buffer.writeInt32BE(8, offset);
    offset = buffer.writeInt32BE(high, offset);
    offset = buffer.writeUInt32BE(whole - high * 2 ** 32, offset);
  }
  return buffer.subarray(0, offset);
}

export function booleans(values: readonly (boolean | 0 | 1)[]): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER + values.length * 5);
  let offset = writeHeader(buffer, BOOL, values);
  for (const value of values) {
    offset = buffer.writeInt32BE(1, offset);
    offset = buffer.writeUInt8(value ? 1 : 0, offset);
  }
  return buffer;
}

function variable<T>(
  type: number,
  values: readonly (T | null)[],
  lengthOf: (value: T) => number,
  write: (value: T, to: Buffer, offset: number) => void,
): Buffer {
  const lengths = values.map((value) => (value === null ? -1 : lengthOf(value)));
  const size = lengths.reduce((sum, length) => sum + 4 + Math.max(0, length), HEADER);
  const buffer = Buffer.allocUnsafe(size);
  let offset = writeHeader(buffer, type, values);
  for (const [index, value] of values.entries()) {
    const length = lengths[index]!;
    offset = buffer.writeInt32BE(length, offset);
    if (value === null) continue;
    write(value, buffer, offset);
    offset += length;
  }
  return buffer;
}

function writeHeader(buffer: Buffer, type: number, values: readonly unknown[]): number {
  let offset = buffer.writeInt32BE(1, 0);
  offset = buffer.writeInt32BE(values.includes(null) ? 1 : 0, offset);
  offset = buffer.writeInt32BE(type, offset);
  offset = buffer.writeInt32BE(values.length, offset);
  return buffer.writeInt32BE(1, offset);
}

const textLength = (text: string) => Buffer.byteLength(text);
const writeText = (text: string, to: Buffer, offset: number) => void to.write(text, offset);
const byteLength = (bytes: Uint8Array) => bytes.byteLength;
const writeBytes = (bytes: Uint8Array, to: Buffer, offset: number) => to.set(bytes, offset);
