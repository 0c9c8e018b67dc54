/** The logical document of a layout, or of one of its records or groups. */
import type { Field, LogicalType, ObjectType } from '../../contracts/schema.ts';
import type { FieldNode, LineNode, RecordBody, Repeat, ValueField } from './layout.ts';

export function typeOfNode(node: LineNode): ObjectType {
  if (node.kind === 'record') return typeOfBody(node.body);
  const fields = new Map<string, Field>();
  for (const item of node.items) {
    const required = !node.choice && item.repeat.min > 0;
    fields.set(item.name, { type: repeated(typeOfNode(item), item.repeat), required: required && !isMadeUp(item) });
  }
  return { kind: 'object', fields: () => fields, open: false, name: node.name };
}

/** Of constants, totals and presets alone: written although the document has nothing. */
const isMadeUp = (node: LineNode): boolean =>
  node.repeat.max === 1 &&
  (node.kind === 'record'
    ? [...typeOfBody(node.body).fields().values()]
    : [...typeOfNode(node).fields().values()]
  ).every((field) => !field.required);

function typeOfBody(body: RecordBody): ObjectType {
  const fields = new Map<string, Field>();
  for (const field of body.fields) {
    if (field.kind === 'value' && field.constant !== undefined) continue;
    const made = field.kind === 'value' && (field.total !== undefined || field.preset !== undefined);
    fields.set(field.name, { type: repeated(typeOfField(field), field.repeat), required: field.required && !made });
  }
  return { kind: 'object', fields: () => fields, open: false };
}

const repeated = (type: LogicalType, { max }: Repeat): LogicalType => (max > 1 ? { kind: 'list', of: type } : type);

function typeOfField(field: FieldNode): LogicalType {
  if (field.kind === 'nested') return typeOfBody(field.body);
  return typeOfValue(field);
}

function typeOfValue({ type, values, maxLength, length }: ValueField): LogicalType {
  switch (type.kind) {
    case 'integer':
    case 'decimal':
    case 'boolean':
      return { kind: type.kind };
    case 'string': {
      const most = maxLength ?? length;
      return { kind: 'string', ...(values ? { values } : {}), ...(most === undefined ? {} : { maxLength: most }) };
    }
    default:
      return { kind: 'string', format: type.kind };
  }
}
