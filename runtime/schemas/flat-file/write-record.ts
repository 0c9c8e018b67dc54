/** The object of a record as its characters, and bytes where fields are packed. Everything that does not fit is an error with its field. */
import { cellOf } from './cells.ts';
import type { DelimitedBody, FieldNode, NestedField, PositionalBody, RecordBody, Tag, ValueField } from './layout.ts';
import type { Fail } from './read-record.ts';
import { writeValue } from './write-value.ts';

/** Pieces of one record: characters to be encoded, or bytes as they are. */
export type Written = readonly (string | Uint8Array)[];

export interface Writing {
  /** What must not stand in a value, beyond the delimiters of its own record. */
  readonly marks: readonly string[];
  readonly fail: Fail;
}

export function writeBody(body: RecordBody, tag: Tag | undefined, value: unknown, path: string, to: Writing): Written {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return to.fail(path, 'is not a record');
  const record = value as Readonly<Record<string, unknown>>;
  refuseUnknown(body, record, path, to);
  return body.structure === 'positional'
    ? writePositional(body, tag, record, path, to)
    : [writeDelimited(body, tag, record, path, to)];
}

function refuseUnknown({ fields }: RecordBody, record: object, path: string, { fail }: Writing): void {
  const names = new Set(fields.map(({ name }) => name));
  for (const key of Object.keys(record)) if (!names.has(key)) fail(join(path, key), 'is not a field of the record');
}

const join = (path: string, name: string) => (path === '' ? name : `${path}.${name}`);

function valuesOf(
  field: FieldNode,
  record: Readonly<Record<string, unknown>>,
  path: string,
  { fail }: Writing,
): unknown[] {
  const value = Object.hasOwn(record, field.name) ? record[field.name] : undefined;
  if (field.repeat.max === 1) return [value];
  const list = value === undefined || value === null ? [] : value;
  if (!Array.isArray(list)) return fail(join(path, field.name), 'is not a list');
  if (list.length > field.repeat.max)
    fail(join(path, field.name), `has ${list.length} items, and ${field.repeat.max} is the most`);
  return list;
}

/** Fields stand in the order of their places; between them is blank. The tag lies over what is there. */
function writePositional(
  body: PositionalBody,
  tag: Tag | undefined,
  record: Readonly<Record<string, unknown>>,
  path: string,
  to: Writing,
): Written {
  const pieces: (string | Uint8Array)[] = [];
  let at = 0;
  const skipTo = (place: number) => {
    if (place > at) pieces.push(blanks(at, place, tag));
    at = Math.max(at, place);
  };
  for (const field of body.fields.toSorted((a, b) => a.at - b.at)) {
    const length = field.length ?? 0;
    const values = valuesOf(field, record, path, to);
    for (let index = 0; index < field.repeat.max; index += 1) {
      skipTo(field.at + index * length);
      pieces.push(...writeFixed(field, values[index], join(path, field.name), to));
      at += length;
    }
  }
  skipTo(body.length);
  return pieces;
}

function blanks(from: number, to: number, tag: Tag | undefined): string {
  const blank = ' '.repeat(to - from);
  if (!tag || tag.at < from || tag.at + tag.text.length > to) return blank;
  return (blank.slice(0, tag.at - from) + tag.text).padEnd(to - from);
}

function writeFixed(field: FieldNode, value: unknown, path: string, to: Writing): Written {
  if (field.kind === 'value') {
    const written = writeValue(field, value);
    if ('reason' in written) return to.fail(path, written.reason);
    return ['text' in written ? written.text : written.bytes];
  }
  const absent = value === undefined || value === null;
  return writeBody(field.body, field.tag, absent ? {} : value, path, to);
}

function writeDelimited(
  body: DelimitedBody,
  tag: Tag | undefined,
  record: Readonly<Record<string, unknown>>,
  path: string,
  to: Writing,
): string {
  const cells = body.fields.flatMap((field) =>
    cellsOf(field, body, valuesOf(field, record, path, to), join(path, field.name), to),
  );
  const kept = body.keepEmpty ? cells : cells.filter((cell) => cell !== '');
  if (body.suppressTrailing) while (kept.at(-1) === '') kept.pop();
  const text = kept.join(body.delimiter);
  const start = tag?.text ?? '';
  if (body.order === 'prefix') return kept.length === 0 ? start : `${start}${body.delimiter}${text}`;
  return body.order === 'postfix' && kept.length > 0 ? `${start}${text}${body.delimiter}` : start + text;
}

function cellsOf(
  field: FieldNode,
  body: DelimitedBody,
  values: readonly unknown[],
  path: string,
  to: Writing,
): string[] {
  const marks = [...to.marks, body.delimiter, body.escape, field.repeatDelimiter];
  const cells = values.map((value) =>
    field.kind === 'nested'
      ? nestedCell(field, value, path, { ...to, marks })
      : leafCell(field, body, value, path, marks, to.fail),
  );
  if (field.repeatDelimiter !== '') return [cells.join(field.repeatDelimiter)];
  return cells.length === 0 ? [] : cells;
}

function nestedCell(field: NestedField, value: unknown, path: string, to: Writing): string {
  if (value === undefined || value === null) return field.required ? to.fail(path, 'is missing') : '';
  return writeBody(field.body, field.tag, value, path, to).join('');
}

function leafCell(
  field: ValueField,
  body: DelimitedBody,
  value: unknown,
  path: string,
  marks: readonly string[],
  fail: Fail,
): string {
  const written = writeValue(field, value);
  if ('reason' in written) return fail(path, written.reason);
  if (!('text' in written)) return fail(path, 'is bytes, which a delimited record cannot hold');
  const cell = cellOf(written.text, body, marks, field.wrapAlways);
  return cell ?? fail(path, 'holds a delimiter, and the record has neither quotes nor an escape character');
}
