/** transform: makes a message from one or more others by a map. */
import type { MapProgram } from '../../contracts/map.ts';
import type { Path } from '../../contracts/source.ts';
import type { Compiler, Named } from '../compiler.ts';
import { initialiseFrom } from '../correlate.ts';
import type { CompiledShape } from '../program.ts';
import { construct, documentOf } from '../run.ts';
import { closed, name, oneOrMore, text } from './fragments.ts';
import { NEXT, type ShapeKind } from './shape.ts';

export interface TransformShape extends CompiledShape {
  readonly kind: 'transform';
  readonly map: MapProgram | undefined;
  readonly from: readonly Named[];
  readonly to: string;
}

const schema = closed(
  'Makes a message by a map',
  {
    name,
    map: text('The name of a map of mappings/'),
    from: oneOrMore('The messages that it is made from, in the order of the map'),
    to: text('The message that is made'),
  },
  ['map', 'from', 'to'],
);

export const transform: ShapeKind<TransformShape> = {
  kind: 'transform',
  schema,
  tracked: false,

  compile: (value, path, compiler) => {
    const written = compiler.mapping(value, path, schema, 'a transform');
    if (!written) return undefined;
    const map = mapOf(written['map'], [...path, 'map'], compiler);
    const named = compiler.texts(written['from'], [...path, 'from']);
    const from = named.filter((each) => compiler.message(each.name, each.path) !== undefined);
    const to = compiler.message(written['to'], [...path, 'to']);
    if (map && from.length === named.length) checkSources(map, from, path, compiler);
    if (map && to) checkTarget(map, to, path, compiler);
    return { map, from, to: to ?? '', makes: to ? [to] : [] };
  },

  flow: ({ from, to }, before, flow) => {
    for (const source of from) flow.uses([source.name], source.path, before);
    return flow.make(to, before);
  },

  step: ({ map, from, to }, run) => {
    const inputs = from.map((source) => documentOf(run, source.name));
    const made = construct(run, to, map!.transform(inputs));
    initialiseFrom(run, to, made);
    return NEXT;
  },
};

function mapOf(value: unknown, path: Path, compiler: Compiler): MapProgram | undefined {
  const wanted = compiler.text(value, path);
  if (wanted === undefined) return undefined;
  const map = compiler.maps.get(wanted);
  if (!map)
    compiler.report('UNKNOWN_MAP', path, { name: wanted }, { unknown: { name: wanted, known: compiler.maps.keys() } });
  return map;
}

function checkSources(map: MapProgram, from: readonly Named[], path: Path, compiler: Compiler): void {
  const wanted = `(${map.sources.join(', ')})`;
  if (from.length !== map.sources.length) {
    const found = from.length === 1 ? 'one message' : `${from.length} messages`;
    const values = { map: map.name, use: 'takes', wanted, name: '"from"', found };
    compiler.report('MAP_TYPE_MISMATCH', [...path, 'from'], values);
    return;
  }
  from.forEach((source, index) => {
    const type = compiler.typeOf(source.name);
    const expected = map.sources[index]!;
    if (type === expected || type === '') return;
    const suggestion = [...compiler.messages].find(([, declared]) => declared === expected)?.[0];
    const values = { map: map.name, use: 'takes', wanted, name: `"${source.name}"`, found: type };
    compiler.report('MAP_TYPE_MISMATCH', source.path, values, suggestion ? { suggestion } : {});
  });
}

function checkTarget(map: MapProgram, to: string, path: Path, compiler: Compiler): void {
  const found = compiler.typeOf(to);
  if (found === map.target || found === '') return;
  const suggestion = [...compiler.messages].find(([, declared]) => declared === map.target)?.[0];
  const values = { map: map.name, use: 'makes', wanted: map.target, name: `"${to}"`, found };
  compiler.report('MAP_TYPE_MISMATCH', [...path, 'to'], values, suggestion ? { suggestion } : {});
}
