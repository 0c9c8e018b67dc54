/** Cuts the text of a delimited record into its cells, and takes quotes and escapes off and puts them on. */
import type { DelimitedBody } from './layout.ts';

type Marks = Pick<DelimitedBody, 'delimiter' | 'escape' | 'wrap' | 'openers'>;

/** Cells as they stand, quotes and escapes included. Undefined: a quote is never closed. */
export function splitCells(text: string, { delimiter, escape: release, wrap, openers }: Marks): string[] | undefined {
  if ((wrap === '' || !text.includes(wrap)) && (release === '' || !text.includes(release)))
    return text.split(delimiter);
  const cells: string[] = [];
  let start = 0;
  for (let at = 0; at <= text.length; ) {
    if (wrap !== '' && text.startsWith(wrap, at) && (at === start || openers.some((mark) => text.endsWith(mark, at)))) {
      const end = endOfWrap(text, at, wrap);
      if (end === undefined) return undefined;
      at = end;
    } else if (release !== '' && text.startsWith(release, at)) at += release.length + 1;
    else if (at === text.length || text.startsWith(delimiter, at)) {
      cells.push(text.slice(start, at));
      if (at === text.length) return cells;
      at += delimiter.length;
      start = at;
    } else at += 1;
  }
  cells.push(text.slice(start));
  return cells;
}

/** Behind the closing quote; a doubled one does not close. */
function endOfWrap(text: string, open: number, wrap: string): number | undefined {
  let at = open + wrap.length;
  for (;;) {
    at = text.indexOf(wrap, at);
    if (at < 0) return undefined;
    at += wrap.length;
    if (!text.startsWith(wrap, at)) return at;
    at += wrap.length;
  }
}

/** What a cell says. */
export function plainCell(cell: string, { escape: release, wrap }: Marks): string {
  if (wrap !== '' && cell.length >= 2 * wrap.length && cell.startsWith(wrap) && cell.endsWith(wrap)) {
    return cell.slice(wrap.length, -wrap.length).replaceAll(wrap + wrap, wrap);
  }
  if (release === '' || !cell.includes(release)) return cell;
  let text = '';
  for (let at = 0; at < cell.length; at += 1) {
    if (cell.startsWith(release, at)) at += release.length;
    text += cell[at] ?? '';
  }
  return text;
}

/** The cell that says `text`; undefined where no quotes or escapes are declared that it would need. `marks`: what must not stand plain. */
export function cellOf(text: string, body: Marks, marks: readonly string[], always: boolean): string | undefined {
  const { escape: release, wrap } = body;
  const special = marks.filter((mark) => mark !== '' && text.includes(mark));
  const open = wrap !== '' && text.startsWith(wrap);
  if (special.length === 0 && !open && !always) return text;
  if (wrap !== '') return wrap + text.replaceAll(wrap, wrap + wrap) + wrap;
  if (release === '') return undefined;
  let escaped = '';
  for (let at = 0; at < text.length; at += 1) {
    if (special.some((mark) => text.startsWith(mark, at))) escaped += release;
    escaped += text[at]!;
  }
  return escaped;
}
