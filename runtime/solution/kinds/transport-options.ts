/** The bus's own options and a transport's, as one closed schema: so that a misspelt option of either is found. */
import type { Adapter, Direction, JsonSchema } from '../../contracts/adapter.ts';
import { locationOptions, requiredOfPorts, sendPortOptions } from './ports.ts';

export function configOf(adapter: Adapter, direction: Direction): JsonSchema | undefined {
  return direction === 'receive' ? adapter.receiveConfig : adapter.sendConfig;
}

export const ownOptions = (direction: Direction) => (direction === 'receive' ? locationOptions : sendPortOptions);

const built = new WeakMap<Adapter, Map<Direction, JsonSchema>>();

/** The schema of a location or send port of this transport; undefined where it cannot go in that direction. */
export function schemaFor(adapter: Adapter, direction: Direction): JsonSchema | undefined {
  const config = configOf(adapter, direction);
  if (!config) return undefined;
  const known = built.get(adapter) ?? new Map<Direction, JsonSchema>();
  built.set(adapter, known);
  const schema = known.get(direction) ?? join(adapter, direction, config);
  known.set(direction, schema);
  return schema;
}

function join(adapter: Adapter, direction: Direction, config: JsonSchema): JsonSchema {
  const transport = { ...ownOptions(direction)['transport'], const: adapter.name };
  const properties = { ...(config['properties'] as object), ...ownOptions(direction), transport };
  const required = [...new Set([...requiredOfPorts, ...((config['required'] as string[] | undefined) ?? [])])];
  return {
    ...config,
    $id: `urn:guildhall:${adapter.name}-${direction}`,
    type: 'object',
    description: adapter.summary,
    properties,
    required,
    ...(config['unevaluatedProperties'] === undefined ? { additionalProperties: false } : {}),
  };
}

/** For editors: one branch a transport, chosen by `transport:`. */
export function anyTransport(adapters: readonly Adapter[], direction: Direction): JsonSchema {
  const able = adapters.filter((adapter) => configOf(adapter, direction));
  const names = able.map(({ name }) => name);
  return {
    type: 'object',
    required: requiredOfPorts,
    properties: { transport: { ...ownOptions(direction)['transport'], enum: names } },
    allOf: able.map((adapter) => ({
      if: { properties: { transport: { const: adapter.name } }, required: ['transport'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; nothing awaits it.
      then: schemaFor(adapter, direction),
    })),
  };
}
