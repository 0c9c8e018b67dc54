/**
 * Compiles an orchestration's file. All that is wrong with it comes back as findings at their places; only a file without
 * errors gives a program. Pure.
 */
import type { Finding } from '../contracts/finding.ts';
import type { LogicalPort, Program } from '../contracts/orchestration.ts';
import type { CompiledSchema } from '../contracts/schema.ts';
import type { Path, Source } from '../contracts/source.ts';
import { checkFlow, type Used, type Walked } from './check-flow.ts';
import { checkThreads } from './check-threads.ts';
import { checkConvoyRaces, checkUses } from './check-uses.ts';
import { convoysOf } from './convoy.ts';
import { type Collected, type CompileContext, createCompiler } from './create-compiler.ts';
import { type Declarations, readDeclarations } from './declarations.ts';
import { blockId, type CompiledProgram, type CompiledShape } from './program.ts';
import { createReader } from './reader.ts';
import type { SendShape } from './shapes/send.ts';

export function compileOrchestration(
  source: Source,
  context: CompileContext,
): { program?: Program; findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const reader = createReader(source, findings);
  const declared = readDeclarations(source.value, reader, context.schemas, context.lookups.calendars ?? new Map());
  const collected = createCompiler(source, declared, reader, findings, context);
  collected.compiler.block(declared.body, ['body']);
  checkUses(collected, source);
  checkConvoyRaces(collected);
  const walked = checkFlow(collected);
  checkThreads(collected);
  if (findings.some(({ severity }) => severity === 'error')) return { findings };
  return { program: assemble(declared, collected, walked, context), findings };
}

function assemble(
  declared: Declarations,
  collected: Collected,
  { used, known }: Walked,
  context: CompileContext,
): CompiledProgram {
  const { blocks, shapes, awaits, sources, uses } = collected;
  const schemas = [...new Set(declared.messages.values())].map((type): [string, CompiledSchema] => [
    type,
    context.schemas.find(type)!,
  ]);
  const correlations = [...declared.correlations].map(
    ([name, properties]) => [name, { properties, sources: sources.get(name)! }] as const,
  );
  const starting = uses.activations.map(({ activation, initialises }) => ({ activation, initialises }));
  const { convoys, activations } = convoysOf(declared.name, starting, [...awaits.values()], declared.correlations);
  return {
    name: declared.name,
    version: context.version,
    messages: declared.messages,
    activations,
    calls: uses.calls,
    ports: portsOf(collected),
    late: declared.late,
    body: blocks.get('body')!,
    blocks,
    shapes,
    awaits,
    awaitsWithin: within(collected, (shape) => shape.awaits),
    makesWithin: within(collected, (shape) => shape.makes),
    recalled: recalledBy(collected, used),
    looksWithin: lookedAt(collected, used),
    followsWithin: within(collected, (shape) => followedBy(shape, awaits)),
    known,
    correlations: new Map(correlations),
    convoys,
    variables: declared.variables,
    calendar: declared.calendar,
    schemas: new Map(schemas),
    receivePorts: new Set([...uses.ports].filter(([, { at }]) => at.has('receive')).map(([name]) => name)),
  };
}

function portsOf({ uses, shapes }: Collected): Map<string, LogicalPort> {
  const notified = [...shapes.values()].flatMap((shape) =>
    'notify' in shape && shape.notify ? [(shape as SendShape).port] : [],
  );
  return new Map(
    [...uses.ports].map(([name, { receives, sends, at }]): [string, LogicalPort] => [
      name,
      {
        receives: [...receives],
        sends: [...sends],
        requests: at.has('request'),
        ...(notified.includes(name) ? { notified: true } : {}),
      },
    ]),
  );
}

/** By the shape's place: the logical messages that it or anything within it looks at. */
function lookedAt(collected: Collected, used: readonly Used[]): Map<string, ReadonlySet<string>> {
  const names = Map.groupBy(used, ({ path }) => stepAt(path, collected.shapes));
  return within(collected, ({ id }) => (names.get(id) ?? []).map(({ name }) => name));
}

/** The innermost step that a place of the file lies in. */
function stepAt(path: Path, shapes: Collected['shapes']): string {
  const depths = path.map((_, index) => blockId(path.slice(0, path.length - index)));
  return depths.find((id) => shapes.has(id)) ?? '';
}

function followedBy(shape: CompiledShape, awaits: Collected['awaits']): string[] {
  const own = 'follows' in shape ? (shape.follows as readonly string[]) : [];
  return [...own, ...shape.awaits.flatMap((key) => awaits.get(key)!.sets)];
}

/** What a compensation block uses, or makes anew out of what is there. */
function recalledBy({ blocks, shapes }: Collected, used: readonly Used[]): Map<string, ReadonlySet<string>> {
  const undone = [...shapes.values()].filter(({ id }) => blocks.has(blockId([id, 'compensate'])));
  return new Map(
    undone.map(({ id }) => {
      const within = (place: string) => place.startsWith(`${blockId([id, 'compensate'])}.`);
      const read = used.filter(({ path }) => within(blockId(path))).map(({ name }) => name);
      const made = [...shapes.values()].filter((shape) => within(shape.id)).flatMap(({ makes }) => makes);
      return [id, new Set([...read, ...made])];
    }),
  );
}

/** For every shape, what it and the shapes in its blocks have of something. */
function within(
  { blocks, shapes }: Collected,
  of: (shape: CompiledShape) => readonly string[],
): Map<string, ReadonlySet<string>> {
  const found = new Map<string, ReadonlySet<string>>();
  const visit = (shape: CompiledShape): ReadonlySet<string> => {
    const inner = shape.blocks.flatMap((block) => blocks.get(block)!.flatMap((each) => [...visit(each)]));
    const all = new Set([...of(shape), ...inner]);
    found.set(shape.id, all);
    return all;
  };
  for (const shape of shapes.values()) if (!found.has(shape.id)) visit(shape);
  return found;
}
