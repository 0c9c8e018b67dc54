/**
 * Reads a flat file piece by piece: cuts it, follows its order, checks its totals, and gives what was asked for (the whole file,
 * or each occurrence of some of its records or groups) as soon as it is whole. Of the rest only what occurs once is kept.
 */
import type { BusError } from '../../contracts/errors.ts';
import { isBusError } from '../../errors/as-bus-error.ts';
import { busError } from '../../errors/bus-error.ts';
import { createCutter, type Line } from './cut.ts';
import { Follower } from './follow.ts';
import { withHeadings } from './headings.ts';
import type { DelimitedBody, FlatLayout, GroupNode, LineNode, RecordNode } from './layout.ts';
import { readBody } from './read-record.ts';
import { shown } from './read-value.ts';
import { Counts, sameTotal, type TotalField, totalsOf } from './totals.ts';

export interface Item {
  readonly node: LineNode;
  /** Or why it cannot be read; those after it can. */
  readonly value: Readonly<Record<string, unknown>> | BusError;
  /** Of its first record: its number in the file, and the bytes before it. */
  readonly number: number;
  readonly offset: number;
  /** As it lay in the file. */
  readonly raw: readonly (Uint8Array | string)[];
  /** What is known of the groups around it, by name: headers that came before. */
  readonly around: Readonly<Record<string, unknown>>;
}

type Value = Record<string, unknown>;

/** An occurrence of a group. */
interface Open {
  readonly node: GroupNode;
  readonly value: Value;
  readonly counts: Counts;
  readonly said: { readonly total: TotalField; readonly value: unknown; readonly line: Line }[];
  /** Only where it is asked for. */
  readonly item:
    | { first: Line | undefined; readonly raw: (Uint8Array | string)[]; error: BusError | undefined }
    | undefined;
}

export class FlatReader {
  readonly #layout: FlatLayout;
  readonly #wanted: ReadonlySet<LineNode>;
  readonly #totals: readonly TotalField[];
  readonly #cutter;
  readonly #follower: Follower;
  readonly #open: Open[] = [];
  readonly #bodies = new Map<RecordNode, DelimitedBody>();
  #pending: Line | undefined;
  #line = 0;

  constructor(layout: FlatLayout, wanted: ReadonlySet<LineNode>) {
    this.#layout = layout;
    this.#wanted = wanted;
    this.#totals = totalsOf(layout.root);
    this.#cutter = createCutter(layout);
    this.#follower = new Follower(layout.root);
    this.#begin(layout.root);
  }

  /** Throws the error that ends the reading; what was given before stands. */
  *push(bytes: Uint8Array): Generator<Item> {
    for (const line of this.#cutter.push(bytes)) yield* this.#next(line);
  }

  *end(): Generator<Item> {
    for (const line of this.#cutter.end()) yield* this.#next(line);
    if (this.#pending) yield* this.#take(this.#pending, true);
    const missing = this.#follower.missing();
    if (missing !== undefined) {
      throw busError('FLAT_INCOMPLETE', { type: this.#layout.name, record: this.#line, expected: missing });
    }
    while (this.#open.length > 0) yield* this.#close();
  }

  /** One line is held back, so that the last is known as such. */
  *#next(line: Line): Generator<Item> {
    const before = this.#pending;
    this.#pending = line;
    if (before) yield* this.#take(before, false);
  }

  *#take(line: Line, last: boolean): Generator<Item> {
    this.#line = line.number;
    const step = this.#follower.accept(line, last);
    if ('expected' in step) {
      const { number: record, offset, text } = line;
      throw busError('FLAT_UNEXPECTED', {
        type: this.#layout.name,
        record,
        offset,
        found: shown(text),
        expected: step.expected,
      });
    }
    for (let count = 0; count < step.closed; count += 1) yield* this.#close();
    for (const group of step.opened) this.#begin(group);
    for (const { item } of this.#open) {
      if (!item) continue;
      item.first ??= line;
      item.raw.push(line.raw);
    }
    if (this.#isHeadings(step.record, line)) return;
    yield* this.#record(step.record, line);
  }

  #begin(node: GroupNode): void {
    const totals = this.#totals.filter(({ scope }) => scope === node);
    const item = this.#wanted.has(node) ? { first: undefined, raw: [], error: undefined } : undefined;
    this.#open.push({ node, value: {}, counts: new Counts(totals), said: [], item });
  }

  /** The first line of a record with headings says which column is which. It is not the record itself. */
  #isHeadings(record: RecordNode, line: Line): boolean {
    if (!record.headings || this.#bodies.has(record) || record.body.structure !== 'delimited') return false;
    const fail = (field: string, reason: string) => this.#failed(line, field, reason);
    const body = withHeadings(record.body, line.text, fail);
    this.#bodies.set(record, body ?? record.body);
    return body !== undefined;
  }

  *#record(record: RecordNode, line: Line): Generator<Item> {
    const parent = this.#open.at(-1)!;
    const value = this.#read(record, line);
    if (isBusError(value)) {
      const wanted = this.#open.findLast(({ item }) => item)?.item;
      if (this.#wanted.has(record)) yield this.#item(record, value, line, [line.raw]);
      else if (wanted) wanted.error ??= value;
      else throw value;
      return;
    }
    for (const { counts } of this.#open) counts.add(record, value);
    for (const total of this.#totals) {
      const said = total.record === record ? value[total.field.name] : undefined;
      if (said !== undefined) parent.said.push({ total, value: said, line });
    }
    if (this.#wanted.has(record)) yield this.#item(record, value, line, [line.raw]);
    else this.#keep(parent, record, value);
  }

  #read(record: RecordNode, line: Line): Value | BusError {
    const body = this.#bodies.get(record) ?? record.body;
    try {
      return readBody(body, record.tag, line, '', (field, reason) => this.#failed(line, field || record.name, reason));
    } catch (thrown) {
      if (isBusError(thrown)) return thrown;
      throw thrown;
    }
  }

  #failed({ number: record, offset }: Line, field: string, reason: string): never {
    throw busError('FLAT_FIELD', { type: this.#layout.name, record, offset, field, reason });
  }

  *#close(): Generator<Item> {
    const { node, value, counts, said, item } = this.#open.pop()!;
    for (const { total, value: saying, line } of said) {
      const counted = counts.of(total);
      if (sameTotal(saying, counted)) continue;
      const values = {
        type: this.#layout.name,
        record: line.number,
        offset: line.offset,
        said: String(saying),
        counted,
      };
      const error = busError('FLAT_TOTAL', { ...values, field: `${total.record.name}.${total.field.name}` });
      if (!item) throw error;
      item.error ??= error;
    }
    const parent = this.#open.at(-1);
    if (item) yield this.#item(node, item.error ?? value, item.first, item.raw);
    else if (parent) this.#keep(parent, node, value);
  }

  /** Within what is asked for everything is kept, around it only what occurs once. */
  #keep({ node, value }: Open, child: LineNode, given: Value): void {
    const { name, repeat } = child;
    if (node.choice) value[name] = given;
    else if (repeat.max === 1) value[name] = given;
    else if (this.#open.some(({ item }) => item)) {
      value[name] ??= [];
      (value[name] as Value[]).push(given);
    }
  }

  #item(node: LineNode, value: Value | BusError, first: Line | undefined, raw: readonly (Uint8Array | string)[]): Item {
    const around = Object.assign({}, ...this.#open.map((open) => open.value)) as Value;
    return { node, value, number: first?.number ?? 0, offset: first?.offset ?? 0, raw, around };
  }
}

/** All of `bytes` at once: the one occurrence of `node`. */
export function readWhole(layout: FlatLayout, node: LineNode, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const reader = new FlatReader(layout, new Set([node]));
  const items = [...reader.push(bytes), ...reader.end()];
  const [item] = items;
  if (!item || items.length > 1)
    throw busError('FLAT_INCOMPLETE', { type: layout.name, record: 0, expected: `one ${node.name}` });
  if (isBusError(item.value)) throw item.value;
  return item.value;
}
