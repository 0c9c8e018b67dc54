/** One value as the text, or the bytes, of its field: filled up to its length. What does not fit is refused, never cut. */
import { writePattern } from './dates.ts';
import type { ValueField } from './layout.ts';
import { type WrittenNumber, writeNumber } from './numbers.ts';

export function writeValue(field: ValueField, given: unknown): WrittenNumber {
  const value = field.constant ?? given ?? field.preset;
  if (value === undefined || value === null) return absent(field);
  const written = field.constant === undefined ? textOf(field, value) : { text: field.constant };
  if (!('text' in written)) return written;
  const { text } = written;
  if (/[\r\n]/.test(text) && field.length !== undefined) return { reason: 'has a line break' };
  if (field.maxLength !== undefined && text.length > field.maxLength) return tooLong(text, field.maxLength);
  if (field.length === undefined) return { text: filled(text, field.minLength, field) };
  return text.length > field.length ? tooLong(text, field.length) : { text: filled(text, field.length, field) };
}

function absent(field: ValueField): WrittenNumber {
  const { type, length } = field;
  if (field.required) return { reason: 'is missing' };
  const numeric = type.kind === 'integer' || type.kind === 'decimal';
  if (numeric && type.form === 'packed') return writeNumber(type, 0, length, '');
  if (numeric && type.form === 'binary') return { bytes: Buffer.alloc(length!) };
  return { text: ' '.repeat(length ?? 0) };
}

function textOf(field: ValueField, value: unknown): WrittenNumber {
  const { type } = field;
  switch (type.kind) {
    case 'integer':
    case 'decimal':
      return writeNumber(type, value, field.length, field.pad);
    case 'boolean':
      return typeof value === 'boolean'
        ? { text: value ? type.yes : type.no }
        : { reason: 'is neither true nor false' };
    case 'string':
      return typeof value === 'string' || typeof value === 'number'
        ? { text: String(value) }
        : { reason: 'is not a text' };
    default: {
      const text = typeof value === 'string' ? writePattern(value, type.pattern, type.kind) : undefined;
      return text === undefined ? { reason: `is no ${type.kind}` } : { text };
    }
  }
}

const tooLong = (text: string, most: number) => ({ reason: `has ${text.length} characters, and ${most} is the most` });

function filled(text: string, length: number, { pad, justify }: ValueField): string {
  const fill = pad === '' ? ' ' : pad;
  return justify === 'left' ? text.padEnd(length, fill) : text.padStart(length, fill);
}
