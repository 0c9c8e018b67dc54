/** The message types of a solution, found by name or by the root element of their XML. */
import type { CompiledSchema, LogicalType, SchemaSet } from '../contracts/schema.ts';

export function createSchemaSet(
  schemas: readonly CompiledSchema[],
  properties: ReadonlyMap<string, LogicalType>,
): SchemaSet {
  const byType = new Map(schemas.map((schema) => [schema.type, schema]));
  const byRoot = Map.groupBy(
    schemas.filter((schema) => schema.root !== undefined),
    (schema) => schema.root!,
  );
  return {
    find: (type) => byType.get(type),
    findByRoot: (root) => byRoot.get(root) ?? [],
    types: [...byType.keys()],
    properties,
  };
}
