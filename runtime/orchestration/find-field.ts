/** Finds the type of a field of a message, for assigning to it. */
import type { LogicalType } from '../contracts/schema.ts';
import type { Path } from '../contracts/source.ts';
import type { Reader } from './reader.ts';

const ANY: LogicalType = { kind: 'any' };

/** `any` where the schema says nothing; undefined, and reported, where there is no such field. `inside` leads to `type`. */
export function findField(
  type: LogicalType,
  inside: readonly string[],
  fields: readonly string[],
  path: Path,
  reader: Reader,
): LogicalType | undefined {
  const [first, ...rest] = fields;
  if (first === undefined) return type;
  if (type.kind === 'any') return ANY;
  const known = type.kind === 'object' ? type.fields() : new Map<string, never>();
  const field = known.get(first);
  if (field) return findField(field.type, [...inside, first], rest, path, reader);
  if (type.kind === 'object' && type.open) return ANY;
  const values = { what: `field of ${inside.join('.')}`, name: first };
  reader.report('ASSIGN_TARGET_UNKNOWN', path, values, { part: 'key', unknown: { name: first, known: known.keys() } });
  return undefined;
}
