/** A message type that is a flat file, or one record or group of it. */
import type { CompiledSchema } from '../../contracts/schema.ts';
import type { Promote } from '../promotion.ts';
import type { FieldNode, FlatLayout, GroupNode, LineNode, RecordNode } from './layout.ts';
import { typeOfNode } from './logical-type.ts';
import { readWhole } from './read-file.ts';
import { validateNode } from './validate-document.ts';
import { writeFile } from './write-file.ts';

export interface FlatSchema extends CompiledSchema {
  /** Of the whole file. */
  readonly layout: FlatLayout;
  /** What of it the message type is: the root, or a record or group within. */
  readonly node: LineNode;
}

export function isFlatSchema(schema: CompiledSchema): schema is FlatSchema {
  return schema.format === 'flat';
}

export function createFlatSchema(type: string, layout: FlatLayout, node: LineNode, promote: Promote): FlatSchema {
  const { alone, own } = node === layout.root ? { alone: layout, own: node } : byItself(layout, node);
  return {
    type,
    format: 'flat',
    contentType: `text/plain; charset=${layout.encoding.name}`,
    root: undefined,
    document: { ...typeOfNode(node), name: type },
    layout,
    node,
    read: (bytes) => readWhole(alone, own, bytes),
    write: (document) => writeFile(alone, own, document),
    validate: (document) => validateNode(own, document),
    promote,
  };
}

/** A file of one occurrence. */
function byItself(layout: FlatLayout, node: LineNode): { alone: FlatLayout; own: LineNode } {
  const once = { min: 1, max: 1 };
  const own: LineNode =
    node.kind === 'record' ? saysNothingOfOthers({ ...node, repeat: once, last: false }) : { ...node, repeat: once };
  const root: GroupNode = { kind: 'group', name: node.name, repeat: once, choice: false, items: [own] };
  return { alone: { ...layout, root }, own };
}

/** What a trailer says of the records before it cannot be seen where it stands alone. */
function saysNothingOfOthers(record: RecordNode): RecordNode {
  const fields = record.body.fields.map(
    (field): FieldNode => (field.kind === 'value' ? { ...field, total: undefined } : field),
  );
  return { ...record, body: { ...record.body, fields } };
}
