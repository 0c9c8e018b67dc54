/** One record of a flat file as the object of its fields. What is absent is left out; what cannot be read is an error with its field. */
import { plainCell, splitCells } from './cells.ts';
import type { DelimitedBody, FieldNode, PositionalBody, RecordBody, Tag, ValueField } from './layout.ts';
import { readValue, shown } from './read-value.ts';

/** The characters of a record, or of a part of one, and their bytes where each is one byte. */
export interface Piece {
  readonly text: string;
  readonly bytes: Uint8Array | undefined;
}

/** Never returns: throws the error that names record, offset and field. */
export type Fail = (field: string, reason: string) => never;

export function readBody(body: RecordBody, tag: Tag | undefined, piece: Piece, path: string, fail: Fail) {
  return body.structure === 'positional'
    ? readPositional(body, piece, path, fail)
    : readDelimited(body, tag, piece.text, path, fail);
}

function readPositional(body: PositionalBody, { text, bytes }: Piece, path: string, fail: Fail) {
  const record: Record<string, unknown> = {};
  const beyond = text.slice(body.length);
  if (beyond.trim() !== '') fail(path, `has ${shown(beyond)} behind its last field, at position ${body.length + 1}`);
  for (const field of body.fields) {
    const { at, length = 0, repeat } = field;
    const values: unknown[] = [];
    for (let index = 0; index < repeat.max; index += 1) {
      const from = at + index * length;
      const piece = { text: text.slice(from, from + length), bytes: bytes?.subarray(from, from + length) };
      values.push(readPart(field, piece, inside(path, field, index), fail));
    }
    put(record, field, values);
  }
  return record;
}

function readPart(field: FieldNode, piece: Piece, path: string, fail: Fail): unknown {
  if (field.kind === 'nested') {
    if (piece.text.trim() === '' && !field.required) return undefined;
    const nested = readBody(field.body, field.tag, piece, path, fail);
    return Object.keys(nested).length === 0 && !field.required ? undefined : nested;
  }
  return readLeaf(field, piece, path, fail);
}

function readLeaf(field: ValueField, { text, bytes }: Piece, path: string, fail: Fail): unknown {
  const form = 'form' in field.type ? field.type.form : 'text';
  if (form === 'packed' || form === 'binary') {
    if (!bytes || bytes.byteLength < field.length!) return undefined;
    if (form === 'packed' && /^( +|\0+)$/.test(text)) return undefined; // Never filled in.
  } else if (text === '') return undefined;
  const read = readValue(field, text, bytes);
  if (read && 'reason' in read) return fail(path, read.reason);
  return read?.value;
}

const inside = (path: string, { name, repeat }: FieldNode, index: number) =>
  `${path === '' ? '' : `${path}.`}${name}${repeat.max > 1 ? `[${index}]` : ''}`;

/** A field that may repeat is a list, without the absent ones at its end. */
function put(record: Record<string, unknown>, { name, repeat, kind, ...field }: FieldNode, values: unknown[]): void {
  if (kind === 'value' && 'constant' in field && field.constant !== undefined) return;
  if (repeat.max === 1) {
    if (values[0] !== undefined) record[name] = values[0];
    return;
  }
  while (values.length > 0 && values.at(-1) === undefined) values.pop();
  if (values.length > 0) record[name] = values.map((value) => value ?? null);
}

function readDelimited(body: DelimitedBody, tag: Tag | undefined, given: string, path: string, fail: Fail) {
  const record: Record<string, unknown> = {};
  const cells = splitCells(withoutTag(body, tag, given), body);
  if (!cells) return fail(path, 'has a quote that is never closed');
  if (body.order === 'prefix' && cells[0] === '') cells.shift();
  if (body.order === 'postfix' && cells.at(-1) === '') cells.pop();
  const rest = new Cells(cells);
  for (const field of body.fields) {
    const values = takeCells(field, body, rest).map((cell, index) =>
      readCell(field, cell, body, inside(path, field, index), fail),
    );
    put(record, field, values);
  }
  const more = rest.left().find((cell) => cell.trim() !== '');
  if (more !== undefined) {
    fail(path, `has ${cells.length} fields, and ${body.fields.length} is the most: ${shown(more)} is left over`);
  }
  return record;
}

function withoutTag({ wrap }: DelimitedBody, tag: Tag | undefined, text: string): string {
  if (!tag) return text;
  const quoted = wrap + tag.text + wrap;
  return wrap !== '' && text.startsWith(quoted) ? text.slice(quoted.length) : text.slice(tag.text.length);
}

/** The cells of a record that were not read yet. */
class Cells {
  readonly #cells: readonly string[];
  #next = 0;

  constructor(cells: readonly string[]) {
    this.#cells = cells;
  }

  peek(): string | undefined {
    return this.#cells[this.#next];
  }

  take(): string | undefined {
    const cell = this.#cells[this.#next];
    this.#next += 1;
    return cell;
  }

  left(): readonly string[] {
    return this.#cells.slice(this.#next);
  }
}

/** The cells of one field: of a tagged one those that bear its tag; of one that repeats as many as it may have. */
function takeCells(field: FieldNode, body: DelimitedBody, rest: Cells): string[] {
  const { repeat, repeatDelimiter } = field;
  const tag = field.kind === 'nested' ? field.tag : undefined;
  if (repeatDelimiter !== '') {
    const cell = rest.take();
    return cell === undefined || cell === ''
      ? []
      : (splitCells(cell, { ...body, delimiter: repeatDelimiter }) ?? [cell]);
  }
  const cells: string[] = [];
  while (cells.length < repeat.max && rest.peek() !== undefined) {
    if (tag && !rest.peek()!.startsWith(tag.text)) break;
    cells.push(rest.take()!);
  }
  return cells;
}

function readCell(field: FieldNode, cell: string, body: DelimitedBody, path: string, fail: Fail): unknown {
  // What must be there and is empty is a record of nothing, or it could not be written again.
  if (field.kind === 'nested' && cell === '') return field.required && !field.tag ? {} : undefined;
  if (field.kind === 'nested') return readPart(field, { text: cell, bytes: undefined }, path, fail);
  return readLeaf(field, { text: plainCell(cell, body), bytes: undefined }, path, fail);
}
