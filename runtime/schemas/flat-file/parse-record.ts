/** Reads a record of a *.flat.yaml, and the records within it. */
import type { Path } from '../../contracts/source.ts';
import type { FieldNode, NestedField, RecordBody, RecordNode, Tag } from './layout.ts';
import { parseField } from './parse-field.ts';
import { type Mapping, mappingOf, marksOf, type Report, repeatOf, textOf } from './written.ts';

export function parseRecord(written: Mapping, path: Path, report: Report): RecordNode {
  const tag = tagOf(written);
  const body = parseBody(written, tag, path, report);
  const headings = written['headings'] === true;
  if (headings && body.structure === 'positional')
    report([...path, 'headings'], 'Only a delimited record has headings');
  return {
    kind: 'record',
    name: String(written['record']),
    repeat: repeatOf(written),
    tag,
    last: written['last'] === true,
    headings,
    body,
  };
}

function tagOf(written: Mapping): Tag | undefined {
  const text = textOf(written['tag']);
  return text === undefined || text === '' ? undefined : { text, at: Number(written['tagAt'] ?? 1) - 1 };
}

/** A record whose fields have lengths is positional, unless it names a delimiter. */
function parseBody(written: Mapping, tag: Tag | undefined, path: Path, report: Report): RecordBody {
  const fields = Object.entries(mappingOf(written['fields']));
  const delimited = written['delimiter'] !== undefined;
  if (!delimited) return positional(fields, tag, path, report);
  const delimiter = marksOf(written['delimiter']);
  if (delimiter === undefined) report([...path, 'delimiter'], 'A delimiter is characters, tab, or bytes as 0x1D');
  const nodes = fields.map(([name, field]) =>
    parseNode(name, mappingOf(field), { at: 0, delimited }, [...path, 'fields', name], report),
  );
  return {
    structure: 'delimited',
    fields: nodes,
    delimiter: delimiter ?? ',',
    openers: [delimiter ?? ',', ...nodes.flatMap(marksWithin)],
    order: orderOf(written, tag),
    escape: textOf(written['escape']) ?? '',
    wrap: textOf(written['quote']) ?? '',
    keepEmpty: written['keepEmpty'] !== false,
    suppressTrailing: written['dropTrailing'] === true,
  };
}

function marksWithin(field: FieldNode): readonly string[] {
  const own = field.repeatDelimiter === '' ? [] : [field.repeatDelimiter];
  return field.kind === 'nested' && field.body.structure === 'delimited' ? [...own, ...field.body.openers] : own;
}

/** Behind a tag comes a delimiter, unless it is said otherwise. */
function orderOf(written: Mapping, tag: Tag | undefined): 'prefix' | 'infix' | 'postfix' {
  const order = written['order'];
  return order === 'prefix' || order === 'postfix' || order === 'infix' ? order : tag ? 'prefix' : 'infix';
}

function positional(fields: [string, unknown][], tag: Tag | undefined, path: Path, report: Report): RecordBody {
  let at = tag?.at === 0 ? tag.text.length : 0;
  const nodes = fields.map(([name, field]) => {
    const written = mappingOf(field);
    const place = [...path, 'fields', name];
    const from = typeof written['at'] === 'number' ? written['at'] - 1 : at;
    const node = parseNode(name, written, { at: from, delimited: false }, place, report);
    if (node.length === undefined)
      report(place, `${name} needs a \`length\`, because its record has no delimiter`, { part: 'key' });
    const times = Number.isFinite(node.repeat.max) ? node.repeat.max : 1;
    if (!Number.isFinite(node.repeat.max))
      report([...place, 'repeat'], 'In a positional record a field repeats so many times, as in `repeat: 12`');
    at = from + (node.length ?? 0) * times;
    return node;
  });
  const ends = nodes.map(
    (node) => node.at + (node.length ?? 0) * (Number.isFinite(node.repeat.max) ? node.repeat.max : 1),
  );
  return {
    structure: 'positional',
    fields: nodes,
    length: Math.max(0, (tag?.at ?? 0) + (tag?.text.length ?? 0), ...ends),
  };
}

export interface Where {
  readonly at: number;
  /** Its record has a delimiter. */
  readonly delimited: boolean;
}

function parseNode(name: string, written: Mapping, where: Where, path: Path, report: Report): FieldNode {
  return written['fields'] === undefined
    ? parseField(name, written, where, path, report)
    : nested(name, written, where, path, report);
}

function nested(name: string, written: Mapping, { at }: Where, path: Path, report: Report): NestedField {
  const tag = tagOf(written);
  const body = parseBody(written, tag, path, report);
  const { length } = written;
  return {
    kind: 'nested',
    name,
    at,
    length: typeof length === 'number' ? length : body.structure === 'positional' ? body.length : undefined,
    required: written['optional'] !== true,
    repeat: repeatOf(written),
    repeatDelimiter: marksOf(written['repeatDelimiter']) ?? '',
    tag,
    body,
  };
}
