/** A field of a flat-file XSD: its place and padding from the annotations, its type from the schema. */
import { isXsd, type XmlNode } from '../xml/xsd/tree.ts';
import { type Defaults, infoOf, marksIn, namesIn, occursOf, typeNodeOf } from './annotated.ts';
import { lacking } from './dates.ts';
import type { FieldType, ValueField } from './layout.ts';

export function annotatedField(
  element: XmlNode,
  schema: XmlNode,
  at: number,
  delimited: boolean,
  defaults: Defaults,
): ValueField {
  const info = infoOf(element, 'fieldInfo');
  const name = namesIn(element);
  const { base, values, maxLength } = simple(element, schema);
  const length = info.get('pos_length');
  const minLength = Number(info.get('min_len') ?? info.get('minimum_length') ?? 0);
  const repeat = occursOf(element);
  return {
    kind: 'value',
    name,
    at,
    length: delimited || length === undefined ? undefined : Number(length),
    required: repeat.min > 0 && element.attributes.get('nillable') !== 'true' && !delimited,
    repeat: { min: 0, max: repeat.max },
    repeatDelimiter: '',
    type: typeOf(base, info.get('datetime_format') ?? info.get('format')),
    pad: marksIn(info, 'pad_char', defaults.pad),
    justify: info.get('justification') === 'right' ? 'right' : 'left',
    wrapAlways: false,
    values,
    minLength,
    maxLength,
    constant: element.attributes.get('fixed'),
    preset: element.attributes.get('default'),
    total: undefined,
    column: name,
  };
}

/** The built-in type at the bottom of its restrictions, and what these allow. */
function simple(
  element: XmlNode,
  schema: XmlNode,
): { base: string; values: readonly string[] | undefined; maxLength: number | undefined } {
  let base = element.attributes.get('type')?.replace(/^.*:/, '') ?? 'string';
  let values: string[] | undefined;
  let maxLength: number | undefined;
  let type = typeNodeOf(element, schema);
  for (let depth = 0; type && depth < 32; depth += 1) {
    const restriction = type.children.find((child) => isXsd(child, 'restriction'));
    if (!restriction) break;
    const facets = (local: string) =>
      restriction.children.filter((child) => isXsd(child, local)).map((child) => child.attributes.get('value') ?? '');
    const enumerated = facets('enumeration');
    if (enumerated.length > 0) values ??= enumerated;
    const most = facets('maxLength')[0] ?? facets('length')[0];
    if (most !== undefined) maxLength ??= Number(most);
    const name = restriction.attributes.get('base')?.replace(/^.*:/, '') ?? 'string';
    base = name;
    type = schema.children.find((node) => isXsd(node, 'simpleType') && node.attributes.get('name') === name);
  }
  return { base, values, maxLength };
}

const WHOLE =
  /^(integer|int|long|short|byte|unsigned(Int|Long|Short|Byte)|(non)?(Positive|Negative|positive|negative)Integer)$/;

/** Numbers of more digits than a number keeps stay exact as decimals. Dates are read where their format is told. */
function typeOf(base: string, format: string | undefined): FieldType {
  if (/^(integer|long|unsignedLong|decimal|.*egativeInteger|.*ositiveInteger)$/.test(base))
    return { kind: 'decimal', form: 'text', scale: undefined, sign: 'leading' };
  if (WHOLE.test(base)) return { kind: 'integer', form: 'text', scale: undefined, sign: 'leading' };
  if (base === 'boolean') return { kind: 'boolean', yes: 'true', no: 'false' };
  const kind = base === 'date' ? 'date' : base === 'time' ? 'time' : base === 'dateTime' ? 'date-time' : undefined;
  return kind && format && lacking(format, kind) === undefined ? { kind, pattern: format } : { kind: 'string' };
}
