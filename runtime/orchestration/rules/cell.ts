/**
 * A cell of a decision table: what its input may be. Values and ranges between commas, `-` for anything, not(...) for the
 * rest: `pothole, sinkhole`, `>= 40`, `[10..20)`, `not("closed")`. In the manner of DMN's unary tests.
 */
import type { InputKind } from '../../contracts/rules.ts';

export type Value = string | number | boolean;

/** Ends are missing where there is no bound. */
export interface Range {
  readonly from?: Value;
  readonly fromOpen?: boolean;
  readonly to?: Value;
  readonly toOpen?: boolean;
}

export interface Cell {
  readonly any: boolean;
  readonly not: boolean;
  readonly ranges: readonly Range[];
}

export const ANY: Cell = { any: true, not: false, ranges: [] };

/** A text says what is wrong. */
export function readCell(written: unknown, kind: InputKind): Cell | string {
  if (written === undefined || written === null) return ANY;
  const text = String(written).trim();
  if (text === '' || text === '-') return ANY;
  const negated = /^not\s*\(([\s\S]*)\)$/.exec(text)?.[1];
  const ranges: Range[] = [];
  for (const item of itemsIn(negated ?? text)) {
    const range = readItem(item, kind);
    if (typeof range === 'string') return range;
    ranges.push(range);
  }
  return { any: false, not: negated !== undefined, ranges };
}

/** Split at commas outside of quotes and brackets. */
function itemsIn(text: string): string[] {
  return (text.match(/(?:"(?:[^"\\]|\\.)*"|[[(\]][^\])[]*[\])[]|[^,])+/g) ?? []).map((item) => item.trim());
}

const ORDERED: readonly InputKind[] = ['integer', 'number', 'date'];

function readItem(item: string, kind: InputKind): Range | string {
  const compared = /^(<=|<|>=|>)\s*(.+)$/.exec(item);
  const between = /^([[(\]])\s*(.+?)\s*\.\.\s*(.+?)\s*([\])[])$/.exec(item);
  if ((compared || between) && !ORDERED.includes(kind)) return `${item} is a range, but a ${kind} has no order`;
  if (compared) {
    const end = readValue(compared[2]!, kind);
    if (end === undefined) return `${compared[2]} is no ${kind}`;
    if (compared[1]!.startsWith('<')) return { to: end, toOpen: compared[1] === '<' };
    return { from: end, fromOpen: compared[1] === '>' };
  }
  if (between) {
    const [from, to] = [readValue(between[2]!, kind), readValue(between[3]!, kind)];
    if (from === undefined || to === undefined) return `${item} is no range of a ${kind}`;
    if (from > to) return `${item} ends before it begins`;
    return { from, fromOpen: between[1] !== '[', to, toOpen: between[4] !== ']' };
  }
  const value = readValue(item, kind);
  return value === undefined ? `${item} is no ${kind}` : { from: value, to: value };
}

export function readValue(text: string, kind: InputKind): Value | undefined {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(text)?.[1];
  if (kind === 'string') return quoted === undefined ? text : quoted.replaceAll(/\\(.)/g, '$1');
  if (kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  if (kind === 'date') return /^\d{4}-\d\d-\d\d(T.*)?$/.test(quoted ?? text) ? (quoted ?? text) : undefined;
  const number = quoted === undefined && text !== '' ? Number(text) : Number.NaN;
  return Number.isFinite(number) && (kind === 'number' || Number.isInteger(number)) ? number : undefined;
}

/** An absent value is in no cell but that for anything. */
export function isIn(cell: Cell, value: unknown): boolean {
  if (cell.any) return true;
  if (value === null || value === undefined) return false;
  return cell.ranges.some((range) => inRange(range, value as Value)) !== cell.not;
}

function inRange({ from, fromOpen, to, toOpen }: Range, value: Value): boolean {
  if (from !== undefined && (typeof value !== typeof from || value < from || (fromOpen && value === from)))
    return false;
  return to === undefined || (typeof value === typeof to && value <= to && !(toOpen && value === to));
}
