/**
 * What a picture of an orchestration shows: its shapes with a few words on each, and the blocks within them. Drawn from the
 * compiled shapes and the file that they came from, so that a kind of shape needs no drawing of its own. Pure.
 */
import type { Program } from '../../contracts/orchestration.ts';
import type { Path, Source } from '../../contracts/source.ts';
import { fieldOf, isPlain } from '../plain.ts';
import type { CompiledProgram, CompiledShape } from '../program.ts';

export interface Outline {
  readonly name: string;
  readonly description: string;
  readonly nodes: readonly OutlineNode[];
}

export interface OutlineNode {
  /** The shape's place in the file, such as `body.2.scope`. */
  readonly id: string;
  readonly kind: string;
  /** The name that the file gives it; empty where it gives none. */
  readonly name: string;
  /** What it does, in a few words. */
  readonly detail: string;
  readonly line: number;
  /** What errors and history call it. */
  readonly called: string;
  /** Nothing of its block comes after it. */
  readonly ends: boolean;
  readonly branches: readonly OutlineBranch[];
}

export interface OutlineBranch {
  readonly title: string;
  /** `main`: the ordinary way. `error`: taken when something fails. `undo`: taken when it is compensated. */
  readonly role: 'main' | 'error' | 'undo';
  readonly nodes: readonly OutlineNode[];
}

const ENDS: ReadonlySet<string> = new Set(['complete', 'terminate', 'throw', 'rethrow']);

export function outlineOf(program: Program, source: Source): Outline {
  const compiled = program as CompiledProgram;
  return {
    name: program.name,
    description: textOf(fieldOf(source.value, 'description')),
    nodes: nodesOf('body', compiled, source.value),
  };
}

function nodesOf(block: string, program: CompiledProgram, file: unknown): OutlineNode[] {
  return (program.blocks.get(block) ?? []).map((shape) => nodeOf(shape, program, file));
}

function nodeOf(shape: CompiledShape, program: CompiledProgram, file: unknown): OutlineNode {
  const value = valueAt(file, shape.path);
  const beside = fieldOf(valueAt(file, shape.path.slice(0, -1)), 'name');
  const written = (shape.kind === 'assign' ? undefined : fieldOf(value, 'name')) ?? beside;
  return {
    id: shape.id,
    kind: shape.kind,
    name: textOf(written),
    detail: detailOf(shape.kind, value),
    line: shape.line,
    called: shape.name,
    ends: ENDS.has(shape.kind),
    branches: shape.blocks.map((block) => branchOf(block, shape, program, file)),
  };
}

function branchOf(block: string, { id, path }: CompiledShape, program: CompiledProgram, file: unknown): OutlineBranch {
  const within = block.slice(id.length + 1).split('.');
  const last = within.at(-1) ?? '';
  const holder = within.slice(0, -1).map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const told = holder.length === 0 ? undefined : valueAt(file, [...path, ...holder]);
  return { ...headingOf(last, told), nodes: nodesOf(block, program, file) };
}

function headingOf(last: string, holder: unknown): Pick<OutlineBranch, 'title' | 'role'> {
  if (last === 'compensate') return { title: 'to undo it', role: 'undo' };
  if (last === 'finally') return { title: 'at last', role: 'main' };
  if (last === 'else') return { title: 'otherwise', role: 'main' };
  const error = fieldOf(holder, 'error') ?? fieldOf(holder, 'kind');
  if (error !== undefined) return { title: `on ${textOf(error)}`, role: 'error' };
  for (const key of ['when', 'receive', 'delay', 'name']) {
    const found = fieldOf(holder, key);
    if (found !== undefined) return { title: BRANCHES[key]!(found), role: 'main' };
  }
  return { title: '', role: 'main' };
}

const BRANCHES: Readonly<Record<string, (value: unknown) => string>> = {
  when: textOf,
  receive: (value) => detailOf('receive', value),
  delay: (value) => `after ${textOf(value)}`,
  name: textOf,
};

/** A few words by what the shape says; of a kind that is not listed, its single values. */
function detailOf(kind: string, value: unknown): string {
  const of = (key: string) => textOf(fieldOf(value, key));
  const known: Readonly<Record<string, () => string>> = {
    receive: () => `${of('port')} → ${of('message')}`,
    send: () => `${of('message')} → ${of('port')}`,
    request: () => `${of('send')} → ${of('port')} → ${of('response')}`,
    transform: () => `${of('from')} → ${of('to')} by ${of('map')}`,
    assign: () => Object.keys(isPlain(value) ? value : {}).join(', '),
    while: () => of('when'),
  };
  const told = known[kind];
  if (told) return told();
  if (!isPlain(value)) return Array.isArray(value) ? '' : textOf(value);
  const single = Object.entries(value).filter(([key, each]) => key !== 'name' && !isPlain(each) && !isSteps(each));
  return single.map(([key, each]) => `${key} ${textOf(each)}`).join(', ');
}

const isSteps = (value: unknown) => Array.isArray(value) && value.some(isPlain);

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return value === undefined || value === null || isPlain(value) ? '' : String(value).replaceAll(/\s+/g, ' ').trim();
}

function valueAt(value: unknown, path: Path): unknown {
  let found = value;
  for (const part of path)
    found = typeof part === 'number' ? (found as unknown[] | undefined)?.[part] : fieldOf(found, part);
  return found;
}
