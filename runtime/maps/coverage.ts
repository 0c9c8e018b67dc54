/** Which fields of its target a map's tests have seen, and which never came. Lists are looked into, whatever their length. */
import type { LogicalType } from '../contracts/schema.ts';

export interface MapCoverage {
  readonly map: string;
  readonly fields: number;
  /** Paths such as `Photos.Name`. */
  readonly missing: readonly string[];
}

/** Types may lead to themselves. */
const DEEPEST = 12;

export function coverageOf(map: string, target: LogicalType, documents: readonly unknown[]): MapCoverage {
  const known: string[] = [];
  fieldsOf(target, '', known, 0);
  const seen = new Set<string>();
  for (const document of documents) pathsOf(document, '', seen);
  return { map, fields: known.length, missing: known.filter((path) => !seen.has(path)) };
}

/** Single values alone: an object is there when something in it is. */
function fieldsOf(type: LogicalType, path: string, known: string[], depth: number): void {
  if (depth > DEEPEST) return;
  if (type.kind === 'list') fieldsOf(type.of, path, known, depth + 1);
  else if (type.kind === 'object') {
    for (const [name, field] of type.fields())
      fieldsOf(field.type, path === '' ? name : `${path}.${name}`, known, depth + 1);
  } else if (path !== '') known.push(path);
}

function pathsOf(value: unknown, path: string, seen: Set<string>): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) for (const item of value) pathsOf(item, path, seen);
  else if (typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) pathsOf(inner, path === '' ? key : `${path}.${key}`, seen);
  } else seen.add(path);
}
