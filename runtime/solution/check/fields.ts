/**
 * Checks the fields that steps of pipelines name against the schemas of the messages that come there: at receive locations what is expected,
 * at send ports what is certain to reach them, else all that the solution knows.
 */
import type { Finding } from '../../contracts/finding.ts';
import type { NamedField, PipelineStep } from '../../contracts/pipeline.ts';
import type { LogicalType } from '../../contracts/schema.ts';
import { finding } from '../../errors/finding.ts';
import { fieldPlace, valuePlace } from '../../pipelines/field-keys.ts';
import { type Flows, keyOf, mapsOf, unique } from '../flows.ts';
import { message } from '../kinds/message.ts';
import { pipeline } from '../kinds/pipeline.ts';
import { type LoadedFile, lost, ofKind } from '../load.ts';
import type { Model } from '../model.ts';
import { at, textOf, textsOf } from '../plain.ts';
import { typesReaching } from '../reaching.ts';

export function checkFields(model: Model, flows: Flows): Finding[] {
  if (lost(model.loaded, message)) return [];
  const reaching = typesByPipeline(model, flows);
  return ofKind(model.loaded, pipeline).flatMap((file) => {
    const compiled = model.pipelines.get(file.name);
    const reached = reaching.get(file.name) ?? [];
    return (compiled?.steps ?? []).flatMap((step, index) => ofStep(model, file, step, index, reached));
  });
}

function ofStep(
  model: Model,
  file: LoadedFile,
  { component, config }: PipelineStep,
  index: number,
  reached: readonly string[],
): Finding[] {
  return (component.fields?.(config) ?? []).flatMap((named) => {
    const lacking = typesLacking(model, named, reached);
    if (lacking.length === 0) return [];
    const place = file.source.locate(['steps', index, component.name, ...named.path], named.part);
    const known = unique(lacking.flatMap((type) => pathsIn(model.schemas.find(type)!.document, named.single)));
    const { field } = named;
    const types = reached.length > 0 ? lacking.join(' or ') : 'any message type';
    const values = { component: component.name, field, what: named.single ? 'single value' : 'field', types };
    return [finding('PIPELINE_FIELD_UNKNOWN', place, values, { unknown: { name: field, known } })];
  });
}

/** None where the field is well named: what comes has it, or where it is not known what comes, some type has it. */
function typesLacking(model: Model, { field, single, of }: NamedField, reached: readonly string[]): string[] {
  const types = reached.length > 0 ? reached : model.schemas.types;
  const place = single ? valuePlace : fieldPlace;
  const lacking = types.filter((type) => !place(model.schemas.find(type)!.document, field));
  const strict = of === 'all' && reached.length > 0;
  return strict || lacking.length === types.length ? lacking : [];
}

/** Types by the name of the pipeline that they certainly come through. */
function typesByPipeline(model: Model, flows: Flows): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const add = (name: unknown, types: readonly string[]) => {
    const known = types.filter((type) => model.schemas.find(type));
    if (typeof name === 'string') found.set(name, unique([...(found.get(name) ?? []), ...known]));
  };
  for (const port of model.ports.allReceive) {
    const maps = mapsOf(model, port);
    const answers = textsOf(at(port.options.value, ['response'])).map((type) => maps.get(type)?.target ?? type);
    for (const location of port.locations) {
      add(at(location.options.value, ['pipeline']), flows.expected.get(keyOf(location)) ?? []);
      add(at(location.options.value, ['responsePipeline']), answers);
    }
  }
  for (const port of model.ports.allSend) {
    const maps = mapsOf(model, port);
    const sent = typesReaching(model, port).named.map((type) => maps.get(type)?.target ?? type);
    add(textOf(at(port.options.value, ['pipeline'])), sent);
    add(textOf(at(port.options.value, ['responsePipeline'])), textsOf(at(port.options.value, ['response'])));
  }
  return found;
}

const DEEPEST = 6;

/** The fields of documents of a type, with dots between; recursive types as far as anybody would write. */
function pathsIn(type: LogicalType, single: boolean, inside = '', depth = 0): string[] {
  if (type.kind === 'list') return single ? [] : pathsIn(type.of, single, inside, depth);
  if (type.kind !== 'object' || depth === DEEPEST) return [];
  return [...type.fields()].flatMap(([name, { type: inner }]) => {
    const path = `${inside}${name}`;
    const below = pathsIn(inner, single, `${path}.`, depth + 1);
    return single && ['object', 'list'].includes(inner.kind) ? below : [path, ...below];
  });
}
