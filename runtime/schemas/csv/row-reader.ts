/**
 * Reads the rows of a CSV text that comes in pieces of any length. Rows end as the first of them does: by CRLF, LF or CR. Empty lines are
 * passed over. Quotes are strict: they stand around a whole cell, and within it each is doubled.
 */
import { busError } from '../../errors/bus-error.ts';

export interface Dialect {
  /** What stands between cells; one character or more. */
  readonly delimiter: string;
  /** Empty: there are none. */
  readonly quote: string;
}

export interface RowReader {
  /** More of the text. */
  push(text: string): void;
  /** There is no more. */
  end(): void;
  /**
   * Reads the next row. False when more of the text is needed for it, or after the last one. Throws CSV_SYNTAX with the number of the row
   * (a header counts; empty lines do not) and its place in the text.
   */
  next(): boolean;
  /** Of the row that was read last: the same list is used for the next one. */
  readonly cells: readonly string[];
  /** The row that was read last as it stands in the text, with the end of its line. Only until more is pushed. */
  raw(): string;
}

/** Longer rows (characters) are refused, so that an unclosed quote cannot gather a whole file in memory. */
const LONGEST = 1_048_576;

const CR = 13;
const LF = 10;
const BOM = '\uFEFF';
/** No character has it. */
const NO_CODE = -1;
/** Where a cell ends is not known before more of the text is there. */
const OPEN = -1;

export function createRowReader({ delimiter, quote }: Dialect, longest = LONGEST): RowReader {
  const delimiterCode = delimiter.charCodeAt(0);
  const quoteCode = quote === '' ? NO_CODE : quote.charCodeAt(0);
  /** So many characters must be known from one on to tell what it means. */
  const ahead = quote.length + Math.max(delimiter.length, quote.length, 2);
  const cells: string[] = [];
  let text = '';
  /** Came later than `text`, and is joined to it once it is as long: a row in many pieces is not gone through for each of them. */
  let later = '';
  let begun = false;
  let ended = false;
  let lineEnd: string | undefined;
  /** Where the row begins that was or is being read, and in which line of the whole text. */
  let start = 0;
  let line = 1;
  /** The same of the row that comes next. */
  let nextStart = 0;
  let nextLine = 1;
  let rows = 0;

  function push(piece: string): void {
    later += piece;
    if (later.length >= text.length - nextStart) join();
  }

  function join(): void {
    text = nextStart < text.length ? text.slice(nextStart) + later : later;
    later = '';
    nextStart = 0;
    if (begun || text === '') return;
    begun = true;
    if (text.startsWith(BOM)) nextStart = 1;
  }

  function next(): boolean {
    const limit = ended ? text.length : text.length - ahead;
    let from = passEmptyLines(limit);
    let count = 0;
    let quotes = false;
    while (from < limit || (count > 0 && from === limit && ended)) {
      const quoted = from < limit && isQuote(from);
      const end = quoted ? closing(from, limit) : plain(from, limit);
      if (end === OPEN) break;
      cells[count++] = quoted ? unquoted(from, end) : text.slice(from, end);
      quotes ||= quoted;
      const lineEnds = lineEndAt(end);
      if (lineEnds > 0 || end === text.length) {
        cells.length = count;
        return finish(end, lineEnds, quotes);
      }
      from = end + delimiter.length;
    }
    mustBeShort(text.length);
    return false;
  }

  function passEmptyLines(limit: number): number {
    while (nextStart < limit) {
      const ends = lineEndAt(nextStart);
      if (ends === 0) break;
      nextStart += ends;
      nextLine += 1;
    }
    start = nextStart;
    line = nextLine;
    return start;
  }

  function finish(end: number, lineEnds: number, quotes: boolean): true {
    mustBeShort(end);
    rows += 1;
    nextStart = end + lineEnds;
    nextLine = line + 1 + (quotes ? breaksIn(text.slice(start, end)) : 0);
    return true;
  }

  const isQuote = (index: number) =>
    text.charCodeAt(index) === quoteCode && (quote.length === 1 || text.startsWith(quote, index));

  const isDelimiter = (index: number) =>
    text.charCodeAt(index) === delimiterCode && (delimiter.length === 1 || text.startsWith(delimiter, index));

  /** How long the end of a line is that stands there, if one does; the first one tells what all are. */
  function lineEndAt(index: number): number {
    const code = text.charCodeAt(index);
    if (code !== CR && code !== LF) return 0;
    lineEnd ??= code === LF ? '\n' : text.charCodeAt(index + 1) === LF ? '\r\n' : '\r';
    return text.startsWith(lineEnd, index) ? lineEnd.length : 0;
  }

  /** Where a cell without quotes ends. */
  function plain(from: number, limit: number): number {
    const all = text;
    for (let index = from; index < limit; index += 1) {
      const code = all.charCodeAt(index);
      if (code === delimiterCode) {
        if (isDelimiter(index)) return index;
      } else if (code === LF || code === CR) {
        if (lineEndAt(index) > 0) return index;
      } else if (code === quoteCode && isQuote(index)) {
        throw wrong(index, 'a quote stands within a cell that does not begin with one');
      }
    }
    return ended ? limit : OPEN;
  }

  /** Where a cell in quotes ends: behind the closing one. */
  function closing(from: number, limit: number): number {
    for (let index = from + quote.length; ; index += quote.length) {
      index = text.indexOf(quote, index);
      if (index < 0 && ended) throw wrong(from, 'a quote opens that is never closed');
      if (index < 0 || index >= limit) return OPEN;
      index += quote.length;
      if (isQuote(index)) continue;
      if (isDelimiter(index) || lineEndAt(index) > 0 || index === text.length) return index;
      throw wrong(index, 'a closing quote is followed by neither the delimiter nor the end of the line');
    }
  }

  function unquoted(from: number, end: number): string {
    const inside = text.slice(from + quote.length, end - quote.length);
    return inside.includes(quote) ? inside.replaceAll(quote + quote, quote) : inside;
  }

  function mustBeShort(end: number): void {
    if (end - start > longest)
      throw wrong(start, `it is longer than ${longest} characters; maybe a quote is never closed`);
  }

  function wrong(index: number, reason: string) {
    const before = text.slice(start, index);
    const column = index - start - Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r'));
    const place = `line ${line + breaksIn(before)}, column ${column}`;
    return busError('CSV_SYNTAX', { record: rows + 1, reason: `${place}: ${reason}` });
  }

  return {
    push,
    end: () => {
      ended = true;
      join();
    },
    next,
    cells,
    raw: () => text.slice(start, nextStart),
  };
}

const breaksIn = (text: string) => text.match(/\r\n?|\n/g)?.length ?? 0;
