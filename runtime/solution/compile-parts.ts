/** Compiles message types, maps, pipelines and orchestrations, each with what the others turned out to be. */
import type { Adapter } from '../contracts/adapter.ts';
import type { Instant } from '../contracts/clock.ts';
import type { Finding } from '../contracts/finding.ts';
import type { MapProgram } from '../contracts/map.ts';
import type { Pipeline, PipelineComponent } from '../contracts/pipeline.ts';
import type { RuleTable } from '../contracts/rules.ts';
import type { SchemaSet } from '../contracts/schema.ts';
import { finding } from '../errors/finding.ts';
import { compileMap } from '../maps/compile.ts';
import { compileOrchestration } from '../orchestration/compile.ts';
import { compileMigration } from '../orchestration/migrate/compile-migration.ts';
import { compileTable } from '../orchestration/rules/compile-table.ts';
import { builtInPipelines } from '../pipelines/built-in.ts';
import { compilePipeline } from '../pipelines/compile.ts';
import { components } from '../pipelines/components/index.ts';
import { busConfigOf, workLimitOf } from './bus-config.ts';
import { readCalendars } from './calendars.ts';
import { type CompiledTypes, compileTypes } from './compile-types.ts';
import { hashOf } from './definition.ts';
import { excused } from './excused.ts';
import type { SolutionFiles } from './find.ts';
import { freeName } from './free-name.ts';
import { map } from './kinds/map.ts';
import { migration } from './kinds/migration.ts';
import { orchestration } from './kinds/orchestration.ts';
import { pipeline } from './kinds/pipeline.ts';
import { rules } from './kinds/rules.ts';
import { type Loaded, type LoadedFile, ofKind } from './load.ts';
import { readLookups } from './lookups.ts';
import type { KnownMap, KnownOrchestration, Model } from './model.ts';
import { readParties } from './parties.ts';
import { isPlain, textOf } from './plain.ts';
import { portsOf } from './ports.ts';
import { promotedWithPipelines, withPipelineProperties } from './promoted.ts';
import { servedBy } from './served.ts';
import { sketchMap, sketchOrchestration } from './sketch.ts';
import { mapStandIn } from './stand-ins.ts';

export interface CompiledParts {
  readonly model: Model;
  readonly findings: readonly Finding[];
}

export interface PartsOptions {
  readonly adapters: readonly Adapter[];
  /** Of pipelines. Default: those of the bus. */
  readonly components?: readonly PipelineComponent[] | undefined;
  /** The name of a file in config/environments. */
  readonly environment?: string | undefined;
  /** Tells maps and expressions how long they have taken; without it they are bounded by steps alone. */
  readonly now?: (() => Instant) | undefined;
}

export function compileParts(files: SolutionFiles, loaded: Loaded, options: PartsOptions): CompiledParts {
  const { adapters, environment, components: known = components, now } = options;
  const limit = workLimitOf(busConfigOf(loaded, environment).expressions, now);
  const calendars = readCalendars(files, loaded);
  const lookups = readLookups(files, calendars.calendars);
  const parties = readParties(loaded);
  const types = compileTypes(files, loaded);
  const pipelines = compilePipelines(loaded, known);
  const schemas = withPipelineProperties(types.schemas, pipelines.known.values());
  const evaluating: Evaluating = { lookups: lookups.tables, limit };
  const maps = compileMaps(loaded, types, evaluating, files);
  const tables = compileTables(files, loaded, evaluating);
  const orchestrations = compileOrchestrations(files, loaded, schemas, maps.known, evaluating, tables.known);
  const migrations = compileMigrations(loaded, orchestrations.known, evaluating);
  const byName = new Map(adapters.map((adapter) => [adapter.name, adapter]));
  const ports = portsOf(loaded, environment);
  const model: Model = {
    files,
    loaded,
    adapters: byName,
    ports,
    served: servedBy(files, byName, ports),
    schemas,
    promoted: types.promoted,
    parties: parties.parties,
    ...evaluating,
    pipelines: pipelines.known,
    maps: maps.known,
    orchestrations: migrations.known,
  };
  const parts = [calendars, lookups, parties, types, pipelines, maps, tables, orchestrations, migrations];
  const withPromoted = { ...model, promoted: promotedWithPipelines(model) };
  return { model: withPromoted, findings: parts.flatMap(({ findings }) => findings) };
}

function compilePipelines(loaded: Loaded, components: readonly PipelineComponent[]) {
  const known = new Map<string, Pipeline | undefined>(builtInPipelines);
  const findings = ofKind(loaded, pipeline).flatMap((file) => {
    const compiled = readable(file) ? compilePipeline(file.source, components) : { findings: [] };
    if (!known.get(file.name)) known.set(file.name, compiled.pipeline);
    return builtInPipelines.has(file.name) ? [...compiled.findings, takenName(file, known.keys())] : compiled.findings;
  });
  return { known, findings };
}

function takenName({ name, source }: LoadedFile, taken: Iterable<string>): Finding {
  const values = { what: 'pipeline', name, first: 'the built-in pipelines' };
  return finding('DUPLICATE_NAME', source.locate(['pipeline']), values, { suggestion: freeName(name, taken) });
}

/** What all expressions have in common. */
type Evaluating = Pick<Model, 'lookups' | 'limit'>;

function compileMaps(loaded: Loaded, types: CompiledTypes, evaluating: Evaluating, files: SolutionFiles) {
  const texts = { read: (path: string) => files.get(path), known: [...files.keys()] };
  const { schemas, missing } = types;
  const known = new Map<string, KnownMap>();
  const findings = ofKind(loaded, map).flatMap((file) => {
    const compiled = readable(file)
      ? compileMap(file.source, { schemas, ...evaluating, files: texts })
      : { findings: [] };
    if (!known.has(file.name))
      known.set(file.name, { name: file.name, ...sketchMap(file.source), program: compiled.map });
    const vague = sketchMap(file.source).sources.some((type) => missing.has(type) || !schemas.find(type));
    return compiled.findings.filter(({ code }) => !vague || code !== 'MAP_FIELD_MAY_BE_ABSENT');
  });
  return { known, findings };
}

function compileTables(files: SolutionFiles, loaded: Loaded, evaluating: Evaluating) {
  const known = new Map<string, RuleTable>();
  const findings = ofKind(loaded, rules).flatMap((file) => {
    if (!readable(file)) return [];
    const compiled = compileTable(file.source, { ...evaluating, read: (path) => files.get(path) });
    if (compiled.table && !known.has(file.name)) known.set(file.name, compiled.table);
    return compiled.findings;
  });
  return { known, findings };
}

function compileOrchestrations(
  files: SolutionFiles,
  loaded: Loaded,
  schemas: SchemaSet,
  knownMaps: ReadonlyMap<string, KnownMap>,
  evaluating: Evaluating,
  tables: ReadonlyMap<string, RuleTable>,
) {
  const maps = new Map([...knownMaps.values()].map((entry) => [entry.name, programOf(entry)]));
  const vague = [...knownMaps.values()].filter((entry) => isVague(entry, schemas)).map(({ name }) => name);
  const context = { schemas, maps, ...evaluating, version: hashOf(files), tables };
  const known: Omit<KnownOrchestration, 'migrations'>[] = [];
  const findings = ofKind(loaded, orchestration).flatMap((file) => {
    const compiled = readable(file) ? compileOrchestration(file.source, context) : { findings: [] };
    const { uses, ports } = sketchOrchestration(file.source);
    const duplicate = known.some(({ name }) => name === file.name);
    const { program } = compiled;
    if (!duplicate) known.push({ name: file.name, file, program, uses, ports: program?.ports ?? ports });
    return compiled.findings.filter((entry) => !excused(entry, file.source, vague));
  });
  return { known, findings };
}

/** Beside the orchestrations that they lead to. */
function compileMigrations(
  loaded: Loaded,
  orchestrations: readonly Omit<KnownOrchestration, 'migrations'>[],
  evaluating: Evaluating,
) {
  const compiled = ofKind(loaded, migration).map((file) => {
    const name = isPlain(file.source.value) ? textOf(file.source.value['orchestration']) : undefined;
    const led = orchestrations.find((each) => each.name === name);
    if (led?.program) return { name, ...compileMigration(file.source, led.program, evaluating) };
    if (led || name === undefined) return { name, findings: [] };
    const options = { unknown: { name, known: orchestrations.map((each) => each.name) } };
    return {
      name,
      findings: [finding('UNKNOWN_ORCHESTRATION', file.source.locate(['orchestration']), { name }, options)],
    };
  });
  const known = orchestrations.map((each): KnownOrchestration => {
    const migrations = compiled.flatMap((one) =>
      one.name === each.name && 'migration' in one && one.migration ? [one.migration] : [],
    );
    return { ...each, migrations };
  });
  return { known, findings: compiled.flatMap(({ findings }) => findings) };
}

const readable = ({ source }: LoadedFile) => isPlain(source.value);

const programOf = ({ name, sources, target, program }: KnownMap): MapProgram =>
  program ?? mapStandIn(name, sources, target ?? '');

/** Declared, but from what to what cannot be told. */
const isVague = ({ sources, target, program }: KnownMap, schemas: SchemaSet) =>
  program === undefined && (sources.length === 0 || ![...sources, target ?? ''].every((type) => schemas.find(type)));
