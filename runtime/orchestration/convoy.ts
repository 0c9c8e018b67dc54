/**
 * Convoys: messages that start an instance and messages of the same kind that later receives take. Which belong together is
 * known before the instance is: the MessageBox sends all of one key to one instance, until this closes the convoy.
 */
import type { Activation, Instance, Program } from '../contracts/orchestration.ts';
import { correlated } from './correlate.ts';
import { type Awaited, awaitKey, type CompiledProgram, type ProgramConvoy } from './program.ts';
import { emit, type Run } from './run.ts';
import type { State } from './state.ts';

export interface Starting {
  readonly activation: Activation;
  readonly initialises: readonly string[];
}

/** The convoys of an orchestration, and the activations that know theirs. */
export function convoysOf(
  orchestration: string,
  starting: readonly Starting[],
  awaits: readonly Awaited[],
  correlations: ReadonlyMap<string, readonly string[]>,
): { readonly convoys: Map<string, ProgramConvoy>; readonly activations: Activation[] } {
  const convoys = new Map<string, ProgramConvoy>();
  const activations = starting.map(({ activation, initialises }) => {
    const later = awaits.find((each) => isLater(each, activation, initialises));
    if (!later) return activation;
    const sets = [...later.sets].sort();
    const group = `${orchestration}/${sets.join('+')}`;
    const properties = [...new Set(sets.flatMap((set) => correlations.get(set) ?? []))];
    const keys = new Set([...(convoys.get(group)?.keys ?? []), awaitKey(later)]);
    convoys.set(group, { sets, properties, keys });
    return { ...activation, convoy: { group, properties } };
  });
  return { convoys, activations };
}

/** Takes what would start another instance, and is certain to know its own from the first message on. */
const isLater = ({ port, type, sets }: Awaited, activation: Activation, initialises: readonly string[]) =>
  port === activation.port &&
  type === activation.messageType &&
  sets.length > 0 &&
  sets.every((set) => initialises.includes(set));

export const isOfConvoy = ({ convoys }: CompiledProgram, key: string): boolean =>
  [...convoys.values()].some(({ keys }) => keys.has(key));

/** Closes the convoys from which no reachable receive takes any more. */
export function settleConvoys(run: Run, reachable: ReadonlySet<string>): void {
  const { program, state } = run;
  for (const [group, { sets, properties, keys }] of program.convoys) {
    if (state.closed?.includes(group) || !isOpened(sets, state)) continue;
    if ([...keys].some((key) => reachable.has(key))) continue;
    const values = correlated(run, sets);
    state.closed = [...(state.closed ?? []), group];
    emit(run, { kind: 'close-convoy', group, values: properties.map((property) => values[property]!) });
  }
}

const isOpened = (sets: readonly string[], { correlations }: State) =>
  sets.every((set) => correlations[set] !== undefined);

/** Messages of some convoy still come to the instance. */
export function hasOpenConvoy(program: Program, { status, state: stored }: Instance): boolean {
  const state = stored as State;
  if (status === 'completed' || status === 'terminated') return false;
  const { convoys } = program as CompiledProgram;
  return [...convoys].some(([group, { sets }]) => !state.closed?.includes(group) && isOpened(sets, state));
}
