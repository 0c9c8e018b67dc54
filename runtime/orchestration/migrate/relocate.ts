/**
 * Puts a thread of control where it belongs in the later version. Each frame goes where the step that it stands at is: as declared, or
 * where it was, if all steps before it in its block are the same. What lies around it may have been added or left out.
 */
import { blockId, type CompiledShape } from '../program.ts';
import type { ForEachShape } from '../shapes/for-each.ts';
import type { ScopeShape } from '../shapes/scope.ts';
import type { Completed, Frame, Thread } from '../state.ts';
import { placeOf } from './find-step.ts';
import { Unfit } from './unfit.ts';
import { scopeAfter, type Versions } from './versions.ts';

export interface Relocated {
  readonly frames: Frame[];
  /** The steps where it stands, in either version; none at the end of a block. */
  readonly was: CompiledShape | undefined;
  readonly is: CompiledShape | undefined;
  /** Of scopes that have no limit any more. */
  readonly timers: readonly string[];
}

/** `root`: the later version's block that the thread runs in. Throws Unfit. */
export function relocate({ frames }: Thread, root: string, versions: Versions): Relocated {
  const timers: string[] = [];
  const moved: Frame[] = [];
  let rest: readonly Frame[] = frames;
  let base = root;
  while (rest.length > 0) {
    const end = rest.findIndex(({ undoing }) => undoing);
    const segment = end < 0 ? rest : rest.slice(0, end);
    if (segment.length > 0) moved.push(...relocateSegment(segment, base, versions, timers));
    if (end < 0) break;
    moved.push(stillUndoing(rest[end]!, versions));
    rest = rest.slice(end + 1);
    if (rest.length > 0) base = undoneBlock(rest[0]!.block, versions);
  }
  const [was, is] = [shapeAt(frames.at(-1)!, versions.before), shapeAt(moved.at(-1)!, versions.after)];
  return { frames: moved, was, is, timers };
}

/** What is left of a block's name behind the place of the step that holds it: `.do`, `.catch.0.do`. */
export const within = (block: string, holder: CompiledShape): string => block.slice(holder.id.length);

const shapeAt = ({ block, index }: Frame, { blocks }: Versions['after']): CompiledShape | undefined =>
  blocks.get(block)?.[index];

/** A frame of the earlier version, and the block where it goes if nothing else is declared. */
interface Placed {
  readonly frame: Frame;
  readonly at: CompiledShape | undefined;
  readonly block: string;
  /** The place of its step in the later version. */
  readonly goal: string | undefined;
}

function relocateSegment(segment: readonly Frame[], root: string, versions: Versions, timers: string[]): Frame[] {
  const placed: Placed[] = [];
  for (const frame of segment) placed.push(place(frame, placed.at(-1), root, versions));
  const top = placed.at(-1)!;
  const isDeclared = top.at !== undefined && versions.declared.has(top.at.id);
  if (!isDeclared) for (const each of placed) checkPassed(each, versions);
  const chain = chainTo(top, root, versions);
  if (isDeclared) {
    // What holds the place that is declared stands where that says; how far it has come in its own block, that says itself.
    const holding = chain.slice(0, -1);
    const stays = placed.filter(({ block, frame }) =>
      holding.some((link) => link.block === block && link.index === frame.index),
    );
    for (const each of stays) checkPassed(each, versions);
  }
  for (const each of placed) {
    if (!chain.some(({ block }) => block === each.block)) checkLeft(each, versions);
  }
  return chain.map(({ block, index }) => {
    const found = placed.find((each) => each.block === block);
    return found ? moveFrame(found.frame, block, index, versions, timers) : entered(block, index, top.at, versions);
  });
}

function place(frame: Frame, below: Placed | undefined, root: string, { before, declared }: Versions): Placed {
  const at = shapeAt(frame, before);
  const block = below ? `${below.goal}${within(frame.block, below.at!)}` : root;
  const own = at && blockId([block, frame.index, at.kind]);
  return { frame, at, block, goal: at && (declared.get(at.id) ?? own) };
}

interface Link {
  readonly block: string;
  readonly index: number;
}

/** The blocks from the root down to where it will stand, each with the index of the step there. */
function chainTo({ frame, at, block, goal }: Placed, root: string, { after, declared, holders }: Versions): Link[] {
  const step = goal === undefined ? undefined : after.shapes.get(goal);
  if (at && declared.has(at.id) && !step) throw new Unfit(`it has no step at ${goal}`, at);
  const isDeclared = step !== undefined && at !== undefined && declared.has(at.id);
  const chain: Link[] = [isDeclared ? placeOf(step) : { block, index: endOr(frame.index, at, block, after) }];
  while (chain[0]!.block !== root) {
    const holder = holders.get(chain[0]!.block);
    if (!holder && after.blocks.has(chain[0]!.block))
      throw new Unfit(`"${step?.name}" of line ${step?.line} lies outside of what it is in`, at);
    if (!holder) throw new Unfit(`it has no ${chain[0]!.block} any more`, at);
    chain.unshift(placeOf(holder));
  }
  return chain;
}

const endOr = (index: number, at: CompiledShape | undefined, block: string, { blocks }: Versions['after']) =>
  at ? index : (blocks.get(block)?.length ?? 0);

/** Where nothing is declared, what it has passed must be the same. */
function checkPassed({ frame, at, block }: Placed, { before, after, declared }: Versions): void {
  if (at && declared.has(at.id)) return;
  const is = after.blocks.get(block);
  if (!is) throw new Unfit(`it has no ${block} any more`, at);
  const passed = before.blocks.get(frame.block)!.slice(0, frame.index + 1);
  const changed = passed.find(({ kind, name }, index) => is[index]?.kind !== kind || is[index].name !== name);
  if (!changed) return;
  const { name, line } = changed;
  throw new Unfit(`the step "${name}" of line ${line} is no longer where it was, or comes after others`, at);
}

/** Only what holds nothing may be left in passing. */
function checkLeft({ frame, at }: Placed, { before }: Versions): void {
  const { block, index: _, ...held } = frame;
  if (Object.keys(held).length === 0) return;
  const holder = [...before.shapes.values()].find(({ blocks }) => blocks.includes(block));
  throw new Unfit(`it would leave "${holder?.name ?? block}" without coming to its end`, at);
}

/** A frame for a block that it comes into with the later version. */
function entered(block: string, index: number, at: CompiledShape | undefined, { holders }: Versions): Frame {
  const holder = holders.get(block)!;
  if (holder.kind === 'decide' || holder.kind === 'while') return { block, index };
  const { block: own, timeout, atomic } = holder as ScopeShape;
  if (holder.kind === 'scope' && own === block && !timeout && !atomic)
    return { block, index, scope: { id: holder.id, caught: false }, completed: [] };
  const allowed = 'only into a decide, a while, or the steps of a scope that is not atomic and has no timeout';
  throw new Unfit(`it would come into "${holder.name}" of line ${holder.line} from outside, and can ${allowed}`, at);
}

function moveFrame(frame: Frame, block: string, index: number, versions: Versions, timers: string[]): Frame {
  const { scope, completed, deliveries, item } = frame;
  const holder = versions.holders.get(block);
  if (item && (holder as ForEachShape).as !== item.name)
    throw new Unfit(`the item "${item.name}" of its for-each is called "${(holder as ForEachShape).as}" now`);
  const expected = deliveries?.map((each) => ({ ...each, shape: versions.declared.get(each.shape) ?? each.shape }));
  return {
    ...frame,
    block,
    index,
    ...(scope ? { scope: moveScope(scope, holder as ScopeShape, timers) } : {}),
    ...(completed ? { completed: moveCompleted(completed, versions) } : {}),
    ...(expected ? { deliveries: expected } : {}),
  };
}

function moveScope({ caught, timer }: NonNullable<Frame['scope']>, holder: ScopeShape, timers: string[]) {
  if (timer === undefined) return { id: holder.id, caught };
  if (holder.timeout) return { id: holder.id, caught, timer };
  timers.push(timer);
  return { id: holder.id, caught };
}

function moveCompleted(completed: readonly Completed[], versions: Versions): Completed[] {
  return completed.map((each) => ({
    ...each,
    scope: scopeAfter(versions, each.scope),
    nested: moveCompleted(each.nested, versions),
  }));
}

function stillUndoing(frame: Frame, versions: Versions): Frame {
  const undoing = frame.undoing!;
  return { ...frame, undoing: { ...undoing, queue: moveCompleted(undoing.queue, versions) } };
}

/** Where the compensation or the `finally` of a scope is that was started by what stands below. */
function undoneBlock(block: string, versions: Versions): string {
  const end = block.lastIndexOf('.');
  const moved = `${scopeAfter(versions, block.slice(0, end))}${block.slice(end)}`;
  if (!versions.after.blocks.has(moved)) throw new Unfit(`it has no ${moved} any more`);
  return moved;
}
