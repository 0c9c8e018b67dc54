/**
 * Stand-ins for what is declared but wrong: others may refer to it without being blamed, and nothing of this is ever
 * bound, since a solution with errors is not deployed.
 */
import type { MapProgram } from '../contracts/map.ts';
import type { CompiledSchema, LogicalType, SchemaSet } from '../contracts/schema.ts';
import { busError } from '../errors/bus-error.ts';

const ANYTHING: LogicalType = { kind: 'any' };

const refuse = (): never => {
  throw busError('SOLUTION_INVALID', { count: 1, first: 'a stand-in was used' });
};

export function schemaStandIn(type: string): CompiledSchema {
  return {
    type,
    format: 'json',
    contentType: 'application/json',
    root: undefined,
    document: ANYTHING,
    read: refuse,
    write: refuse,
    validate: () => [],
    promote: refuse,
  };
}

/** Finds every declared type; `missing` are those that could not be compiled, with the properties they promote. */
export function completed(schemas: SchemaSet, missing: ReadonlyMap<string, readonly string[]>): SchemaSet {
  if (missing.size === 0) return schemas;
  const standIns = new Map([...missing.keys()].map((type) => [type, schemaStandIn(type)]));
  const properties = new Map(schemas.properties);
  for (const name of [...missing.values()].flat()) if (!properties.has(name)) properties.set(name, ANYTHING);
  return {
    find: (type) => schemas.find(type) ?? standIns.get(type),
    findByRoot: (root) => schemas.findByRoot(root),
    types: [...new Set([...schemas.types, ...missing.keys()])],
    properties,
  };
}

export const mapStandIn = (name: string, sources: readonly string[], target: string): MapProgram => ({
  name,
  sources,
  target,
  transform: refuse,
});
