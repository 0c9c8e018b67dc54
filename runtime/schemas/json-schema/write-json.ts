/** A logical document to JSON in schema order; keys that the schema does not name follow in their own order. */
import type { LogicalType } from '../../contracts/schema.ts';
import { busError } from '../../errors/bus-error.ts';
import { escapePointer } from './scan-json.ts';

const MAX_DEPTH = 256;
const ANYTHING: LogicalType = { kind: 'any' };

export function writeJson(type: string, document: unknown, schema: LogicalType): Uint8Array {
  const refuse = (path: string, reason: string): never => {
    throw busError('DOCUMENT_NOT_WRITABLE', { type, path: path === '' ? '/' : path, reason });
  };
  const arranged = arrange(document, schema, '', 0, refuse);
  const text = JSON.stringify(arranged);
  return text === undefined ? refuse('', 'is missing') : Buffer.from(text);
}

type Refuse = (path: string, reason: string) => never;

function arrange(value: unknown, type: LogicalType, path: string, depth: number, refuse: Refuse): unknown {
  if (typeof value === 'number')
    return Number.isFinite(value) ? value : refuse(path, `is ${value}, which JSON has not`);
  if (typeof value === 'bigint') return arrangeBigint(value, path, refuse);
  if (typeof value === 'function' || typeof value === 'symbol') return refuse(path, `is a ${typeof value}`);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return refuse(path, 'is nested too deep');
  if (Array.isArray(value)) {
    const item = type.kind === 'list' ? type.of : ANYTHING;
    return value.map((entry, index) => arrange(entry ?? null, item, `${path}/${index}`, depth + 1, refuse));
  }
  return arrangeObject(value as Record<string, unknown>, type, path, depth, refuse);
}

function arrangeBigint(value: bigint, path: string, refuse: Refuse): number {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : refuse(path, 'is an integer with more digits than JSON numbers keep');
}

function arrangeObject(
  value: Record<string, unknown>,
  type: LogicalType,
  path: string,
  depth: number,
  refuse: Refuse,
): Record<string, unknown> {
  if (Object.hasOwn(value, '__proto__')) refuse(path, 'has the key __proto__');
  const fields = type.kind === 'object' ? type.fields() : undefined;
  const result: Record<string, unknown> = {};
  for (const [name, field] of fields ?? []) {
    if (!Object.hasOwn(value, name)) continue;
    result[name] = arrange(value[name], field.type, `${path}/${escapePointer(name)}`, depth + 1, refuse);
  }
  for (const name of Object.keys(value)) {
    if (fields?.has(name)) continue;
    result[name] = arrange(value[name], ANYTHING, `${path}/${escapePointer(name)}`, depth + 1, refuse);
  }
  return result;
}
