/** Of one key there is one open convoy at a time: watched as commits come in. */
import type { Instance } from '../../runtime/contracts/orchestration.ts';
import type { State } from '../../runtime/orchestration/state.ts';

/** Orchestrations whose convoys are those of one set. */
const SETS: Readonly<Record<string, string>> = { gather: 'key', pair: 'key' };

export interface OpenConvoys {
  /** The commit, counted, in which the convoy of an instance was closed. */
  readonly closedIn: ReadonlyMap<string, number>;
  /** The instance as it is from now on. */
  changed(instance: Instance, commit: number): void;
}

export function createOpenConvoys(tell: (text: string) => void): OpenConvoys {
  const open = new Map<string, string>();
  const closedIn = new Map<string, number>();

  return {
    closedIn,
    changed({ id, program, status, state: stored }, commit) {
      const set = SETS[program];
      if (set === undefined) return;
      const { correlations, closed = [] } = stored as State;
      if (!correlations[set]) return;
      const key = `${program} ${JSON.stringify(correlations[set])}`;
      const isOpen = status !== 'completed' && status !== 'terminated' && !closed.includes(`${program}/${set}`);
      const holder = open.get(key);
      if (!isOpen && holder === id) open.delete(key);
      if (!isOpen && !closedIn.has(id)) closedIn.set(id, commit);
      if (!isOpen) return;
      if (holder !== undefined && holder !== id) tell(`${key} is open with ${holder} and with ${id}`);
      open.set(key, id);
    },
  };
}
