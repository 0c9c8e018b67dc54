/** A line of column headings: which field each cell of the records below it is. */
import { plainCell, splitCells } from './cells.ts';
import type { DelimitedBody, FieldNode } from './layout.ts';
import type { Fail } from './read-record.ts';
import { shown } from './read-value.ts';

const headingOf = (field: FieldNode) => (field.kind === 'value' ? field.column : field.name);

export const headingsOf = (body: DelimitedBody): readonly string[] => body.fields.map(headingOf);

/** The body with its fields in the order of the headings. Undefined: the line is no headings but a record already. */
export function withHeadings(body: DelimitedBody, text: string, fail: Fail): DelimitedBody | undefined {
  const headings = (splitCells(text, body) ?? [text]).map((cell) => plainCell(cell, body).trim());
  while (headings.at(-1) === '') headings.pop();
  const found = headings.map((heading) => body.fields.find((field) => same(headingOf(field), heading)));
  if (!found.some((field) => field)) return undefined;
  for (const [index, heading] of headings.entries()) {
    if (!found[index]) fail(shown(heading), 'is the heading of no field');
    if (found.indexOf(found[index]) !== index) fail(shown(heading), 'heads two columns');
  }
  const missing = body.fields.find((field) => field.required && !found.includes(field));
  if (missing) fail(missing.name, `has no column: there is no heading ${shown(headingOf(missing))}`);
  return { ...body, fields: found as FieldNode[] };
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
