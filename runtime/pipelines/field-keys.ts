/** Where a field is in documents of a type: keys from the root, through lists as if each of their items were there alone. */
import type { LogicalType } from '../contracts/schema.ts';

/** Undefined where the type has no such field. Names may hold dots themselves, so the longest name that fits is taken. */
export function fieldKeys(document: LogicalType, path: string): readonly string[] | undefined {
  const steps = path.split('.');
  const keys: string[] = [];
  let type = document;
  for (let start = 0; start < steps.length; ) {
    while (type.kind === 'list') type = type.of;
    if (type.kind === 'any') return [...keys, ...steps.slice(start)];
    if (type.kind !== 'object') return undefined;
    const fields = type.fields();
    let end = steps.length;
    while (end > start && !fields.has(steps.slice(start, end).join('.'))) end -= 1;
    if (end === start) return type.open ? [...keys, ...steps.slice(start)] : undefined;
    const name = steps.slice(start, end).join('.');
    keys.push(name);
    type = fields.get(name)!.type;
    start = end;
  }
  return keys;
}
