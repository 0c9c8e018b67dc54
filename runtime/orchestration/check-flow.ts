/** Walks all ways through an orchestration and reports what may be missing at some place, and what nothing reaches. */
import type { Path } from '../contracts/source.ts';
import type { Compiler } from './compiler.ts';
import type { Collected } from './create-compiler.ts';
import { either, type Flow, join, type Known, NOTHING, type Reached } from './flow.ts';
import type { CompiledShape } from './program.ts';
import { shapes as kinds } from './shapes/index.ts';
import { suggestInitialising } from './suggest-initialising.ts';

interface Undoing {
  readonly scope: string;
  readonly block: string;
  readonly after: Known;
}

/** A logical message that a place uses. */
export interface Used {
  readonly name: string;
  readonly path: Path;
}

export interface Walked {
  /** Every use of a message. */
  readonly used: readonly Used[];
  /** What is certain where a step begins, by the step's place. */
  readonly known: ReadonlyMap<string, Known>;
}

export function checkFlow({ compiler, blocks, shapes, sources }: Collected): Walked {
  const used: Used[] = [];
  const knownAt = new Map<string, Known>();
  const undoing: Undoing[] = [];
  const triggers = new Map<string, Known[]>();

  const failures: { readonly port: string; readonly known: Known }[] = [];

  /** Goes on after a step that ends the way, as if it did not: what follows from that one fault is not told again. */
  function block(id: string, before: Known): Reached {
    let known: Reached = before;
    let reached = before;
    let last: CompiledShape | undefined;
    let told = false;
    for (const shape of blocks.get(id) ?? []) {
      if (!known && !told) reportUnreachable(compiler, shape, last!);
      told ||= !known;
      reached = known ?? reached;
      knownAt.set(shape.id, join([knownAt.get(shape.id), reached])!);
      known = kinds.get(shape.kind)!.flow(shape, reached, flow);
      last = shape;
    }
    return told && known ? { messages: new Set(compiler.messages.keys()), sets: known.sets } : known;
  }

  const flow: Flow = {
    block,
    ...knowing(compiler, sources, [...shapes.values()], used),
    fails: (port, known) => void failures.push({ port, known }),
    failing: (walk) => {
      const start = failures.length;
      const result = walk();
      const within = failures.slice(start);
      return { result, at: (port) => join(within.filter((each) => each.port === port).map(({ known }) => known)) };
    },
    compensation: (scope, id, after) => void undoing.push({ scope, block: id, after }),
    compensates: (name, before) => {
      triggers.set(name, [...(triggers.get(name) ?? []), before]);
    },
  };

  block('body', NOTHING);
  for (let next = undoing.pop(); next; next = undoing.pop()) block(next.block, atCompensation(next, triggers));
  return { used, known: knownAt };
}

function reportUnreachable(compiler: Compiler, { path }: CompiledShape, last: CompiledShape): void {
  const { kind, line } = last;
  const suggestion = `it to stand above the ${kind} in line ${line}`;
  compiler.report('UNREACHABLE_SHAPE', path, { last: kind, line }, { part: 'key', suggestion });
}

/** What is certain when a scope is undone: all that was when it completed, and what was where it is asked for. */
function atCompensation({ scope, block, after }: Undoing, triggers: ReadonlyMap<string, readonly Known[]>): Known {
  const asked = [...(triggers.get(scope) ?? []), ...(triggers.get('all') ?? [])].map((known) => either(known, after));
  const enclosed = block.split('.').filter((part) => part === 'scope').length > 1;
  return join(enclosed ? [after, ...asked] : asked) ?? after;
}

function knowing(
  compiler: Compiler,
  sources: ReadonlyMap<string, ReadonlySet<string>>,
  shapes: readonly CompiledShape[],
  used: Used[],
): Pick<Flow, 'uses' | 'formula' | 'follows' | 'make' | 'initialise'> {
  const uses: Flow['uses'] = (names, path, { messages }) => {
    for (const name of names) {
      if (!compiler.messages.has(name)) continue;
      used.push({ name, path });
      if (!messages.has(name)) compiler.report('USED_BEFORE_CONSTRUCTION', path, { name });
    }
  };
  return {
    uses,
    formula: ({ names, path }, before) => uses(names, path, before),

    follows: (names, path, known) => {
      for (const name of names.filter((each) => !known.sets.has(each))) {
        const suggestion = suggestInitialising(name, known, { compiler, shapes });
        compiler.report('CORRELATION_NOT_INITIALISED', path, { name }, suggestion ? { suggestion } : {});
      }
    },

    make: (name, { messages, sets }) => {
      const taken = [...sources].filter(([, of]) => of.has(name)).map(([set]) => set);
      return { messages: messages.union(new Set([name])), sets: sets.union(new Set(taken)) };
    },

    initialise: (names, { messages, sets }) => ({ messages, sets: sets.union(new Set(names)) }),
  };
}
