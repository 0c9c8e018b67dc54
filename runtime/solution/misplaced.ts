/** Finds where an unknown key would belong: one level further out, or in the mapping just above it. Mostly indentation. */
import type { JsonSchema } from '../contracts/adapter.ts';
import type { Finding } from '../contracts/finding.ts';
import type { Path } from '../contracts/source.ts';
import { finding } from '../errors/finding.ts';
import { at, isPlain } from './plain.ts';
import type { Placed } from './structure.ts';

interface Unknown {
  readonly placed: Placed;
  readonly schema: JsonSchema;
  /** Of the mapping that holds the key. */
  readonly path: Path;
  readonly key: string;
  /** That mapping in words. */
  readonly where: string;
}

export function misplaced(unknown: Unknown): Finding | undefined {
  return furtherOut(unknown) ?? furtherIn(unknown);
}

function furtherOut({ placed, schema, path, key, where }: Unknown): Finding | undefined {
  for (let outer = path.slice(0, -1), rest = path.length; rest > 0; rest -= 1, outer = outer.slice(0, -1)) {
    if (!knows(schemaAt(schema, outer), key) || !isPlain(at(placed.value, outer))) continue;
    const sibling = placed.locate([...outer, path[outer.length]!], 'key');
    return told(placed, path, { key, where, direction: 'further out', right: nameOf(outer), column: sibling.column });
  }
  return undefined;
}

function furtherIn({ placed, schema, path, key, where }: Unknown): Finding | undefined {
  const holder = at(placed.value, path);
  const keys = isPlain(holder) ? Object.keys(holder) : [];
  const above = keys[keys.indexOf(key) - 1];
  if (above === undefined || !knows(schemaAt(schema, [...path, above]), key)) return undefined;
  const column = placed.locate([...path, above], 'key').column + 2;
  return told(placed, path, { key, where, direction: 'further in', right: `"${above}"`, column });
}

function told(placed: Placed, path: Path, values: Readonly<Record<string, string | number>>): Finding {
  const { column } = values;
  return finding('MISPLACED_KEY', placed.locate([...path, String(values['key'])], 'key'), values, {
    suggestion: `${Number(column) - 1} spaces before it`,
  });
}

function nameOf(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'the mapping around it';
  return typeof last === 'number' ? `an entry of "${path.findLast((step) => typeof step === 'string')}"` : `"${last}"`;
}

function knows(schema: JsonSchema | undefined, key: string): boolean {
  const properties = schema?.['properties'];
  return isPlain(properties) && Object.hasOwn(properties, key);
}

/** Follows named keys, other keys and list items; undefined where the schema has several shapes. */
function schemaAt(schema: JsonSchema, path: Path): JsonSchema | undefined {
  let current: unknown = schema;
  for (const step of path) {
    current = referred(schema, current);
    if (!isPlain(current)) return undefined;
    const properties = current['properties'];
    const named = isPlain(properties) && Object.hasOwn(properties, step) ? properties[step] : undefined;
    current = typeof step === 'number' ? current['items'] : (named ?? current['additionalProperties']);
  }
  current = referred(schema, current);
  return isPlain(current) ? current : undefined;
}

function referred(root: JsonSchema, schema: unknown): unknown {
  const reference = isPlain(schema) ? schema['$ref'] : undefined;
  return typeof reference === 'string' ? at(root, reference.split('/').slice(1)) : schema;
}
