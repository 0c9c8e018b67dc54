/** Promotion: the properties that a message type takes out of its documents, as a function compiled from their paths. */
import type { Context, Property } from '../contracts/message.ts';
import type { LogicalType } from '../contracts/schema.ts';
import { universalTime } from '../contracts/universal-time.ts';

export type Promote = (document: unknown) => Context;

export interface Promotion {
  readonly property: string;
  /** Keys from the document's root. */
  readonly keys: readonly string[];
  readonly type: LogicalType;
}

const NOTHING: Context = new Map();

export function compilePromotions(promotions: readonly Promotion[]): Promote {
  if (promotions.length === 0) return () => NOTHING;
  return (document) => {
    const context = new Map<string, Property>();
    for (const { property, keys, type } of promotions) {
      const found = valueAt(document, keys);
      const value = isInstant(type) && typeof found === 'string' ? universalTime(found) : found;
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
        context.set(property, { value, promoted: true });
      }
    }
    return context;
  };
}

/** The same instant is the same value, whatever offset a system writes it with. */
const isInstant = (type: LogicalType) => type.kind === 'string' && type.format === 'date-time';

function valueAt(document: unknown, keys: readonly string[]): unknown {
  let value = document;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** Where a promoted path goes wrong: the first step that names no field, with the names that would be right. */
export type PathProblem =
  | { readonly kind: 'unknown'; readonly field: string; readonly known: readonly string[] }
  | { readonly kind: 'not-scalar'; readonly field: string; readonly found: string };

/** Names may hold dots themselves, so the longest name that fits is taken. */
export function resolvePath(
  document: LogicalType,
  path: string,
): { readonly keys: readonly string[]; readonly type: LogicalType } | PathProblem {
  const steps = path.split('.');
  const keys: string[] = [];
  let type = document;
  for (let start = 0; start < steps.length; ) {
    if (type.kind === 'list') return { kind: 'not-scalar', field: keys.join('.'), found: 'a list' };
    const fields = type.kind === 'object' ? type.fields() : new Map<string, never>();
    let end = steps.length;
    while (end > start && !fields.has(steps.slice(start, end).join('.'))) end -= 1;
    if (end === start) {
      const inside = keys.length === 0 ? '' : `${keys.join('.')}.`;
      const known = [...fields.keys()].map((name) => inside + name);
      return { kind: 'unknown', field: inside + steps.slice(start).join('.'), known };
    }
    const key = steps.slice(start, end).join('.');
    keys.push(key);
    type = fields.get(key)!.type;
    start = end;
  }
  if (type.kind === 'list') return { kind: 'not-scalar', field: path, found: 'a list' };
  if (type.kind === 'object') return { kind: 'not-scalar', field: path, found: 'an object' };
  return { keys, type };
}
