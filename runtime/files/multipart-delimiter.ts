/** Where the parts of a multipart begin and end. Source: RFC 2046, 5.1.1 */

export interface Delimiter {
  /** Of the line break before it, which belongs to it. */
  readonly start: number;
  /** Behind its line break. */
  readonly end: number;
  readonly last: boolean;
}

const LF = 10;
const CR = 13;

/** The first delimiter at or behind `from`; undefined where there is none. */
export function nextDelimiter(whole: Buffer, boundary: string, from: number): Delimiter | undefined {
  const mark = Buffer.from(`--${boundary}`, 'latin1');
  for (let at = whole.indexOf(mark, from); at >= 0; at = whole.indexOf(mark, at + 1)) {
    if (at > 0 && whole[at - 1] !== LF) continue;
    const behind = at + mark.length;
    const last = whole.toString('latin1', behind, behind + 2) === '--';
    const line = /^[ \t]*(\r?\n|$)/.exec(whole.toString('latin1', last ? behind + 2 : behind, behind + 200));
    if (!line) continue;
    const start = at === 0 ? 0 : whole[at - 2] === CR ? at - 2 : at - 1;
    return { start, end: (last ? behind + 2 : behind) + line[0].length, last };
  }
  return undefined;
}
