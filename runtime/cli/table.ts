/** Plain tables for people: columns padded to their widest cell, long cells cut to what a terminal can bear. */

type Row = { readonly [column: string]: unknown };

const WIDEST = 72;
/** For what shows one thing: no cell is cut. */
export const WHOLE = Number.POSITIVE_INFINITY;

export function table<R extends object>(
  rows: readonly R[],
  columns: readonly string[] = Object.keys(rows[0] ?? {}),
  widest = WIDEST,
): string {
  const cells = rows.map((row) => columns.map((column) => clip(String((row as Row)[column] ?? ''), widest)));
  const header = columns.map((column) => column.toUpperCase());
  const widths = columns.map((_, index) => Math.max(...[header, ...cells].map((line) => line[index]!.length)));
  const line = (texts: readonly string[]) =>
    texts
      .map((text, index) => text.padEnd(widths[index]!))
      .join('  ')
      .trimEnd();
  return [header, ...cells].map(line).join('\n');
}

function clip(text: string, widest: number): string {
  const flat = text.replaceAll(/\s+/g, ' ');
  return flat.length > widest ? `${flat.slice(0, widest - 1)}…` : flat;
}

/** `2 minutes ago` for people who look at lists. */
export function ago(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 120) return `${seconds} s ago`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86_400)} d ago`;
}
