/** Where a field is in documents of a type: keys from the root, through lists as if each of their items were there alone. */
import type { LogicalType } from '../contracts/schema.ts';

const ANY: LogicalType = { kind: 'any' };

export interface FieldPlace {
  readonly keys: readonly string[];
  readonly type: LogicalType;
  /** True where it is in a list, so that a document may have it more than once. */
  readonly repeats: boolean;
}

/** Undefined where the type has no such field. */
export function fieldKeys(document: LogicalType, path: string): readonly string[] | undefined {
  return fieldPlace(document, path)?.keys;
}

/** Undefined where the type has no such field, or it is not one single value of each document. */
export function valuePlace(document: LogicalType, path: string): FieldPlace | undefined {
  const place = fieldPlace(document, path);
  return place && !place.repeats && !['object', 'list', 'null'].includes(place.type.kind) ? place : undefined;
}

/** Undefined where the type has no such field. Names may hold dots themselves, so the longest name that fits is taken. */
export function fieldPlace(document: LogicalType, path: string): FieldPlace | undefined {
  const steps = path.split('.');
  const keys: string[] = [];
  let type = document;
  let repeats = false;
  const beyond = (start: number): FieldPlace => ({ keys: [...keys, ...steps.slice(start)], type: ANY, repeats });
  for (let start = 0; start < steps.length; ) {
    while (type.kind === 'list') {
      type = type.of;
      repeats = true;
    }
    if (type.kind === 'any') return beyond(start);
    if (type.kind !== 'object') return undefined;
    const fields = type.fields();
    let end = steps.length;
    while (end > start && !fields.has(steps.slice(start, end).join('.'))) end -= 1;
    if (end === start) return type.open ? beyond(start) : undefined;
    const name = steps.slice(start, end).join('.');
    keys.push(name);
    type = fields.get(name)!.type;
    start = end;
  }
  return { keys, type, repeats };
}
