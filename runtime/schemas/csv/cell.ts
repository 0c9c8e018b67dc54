/** A cell and its value, by the type of the field. A cell that is no number where one belongs stays text: validation says so. */
import type { Field } from '../../contracts/schema.ts';
import { busError } from '../../errors/bus-error.ts';

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

export type ReadCell = (text: string) => unknown;

/** How cells of a field become values. An empty cell is no value (undefined), except where the field is a required text. */
export function cellReader({ type, required }: Field): ReadCell {
  if (type.kind === 'string' && required) return (text) => text;
  if (type.kind === 'string' || type.kind === 'decimal' || type.kind === 'any') return filled;
  return type.kind === 'boolean' ? readBoolean : readNumber;
}

const filled: ReadCell = (text) => (text === '' ? undefined : text);

function readBoolean(text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  return trimmed === 'true' ? true : trimmed === 'false' ? false : text;
}

function readNumber(text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (!NUMBER.test(trimmed)) return text;
  const value = Number(trimmed);
  return keepsDigits(trimmed, value) ? value : text;
}

const keepsDigits = (text: string, value: number) =>
  Number.isFinite(value) && (text.length <= 15 || digits(text) === digits(String(value)));

const digits = (text: string) =>
  text
    .replace(/[eE].*$/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+|0+$/g, '');

export function cellText(type: string, name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  throw busError('DOCUMENT_NOT_WRITABLE', { type, path: `/${name}`, reason: 'is not a single value' });
}
