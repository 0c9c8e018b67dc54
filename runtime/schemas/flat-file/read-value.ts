/** One value of a flat file: the text of a field, without what fills it up, as the value of its type. */
import { readPattern } from './dates.ts';
import type { ValueField } from './layout.ts';
import { readNumber } from './numbers.ts';

/** Undefined where nothing stands there; a reason where something stands there that is no such value. */
export type ReadValue = { readonly value: unknown } | { readonly reason: string } | undefined;

export function readValue(field: ValueField, text: string, bytes: Uint8Array | undefined): ReadValue {
  const { type } = field;
  const stripped = field.length === undefined ? text : strip(text, field);
  if (field.constant !== undefined) {
    return stripped === strip(field.constant, field)
      ? undefined
      : { reason: `is ${shown(text)}, not ${shown(field.constant)}` };
  }
  switch (type.kind) {
    case 'integer':
    case 'decimal': {
      const read = readNumber(type, type.form === 'text' ? stripped : text, bytes);
      return read && 'reason' in read ? { reason: `${read.reason}: ${shown(text)}` } : read;
    }
    case 'string':
      return stripped === '' ? undefined : { value: stripped };
    case 'boolean':
      if (stripped === type.yes || stripped === type.no) return { value: stripped === type.yes };
      return stripped.trim() === ''
        ? undefined
        : { reason: `is ${shown(text)}, neither ${shown(type.yes)} nor ${shown(type.no)}` };
    default: {
      if (/^[\s0]*$/.test(stripped) && type.kind !== 'time') return undefined; // How many systems say that there is none.
      if (stripped.trim() === '') return undefined;
      const value = readPattern(fitting(text, stripped, type.pattern), type.pattern, type.kind);
      return value === undefined
        ? { reason: `is no ${type.kind} of the form ${type.pattern}: ${shown(text)}` }
        : { value };
    }
  }
}

/** A pattern may begin or end with blanks itself. */
const fitting = (text: string, stripped: string, pattern: string) =>
  text.length === pattern.length ? text : stripped.length === pattern.length ? stripped : stripped.trim();

function strip(text: string, { pad, justify, type }: ValueField): string {
  if (pad === '') return text;
  if (justify === 'left') {
    let end = text.length;
    while (end > 0 && text[end - 1] === pad) end -= 1;
    return text.slice(0, end);
  }
  let from = 0;
  const numeric = type.kind === 'integer' || type.kind === 'decimal';
  const last = numeric && pad === '0' ? text.length - 1 : text.length;
  while (from < last && text[from] === pad) from += 1;
  return text.slice(from);
}

export const shown = (text: string) => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
