/** Reads a *.flat.yaml: what is written there as a layout, with everything that is wrong at its place. */
import type { Finding } from '../../contracts/finding.ts';
import type { Path, Source } from '../../contracts/source.ts';
import { finding } from '../../errors/finding.ts';
import { checkLayout } from './check-layout.ts';
import { encodingOf, knownEncodings } from './encoding.ts';
import type { DelimitedBody, FlatLayout, Framing, GroupNode, LineNode, RecordNode } from './layout.ts';
import { parseRecord } from './parse-record.ts';
import { type Mapping, mappingOf, marksOf, type Report, repeatOf, textOf } from './written.ts';

export interface ParsedLayout {
  readonly layout?: FlatLayout;
  readonly findings: readonly Finding[];
}

/** A file whose structure is not that of its kind gives no layout; whoever loads files says why. */
export function parseLayout(source: Source): ParsedLayout {
  const findings: Finding[] = [];
  const report: Report = (path, reason, options = {}) => {
    const { part, ...rest } = options;
    findings.push(finding('FLAT_INVALID', source.locate(path, part), { reason }, rest));
  };
  const written = mappingOf(source.value);
  const name = textOf(written['flat']);
  if (name === undefined || !Array.isArray(written['layout'])) {
    report([], 'A flat file says `flat: <name>` and `layout:`, a list of records and groups');
    return { findings };
  }
  const encoding = parseEncoding(written, report);
  const items = parseItems(written['layout'], ['layout'], report);
  const root: GroupNode = { kind: 'group', name, repeat: { min: 1, max: 1 }, choice: false, items };
  const framing = parseFraming(mappingOf(written['records']), root, report);
  if (!encoding || findings.length > 0) return { findings };
  const layout = { name, encoding, framing, root };
  checkLayout(layout, source, report);
  return findings.length > 0 ? { findings } : { layout, findings };
}

function parseEncoding(written: Mapping, report: Report) {
  const name = textOf(written['encoding']) ?? 'utf-8';
  const encoding = encodingOf(name);
  if (!encoding)
    report(['encoding'], `The encoding ${name} is not known`, { unknown: { name, known: knownEncodings } });
  return encoding;
}

function parseItems(written: unknown, path: Path, report: Report): LineNode[] {
  if (!Array.isArray(written)) return [];
  const items = written.map((item, index) => parseItem(mappingOf(item), [...path, index], report));
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    if (item && seen.has(item.name)) report([...path, index], `${item.name} stands twice in one list`);
    if (item) seen.add(item.name);
  }
  return items.filter((item) => item !== undefined);
}

function parseItem(written: Mapping, path: Path, report: Report): LineNode | undefined {
  if (typeof written['record'] === 'string') return parseRecord(written, path, report);
  const choice = written['choice'] !== undefined;
  const name = textOf(choice ? written['choice'] : written['group']);
  if (name === undefined) {
    report(path, 'An item of a layout is a `record`, a `group` or a `choice`');
    return undefined;
  }
  const items = parseItems(written['layout'], [...path, 'layout'], report);
  if (items.length === 0) report(path, `${name} has no records`);
  return { kind: 'group', name, choice, repeat: repeatOf(written), items };
}

/** Where the records have quotes, the end of a record does not count within them. */
function parseFraming(written: Mapping, root: GroupNode, report: Report): Framing {
  const quoted = bodiesOf(root).filter((body) => body.wrap !== '');
  const skip = mappingOf(written['skip']);
  return {
    by: parseBy(written, report),
    infix: written['between'] === true,
    wrap: quoted[0]?.wrap ?? '',
    openers: [...new Set(quoted.flatMap((body) => body.openers))],
    skipBlank: skip['blank'] !== false,
    comment: textOf(skip['comment']) ?? '',
  };
}

function parseBy(written: Mapping, report: Report): Framing['by'] {
  const { length, rdw } = written;
  const end = written['end'] ?? (length === undefined && rdw !== true ? 'crlf' : 'none');
  const marks = end === 'none' ? '' : marksOf(end);
  if (marks === undefined)
    report(['records', 'end'], 'The end of a record is crlf, lf, cr, none, a text, or bytes as 0x0D0A');
  if (rdw === true) return { kind: 'rdw' };
  if (typeof length === 'number') return { kind: 'length', length, end: marks ?? '' };
  if (marks === '') return { kind: 'whole' };
  const release = textOf(written['escape']) ?? '';
  return { kind: 'end', end: marks ?? '\r\n', newline: /^(\r\n|\r|\n)$/.test(marks ?? ''), release };
}

function bodiesOf(node: LineNode): readonly DelimitedBody[] {
  if (node.kind === 'group') return node.items.flatMap(bodiesOf);
  return bodyOf(node);
}

const bodyOf = ({ body }: RecordNode) => (body.structure === 'delimited' ? [body] : []);
