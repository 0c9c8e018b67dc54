/** What is wrong with a layout although each part of it is well: places that overlap, totals of nothing, records that nothing tells apart. */
import type { Path, Source } from '../../contracts/source.ts';
import { recordsOf } from './follow.ts';
import type { FieldNode, FlatLayout, LineNode, RecordBody, RecordNode } from './layout.ts';
import { mappingOf, type Report } from './written.ts';

export function checkLayout(layout: FlatLayout, source: Source, report: Report): void {
  const records = recordsOf(layout.root);
  const names = records.map(({ name }) => name);
  visit(layout.root.items, ['layout'], mappingOf(source.value)['layout'], (node, path) => {
    if (node.kind === 'group') return distinguishable(node.items, path, report);
    bodyIn(node.body, path, report);
    totalsIn(node, records, names, path, report);
    bytesIn(node, layout, path, report);
    lengthIn(node, layout, path, report);
  });
  distinguishable(layout.root.items, [], report);
}

type Visit = (node: LineNode, path: Path) => void;

function visit(items: readonly LineNode[], path: Path, written: unknown, see: Visit): void {
  const list = Array.isArray(written) ? written : [];
  for (const item of items) {
    const index = list.findIndex((one) =>
      [mappingOf(one)['record'], mappingOf(one)['group'], mappingOf(one)['choice']].includes(item.name),
    );
    const place = [...path, index];
    see(item, place);
    if (item.kind === 'group') visit(item.items, [...place, 'layout'], mappingOf(list[index])['layout'], see);
  }
}

function bodyIn(body: RecordBody, path: Path, report: Report): void {
  if (body.structure === 'delimited') {
    const { delimiter, wrap } = body;
    if (delimiter === body.escape) report([...path, 'escape'], 'The delimiter and the escape character are the same');
    if (delimiter === wrap) report([...path, 'quote'], 'The delimiter and the quote are the same');
  } else overlaps(body.fields, path, report);
  for (const field of body.fields) {
    const place = [...path, 'fields', field.name];
    if (field.kind === 'nested') bodyIn(field.body, place, report);
    else if (field.type.kind === 'string' && /\d/.test(field.pad) && field.justify === 'left') {
      report(
        [...place, 'pad'],
        `${field.name} would lose every ${field.pad} at its end; pad it with a blank, or justify it to the right`,
      );
    }
  }
}

function overlaps(fields: readonly FieldNode[], path: Path, report: Report): void {
  const sorted = fields.toSorted((a, b) => a.at - b.at);
  for (const [index, field] of sorted.entries()) {
    const before = sorted[index - 1];
    const end = before ? before.at + (before.length ?? 0) * before.repeat.max : 0;
    if (before && field.at < end) {
      report(
        [...path, 'fields', field.name],
        `${field.name} begins at position ${field.at + 1}, where ${before.name} has not ended`,
        { part: 'key' },
      );
    }
  }
}

function totalsIn(
  node: RecordNode,
  records: readonly RecordNode[],
  names: readonly string[],
  path: Path,
  report: Report,
): void {
  for (const field of node.body.fields) {
    if (field.kind !== 'value' || !field.total) continue;
    const { total } = field;
    const place = [...path, 'fields', field.name, 'total'];
    for (const name of total.records) {
      const counted = records.find((record) => record.name === name);
      if (!counted) {
        report(place, `There is no record ${name}`, { unknown: { name, known: names } });
        continue;
      }
      const wanted = [...(total.of === 'count' ? [] : [total.field]), ...total.where.keys()];
      const known = counted.body.fields.map((one) => one.name);
      for (const one of wanted.filter((each) => !known.includes(each))) {
        report(place, `The record ${name} has no field ${one}`, { unknown: { name: one, known } });
      }
    }
  }
}

function bytesIn(node: RecordNode, { encoding, framing }: FlatLayout, path: Path, report: Report): void {
  const told = framing.by.kind === 'length' || framing.by.kind === 'rdw';
  for (const field of node.body.fields) {
    if (field.kind !== 'value' || !('form' in field.type) || field.type.form === 'text' || field.type.form === 'zoned')
      continue;
    if (!encoding.singleByte)
      report(
        [...path, 'fields', field.name, 'form'],
        `A ${field.type.form} field needs an encoding of one byte a character, not ${encoding.name}`,
      );
    if (!told)
      report(
        [...path, 'fields', field.name, 'form'],
        'The bytes of a packed field may look like the end of a record: say `records: { length: ... }` or `rdw: true`',
      );
  }
}

function lengthIn({ name, body }: RecordNode, { framing: { by } }: FlatLayout, path: Path, report: Report): void {
  if (by.kind !== 'length' || body.structure !== 'positional' || body.length <= by.length) return;
  report(path, `${name} is ${body.length} long, but \`records\` says that every record has ${by.length}`);
}

/** Two records that may stand at the same place must differ in their tags. */
function distinguishable(items: readonly LineNode[], path: Path, report: Report): void {
  for (const [index, item] of items.entries()) {
    const open = item.kind === 'record' && !item.tag && !item.last && (item.repeat.max > 1 || item.repeat.min === 0);
    const next = items[index + 1];
    if (!open || !next || next.kind !== 'record' || next.last || next.tag) continue;
    report(
      [...path, ...(path.length === 0 ? ['layout'] : ['layout']), index],
      `Nothing tells where ${item.name} ends and ${next.name} begins: give ${item.name} a \`tag\`, or let ${next.name} be \`last: true\``,
    );
  }
}
