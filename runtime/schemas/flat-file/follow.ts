/** Follows the order of records through a file: which record a line is, and which groups begin and end with it. */
import type { Line } from './cut.ts';
import type { GroupNode, LineNode, RecordNode } from './layout.ts';

export interface Step {
  /** How many of the open groups end before the line. */
  readonly closed: number;
  /** Then these begin, the outermost first. */
  readonly opened: readonly GroupNode[];
  readonly record: RecordNode;
}

export interface Unexpected {
  readonly expected: string;
}

interface Frame {
  readonly node: GroupNode;
  /** The item that is at hand, and how often each occurred. */
  index: number;
  readonly counts: number[];
}

export class Follower {
  readonly #frames: Frame[];
  readonly #hasLast: boolean;
  #byTag = false;

  constructor(root: GroupNode) {
    this.#frames = [frameOf(root)];
    this.#hasLast = recordsOf(root).some(({ last }) => last);
  }

  accept(line: Line, last: boolean): Step | Unexpected {
    const expected = new Set<string>();
    const tagged = this.#search(line, last, true, new Set());
    const found = tagged ?? this.#search(line, last, false, expected);
    return found
      ? this.#enter(found.closed, found.index, line, last)
      : { expected: [...expected].join(', ') || 'nothing more' };
  }

  /** A record without a tag takes only what no record with one may take there: so tags are looked for first. */
  #search(
    line: Line,
    last: boolean,
    byTag: boolean,
    expected: Set<string>,
  ): { closed: number; index: number } | undefined {
    this.#byTag = byTag;
    for (let closed = 0; closed < this.#frames.length; closed += 1) {
      const frame = this.#frames.at(-1 - closed)!;
      const index = this.#place(frame, line, last, expected);
      if (index !== undefined) return { closed, index };
      if (!isComplete(frame)) break;
    }
    return undefined;
  }

  /** What is missing at the end of the file; undefined of a whole one. */
  missing(): string | undefined {
    const open = this.#frames.find((frame) => !isComplete(frame));
    if (!open) return undefined;
    const { node, index, counts } = open;
    if (node.choice) return node.items.map(describe).join(' or ');
    const item = node.items.slice(index).find(({ repeat }, at) => (counts[index + at] ?? 0) < repeat.min);
    return item && describe(item);
  }

  /** The item of the group that the line begins, at or after the one at hand. */
  #place({ node, index, counts }: Frame, line: Line, last: boolean, expected: Set<string>): number | undefined {
    for (let at = node.choice ? 0 : index; at < node.items.length; at += 1) {
      const item = node.items[at]!;
      const count = counts[at]!;
      const free = node.choice ? isFree(counts, at, item) : count < item.repeat.max;
      if (free && this.#begins(item, line, last)) return at;
      if (free) expected.add(describe(item));
      if (!node.choice && count < item.repeat.min) return undefined;
    }
    return undefined;
  }

  #begins(item: LineNode, line: Line, last: boolean): boolean {
    if (item.kind === 'record') return this.#matches(item, line, last);
    for (const inner of item.items) {
      if (this.#begins(inner, line, last)) return true;
      if (!item.choice && inner.repeat.min > 0) return false;
    }
    return false;
  }

  /** A record without a tag takes whatever comes, but for the last line where that is another's. */
  #matches({ tag, last: onlyLast, body }: RecordNode, { text }: Line, last: boolean): boolean {
    if (onlyLast && !last) return false;
    if (!tag) return !this.#byTag && (onlyLast || !last || !this.#hasLast);
    if (text.startsWith(tag.text, tag.at)) {
      if (body.structure === 'positional' || body.order !== 'prefix') return true;
      const end = tag.at + tag.text.length;
      return end === text.length || text.startsWith(body.delimiter, end);
    }
    return body.structure === 'delimited' && body.wrap !== '' && text.startsWith(body.wrap + tag.text + body.wrap);
  }

  #enter(closed: number, index: number, line: Line, last: boolean): Step {
    this.#frames.splice(this.#frames.length - closed, closed);
    const opened: GroupNode[] = [];
    let frame = this.#frames.at(-1)!;
    let at = index;
    for (;;) {
      frame.index = at;
      frame.counts[at]! += 1;
      const item = frame.node.items[at]!;
      if (item.kind === 'record') return { closed, opened, record: item };
      opened.push(item);
      frame = frameOf(item);
      this.#frames.push(frame);
      at = this.#first(item, line, last);
    }
  }

  /** Of a group that the line begins, the item. */
  #first({ items }: GroupNode, line: Line, last: boolean): number {
    for (const byTag of [true, false]) {
      this.#byTag = byTag;
      const at = items.findIndex((inner) => this.#begins(inner, line, last));
      if (at >= 0) return at;
    }
    return 0;
  }
}

/** One item of a choice, as often as it may repeat. */
function isFree(counts: readonly number[], at: number, { repeat }: LineNode): boolean {
  return counts[at]! < repeat.max && counts.every((count, other) => count === 0 || other === at);
}

function isComplete({ node, index, counts }: Frame): boolean {
  if (node.choice) return counts.some((count) => count > 0);
  return node.items.slice(index).every(({ repeat }, at) => counts[index + at]! >= repeat.min);
}

const frameOf = (node: GroupNode): Frame => ({ node, index: 0, counts: node.items.map(() => 0) });

const describe = (node: LineNode): string =>
  node.kind === 'record'
    ? `${node.name}${node.tag ? ` (${JSON.stringify(node.tag.text)})` : ''}`
    : node.items
        .slice(0, node.choice ? undefined : 1)
        .map(describe)
        .join(' or ');

export function recordsOf(node: LineNode): readonly RecordNode[] {
  return node.kind === 'record' ? [node] : node.items.flatMap(recordsOf);
}
