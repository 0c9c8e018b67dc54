/** Where an instance went and where it stands, for the picture of its orchestration. Pure. */
import type { EventData } from '../../contracts/events.ts';
import type { Instance } from '../../contracts/orchestration.ts';
import type { State } from '../state.ts';
import type { Outline, OutlineNode } from './outline.ts';

export type Mark = 'passed' | 'here' | 'failed';

/** By the shape's place; a shape without a mark was not reached. */
export type Marks = ReadonlyMap<string, Mark>;

/** A line of the instance's history. */
interface Told {
  readonly name: string;
  readonly data: EventData;
}

/**
 * `history`: of the instance, in any order. Some kinds of shape leave no line: they were passed where something behind them in
 * their block was.
 */
export function marksOf(outline: Outline, instance: Instance, history: readonly Told[]): Marks {
  const passed = history
    .filter(({ name }) => name === 'shape-passed')
    .map(({ data }) => keyOf(data['shape'], data['line']));
  const marks = new Map<string, Mark>();
  const ended = instance.status === 'completed' || instance.status === 'terminated';
  const places = ended ? new Set<string>() : standingAt(instance);
  mark(outline.nodes, { passed: new Set(passed), places, marks, here: instance.failure ? 'failed' : 'here' });
  return marks;
}

interface Marking {
  readonly passed: ReadonlySet<string>;
  readonly places: ReadonlySet<string>;
  readonly marks: Map<string, Mark>;
  readonly here: Mark;
}

/** Whether anything in the block was reached. */
function mark(nodes: readonly OutlineNode[], marking: Marking): boolean {
  let reached = false;
  for (const node of nodes.toReversed()) {
    const within = node.branches.map(({ nodes: inner }) => mark(inner, marking)).includes(true);
    const own: Mark | undefined = ownMark(node, marking) ?? (within || reached ? 'passed' : undefined);
    if (own) marking.marks.set(node.id, own);
    reached ||= own !== undefined;
  }
  return reached;
}

function ownMark({ id, kind, called, line }: OutlineNode, { passed, places, here }: Marking): Mark | undefined {
  if (places.has(id.slice(0, -(kind.length + 1)))) return here;
  return passed.has(keyOf(called, line)) ? 'passed' : undefined;
}

const keyOf = (name: unknown, line: unknown) => `${String(line)} ${String(name)}`;

/** Where the instance's threads stand, as `block.index`. */
function standingAt({ state }: Instance): Set<string> {
  const { threads } = state as Partial<State>;
  return new Set(
    (threads ?? []).flatMap(({ frames }) => frames.at(-1) ?? []).map(({ block, index }) => `${block}.${index}`),
  );
}
