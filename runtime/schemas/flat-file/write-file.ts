/** Writes a document by a layout: records in the order of the layout, totals filled in, every byte as declared. */
import { busError } from '../../errors/bus-error.ts';
import { cellOf } from './cells.ts';
import { headingsOf } from './headings.ts';
import type { FlatLayout, GroupNode, LineNode, RecordNode } from './layout.ts';
import type { Fail } from './read-record.ts';
import { asValue, Counts, sameTotal, type TotalField, totalsOf } from './totals.ts';
import { type Written, writeBody } from './write-record.ts';

type Value = Readonly<Record<string, unknown>>;

/** `node`: the root for a whole file, else one occurrence of a record or group. Throws DOCUMENT_NOT_WRITABLE. */
export function writeFile(layout: FlatLayout, node: LineNode, document: unknown): Uint8Array {
  return new FileWriter(layout).write(node, document);
}

class FileWriter {
  readonly #layout: FlatLayout;
  readonly #totals: readonly TotalField[];
  readonly #open: { readonly node: GroupNode; readonly counts: Counts }[] = [];
  readonly #records: Uint8Array[] = [];
  readonly #headed = new Set<RecordNode>();

  constructor(layout: FlatLayout) {
    this.#layout = layout;
    this.#totals = totalsOf(layout.root);
  }

  write(node: LineNode, document: unknown): Uint8Array {
    if (typeof document !== 'object' || document === null) this.#fail('', 'is not a record');
    this.#node(node, document as Value, '');
    const { framing, encoding } = this.#layout;
    const end =
      framing.by.kind === 'end' || framing.by.kind === 'length' ? encoding.encode(framing.by.end)! : new Uint8Array();
    const whole = this.#records.flatMap((record, index) =>
      framing.infix && index === this.#records.length - 1 ? [record] : [record, end],
    );
    return Buffer.concat(whole);
  }

  #node(node: LineNode, value: Value, path: string): void {
    if (node.kind === 'record') {
      this.#record(node, value, path);
      return;
    }
    const counts = new Counts(this.#totals.filter(({ scope }) => scope === node));
    this.#open.push({ node, counts });
    count(node, value, counts);
    this.#group(node, value, path);
    this.#open.pop();
  }

  #group(node: GroupNode, value: Value, path: string): void {
    const names = new Set(node.items.map(({ name }) => name));
    const keys = Object.keys(value);
    for (const key of keys) if (!names.has(key)) this.#fail(join(path, key), 'is neither a record nor a group there');
    if (node.choice && keys.length !== 1) this.#fail(path, `must be one of ${[...names].join(', ')}`);
    for (const item of node.items) this.#item(item, value[item.name], join(path, item.name), node.choice);
  }

  #item(item: LineNode, given: unknown, path: string, chosen: boolean): void {
    const { min, max } = item.repeat;
    if (given === undefined || given === null) {
      if (chosen || min === 0) return;
      if (max > 1) this.#fail(path, 'is missing');
      this.#node(item, {}, path);
      return;
    }
    if (max === 1) {
      this.#node(item, given as Value, path);
      return;
    }
    if (!Array.isArray(given)) this.#fail(path, 'is not a list');
    if (given.length < min || given.length > max)
      this.#fail(path, `occurs ${given.length} times, not ${min} to ${max} times`);
    for (const [index, one] of given.entries()) this.#node(item, one as Value, `${path}[${index}]`);
  }

  #record(node: RecordNode, value: Value, path: string): void {
    const fail: Fail = (field, reason) => this.#fail(field, reason);
    if (node.headings && node.body.structure === 'delimited' && !this.#headed.has(node)) {
      this.#headed.add(node);
      const { body } = node;
      const cells = headingsOf(body).map((heading) => cellOf(heading, body, [body.delimiter], false) ?? heading);
      this.#records.push(this.#encoded([cells.join(body.delimiter)], path));
    }
    const { by } = this.#layout.framing;
    const marks = by.kind === 'end' ? (by.newline ? ['\r', '\n'] : [by.end]) : [];
    const written = writeBody(node.body, node.tag, this.#withTotals(node, value, path), path, { marks, fail });
    this.#records.push(this.#framed(this.#encoded(written, path), path));
  }

  #withTotals(node: RecordNode, value: Value, path: string): Value {
    const own = this.#totals.filter(({ record }) => record === node);
    if (own.length === 0) return value;
    const filled: Record<string, unknown> = { ...value };
    for (const total of own) {
      const counts = this.#open.find(({ node: scope }) => scope === total.scope)?.counts;
      if (!counts) continue; // A record by itself: what it says of others is its own affair.
      const { name } = total.field;
      const counted = counts.of(total);
      const given = value[name];
      if (given !== undefined && given !== null && !sameTotal(given, counted)) {
        this.#fail(join(path, name), `is ${String(given)}, but it must be ${counted}`);
      }
      filled[name] = asValue(total, counted);
    }
    return filled;
  }

  #encoded(written: Written, path: string): Uint8Array {
    const { encoding } = this.#layout;
    const pieces = written.map((piece) => {
      if (typeof piece !== 'string') return piece;
      return (
        encoding.encode(piece) ??
        this.#fail(path, `holds a character that ${encoding.name} lacks: ${lackedBy(encoding, piece)}`)
      );
    });
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  }

  #framed(record: Uint8Array, path: string): Uint8Array {
    const { framing, encoding } = this.#layout;
    const { by } = framing;
    if (by.kind === 'length') {
      if (record.byteLength > by.length)
        this.#fail(path, `takes ${record.byteLength} bytes, and a record has ${by.length}`);
      const blank = encoding.encode(' ')![0]!;
      return record.byteLength === by.length
        ? record
        : Buffer.concat([record, Buffer.alloc(by.length - record.byteLength, blank)]);
    }
    if (by.kind !== 'rdw') return record;
    const length = record.byteLength + 4;
    if (length > 0xffff) this.#fail(path, `takes ${record.byteLength} bytes, and 65531 is the most`);
    return Buffer.concat([Uint8Array.of(length >> 8, length & 255, 0, 0), record]);
  }

  #fail(path: string, reason: string): never {
    throw busError('DOCUMENT_NOT_WRITABLE', { type: this.#layout.name, path: `/${path.replaceAll('.', '/')}`, reason });
  }
}

/** Counts everything that one occurrence of a group is going to hold. */
function count(node: GroupNode, value: Value, counts: Counts): void {
  for (const item of node.items) {
    const given = value[item.name];
    const all = Array.isArray(given) ? given : given === undefined || given === null ? missing(item, node) : [given];
    for (const one of all) {
      if (typeof one !== 'object' || one === null) continue; // Refused when it is written.
      if (item.kind === 'record') counts.add(item, one as Value);
      else count(item, one as Value, counts);
    }
  }
}

/** What is written although the document has nothing: a record of constants and totals. */
const missing = (item: LineNode, { choice }: GroupNode): readonly Value[] =>
  !choice && item.repeat.min > 0 && item.repeat.max === 1 ? [{}] : [];

const join = (path: string, name: string) => (path === '' ? name : `${path}.${name}`);

const lackedBy = (encoding: FlatLayout['encoding'], text: string) =>
  JSON.stringify([...text].find((character) => encoding.encode(character) === undefined) ?? text);
