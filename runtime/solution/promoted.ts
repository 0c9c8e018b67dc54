/** What steps of pipelines promote beside message types: under which names, of which type, and on messages of which types. */
import type { Pipeline } from '../contracts/pipeline.ts';
import type { LogicalType, SchemaSet } from '../contracts/schema.ts';
import { valuePlace } from '../pipelines/field-keys.ts';
import { type Flows, flowsOf, keyOf, mapsOf, pipelineOf } from './flows.ts';
import type { Model } from './model.ts';
import { at, textOf, textsOf } from './plain.ts';

const ANY: LogicalType = { kind: 'any' };

/** The schemas, whose properties are also those that pipelines promote; what has several types may be anything. */
export function withPipelineProperties(schemas: SchemaSet, pipelines: Iterable<Pipeline | undefined>): SchemaSet {
  const properties = new Map(schemas.properties);
  for (const [name, type] of [...pipelines].flatMap((pipeline) => promotedIn(pipeline, schemas))) {
    const other = properties.get(name);
    properties.set(name, other === undefined || isSame(other, type) ? type : ANY);
  }
  return { find: schemas.find, findByRoot: schemas.findByRoot, types: schemas.types, properties };
}

const isSame = (a: LogicalType, b: LogicalType) =>
  a.kind === b.kind && (a as { format?: string }).format === (b as { format?: string }).format;

function promotedIn(pipeline: Pipeline | undefined, schemas: SchemaSet): [string, LogicalType][] {
  return (pipeline?.steps ?? []).flatMap(({ component, config }) =>
    [...(component.promotes?.(config) ?? [])].flatMap(([name, from]): [string, LogicalType][] => {
      if (!('field' in from)) return [[name, { kind: from.kind }]];
      const places = schemas.types.flatMap((type) => valuePlace(schemas.find(type)!.document, from.field) ?? []);
      return places.length > 0 ? places.map(({ type }) => [name, withoutValues(type)]) : [[name, ANY]];
    }),
  );
}

/** Another type may have other values at the same place. */
const withoutValues = (type: LogicalType): LogicalType =>
  type.kind === 'string' ? { kind: 'string', ...(type.format ? { format: type.format } : {}) } : type;

/** Promoted properties by message type, with those of the pipelines through which messages of the type come. */
export function promotedWithPipelines(model: Model): ReadonlyMap<string, readonly string[]> {
  const promoted = new Map(model.promoted);
  const flows = flowsOf(model);
  const add = (types: readonly string[], pipeline: Pipeline | undefined) => {
    const names = (pipeline?.steps ?? []).flatMap(({ component, config }) => [
      ...(component.promotes?.(config).keys() ?? []),
    ]);
    for (const type of names.length > 0 ? types : []) promoted.set(type, [...(promoted.get(type) ?? []), ...names]);
  };
  for (const port of model.ports.allReceive)
    for (const location of port.locations) add(arrivingAt(model, flows, location, port), pipelineOf(model, location));
  for (const { options } of model.ports.allSend)
    add(
      textsOf(at(options.value, ['response'])),
      model.pipelines.get(textOf(at(options.value, ['responsePipeline'])) ?? ''),
    );
  return promoted;
}

/** Before and after the maps of the port, which leave properties as they are. Where nothing is said, what the port publishes. */
function arrivingAt(
  model: Model,
  flows: Flows,
  location: Parameters<typeof keyOf>[0],
  port: Model['ports']['allReceive'][number],
): readonly string[] {
  const expected = flows.expected.get(keyOf(location)) ?? [];
  if (expected.length === 0) return flows.published.get(port.name) ?? [];
  const maps = mapsOf(model, port);
  return [...new Set([...expected, ...expected.map((type) => maps.get(type)?.target ?? type)])];
}
