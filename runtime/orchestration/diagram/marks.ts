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
  const places: ReadonlyMap<string, Mark> = ended ? new Map() : standingAt(instance, placesOf(outline.nodes));
  mark(outline.nodes, { passed: new Set(passed), places, marks });
  return marks;
}

interface Marking {
  readonly passed: ReadonlySet<string>;
  readonly places: ReadonlyMap<string, Mark>;
  readonly marks: Map<string, Mark>;
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

function ownMark({ id, kind, called, line }: OutlineNode, { passed, places }: Marking): Mark | undefined {
  const stands = places.get(placeOf({ id, kind }));
  return stands ?? (passed.has(keyOf(called, line)) ? 'passed' : undefined);
}

/** As `block.index`. */
const placeOf = ({ id, kind }: Pick<OutlineNode, 'id' | 'kind'>) => id.slice(0, -(kind.length + 1));

function placesOf(nodes: readonly OutlineNode[]): Set<string> {
  const within = nodes.flatMap(({ branches }) => branches.flatMap((branch) => [...placesOf(branch.nodes)]));
  return new Set([...nodes.map(placeOf), ...within]);
}

const keyOf = (name: unknown, line: unknown) => `${String(line)} ${String(name)}`;

/** Where the instance's threads stand, as `block.index`: of several only those have failed that say so, and a failure shows before a wait. */
function standingAt({ state, failure }: Instance, known: ReadonlySet<string>): Map<string, Mark> {
  const { threads = [] } = state as Partial<State>;
  const told = threads.some(({ failed }) => failed !== undefined);
  const standing = threads.flatMap(({ frames, failed }): [string, Mark][] => {
    const top = frames.at(-1);
    const isFailed = told ? failed !== undefined : failure !== undefined;
    if (!top) return [];
    const place = `${top.block}.${top.index}`;
    // What its last step has begun keeps it at the end of a block: a delivery, or an operator who is to do something.
    const shown = !known.has(place) ? `${top.block}.${top.index - 1}` : place;
    return [[shown, isFailed ? 'failed' : 'here']];
  });
  return new Map(standing.toSorted(([, one], [, other]) => Number(one === 'failed') - Number(other === 'failed')));
}
