/**
 * Three hosts that want one name, as a small machine whose every step can be explored: clocks that tick, hosts that freeze,
 * wake late, crash, come back and give up, and requests and commits that are on their way for as long as it takes. What the
 * store decides is decided by the product's own code.
 */
import type { Own, Owned } from '../../runtime/contracts/ownership.ts';
import { checkOwned, disown, own } from '../../runtime/message-box/own.ts';
import type { OwnerRow, Tables } from '../../runtime/message-box/tables.ts';

/** How the store might be made: as it is, or with a fault that the search must find. */
export interface Rules {
  own(
    request: Own,
    row: OwnerRow | undefined,
  ): { readonly row: OwnerRow | undefined; readonly given: readonly Owned[] };
  /** Whether a commit that was checked, perhaps a while ago, is written. */
  accepts(commit: Commit, row: OwnerRow | undefined): boolean;
  /** True where a commit is looked at in one step and written in another. */
  readonly checksFirst: boolean;
  /** Who asks, of a host that has run so many times. */
  holder(host: number, run: number): string;
}

export interface Commit {
  readonly holder: string;
  readonly owned: Owned;
  readonly passed?: boolean;
}

const NAME = 'x';
const TENURE = 2;
const MARGIN = 1;

export interface Bounds {
  readonly hosts: number;
  readonly ticks: number;
  readonly asks: number;
  readonly commits: number;
  readonly freezes: number;
  readonly crashes: number;
  readonly leaves: number;
}

type Spent = Omit<Bounds, 'hosts'>;

interface HostState {
  readonly mode: 'up' | 'frozen' | 'down';
  readonly run: number;
  readonly belief: { readonly fence: number; readonly deadline: number } | null;
  /** On their way: at most one request or its answer, one leave, and any number of commits. */
  readonly request: { readonly run: number; readonly now: number } | null;
  readonly answer: { readonly run: number; readonly asked: number; readonly fence: number } | null;
  readonly leave: { readonly run: number; readonly now: number } | null;
  readonly commits: readonly { readonly run: number; readonly fence: number; readonly passed: boolean }[];
  /** The runs of this host that the row and the last grant name; 0: none. */
  readonly owns: number;
  readonly granted: number;
}

interface State {
  readonly now: number;
  readonly fence: number;
  readonly until: number;
  /** The fence of the last commit that was accepted. */
  readonly accepted: number;
  readonly spent: Spent;
  readonly hosts: readonly HostState[];
}

export interface Explored {
  readonly states: number;
  /** What went wrong first, and the steps that lead there. */
  readonly fault?: { readonly what: string; readonly steps: readonly string[] };
}

/** The store as it is. */
export const asItIs: Rules = {
  own: (request, row) => {
    const tables = oneRow(row);
    const given = own(request, { tables });
    return { row: tables.owner(NAME), given };
  },
  accepts: ({ owned }, row) => holds(owned, row),
  checksFirst: false,
  holder: (host, run) => `${host}.${run}`,
};

export function holds(owned: Owned, row: OwnerRow | undefined): boolean {
  try {
    checkOwned([owned], { tables: oneRow(row) });
    return true;
  } catch {
    return false; // Refused: that is the answer asked for.
  }
}

function oneRow(row: OwnerRow | undefined): Tables {
  let kept = row;
  const tables: Pick<Tables, 'owner' | 'putOwner'> = {
    owner: () => kept,
    putOwner: (next) => {
      kept = next;
    },
  };
  return tables as Tables;
}

class Fault extends Error {}

/** Every state that can be reached within the bounds, each once. */
export function explore(rules: Rules, bounds: Bounds): Explored {
  const first = initial(bounds);
  const seen = new Set<string>([keyOf(first)]);
  const open: { state: State; trail: Trail | null }[] = [{ state: first, trail: null }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { state, trail } = next;
    try {
      inspect(state, rules);
      for (const [step, take] of steps(state, bounds)) {
        const here = { step, before: trail };
        const after = taking(() => take(rules), here);
        const key = keyOf(after);
        if (seen.has(key)) continue;
        seen.add(key);
        open.push({ state: after, trail: here });
      }
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      const at = (thrown.cause as Trail | undefined) ?? trail;
      return { states: seen.size, fault: { what: thrown.message, steps: stepsOf(at) } };
    }
  }
  return { states: seen.size };
}

interface Trail {
  readonly step: string;
  readonly before: Trail | null;
}

function taking(take: () => State, cause: Trail): State {
  try {
    return take();
  } catch (thrown) {
    throw thrown instanceof Fault ? new Fault(thrown.message, { cause }) : thrown;
  }
}

function stepsOf(trail: Trail | null): string[] {
  const steps: string[] = [];
  for (let at = trail; at !== null; at = at.before) steps.unshift(at.step);
  return steps;
}

function initial({ hosts }: Bounds): State {
  const host: HostState = {
    mode: 'up',
    run: 1,
    belief: null,
    request: null,
    answer: null,
    leave: null,
    commits: [],
    owns: 0,
    granted: 0,
  };
  const spent = { ticks: 0, asks: 0, commits: 0, freezes: 0, crashes: 0, leaves: 0 };
  return { now: 10, fence: 0, until: 0, accepted: 0, spent, hosts: Array.from({ length: hosts }, () => host) };
}

/** Hosts are alike: which of them is which makes no other state. */
function keyOf({ hosts, ...rest }: State): string {
  const { now, fence, until, accepted, spent } = rest;
  const counts = `${spent.ticks} ${spent.asks} ${spent.commits} ${spent.freezes} ${spent.crashes} ${spent.leaves}`;
  return `${now} ${fence} ${until} ${accepted} ${counts}|${hosts.map(keyOfHost).sort().join('|')}`;
}

function rowOf(state: State, rules: Rules): OwnerRow | undefined {
  if (state.fence === 0) return undefined;
  const owner = state.hosts.findIndex(({ owns }) => owns > 0);
  const host = owner < 0 ? null : rules.holder(owner, state.hosts[owner]!.owns);
  return { name: NAME, host, fence: state.fence, since: 0, until: state.until };
}

function keyOfHost({ mode, run, belief, request, answer, leave, commits, owns, granted }: HostState): string {
  const sent = commits.map((commit) => `${commit.run} ${commit.fence} ${commit.passed}`).sort();
  const believed = belief ? `${belief.fence} ${belief.deadline}` : '';
  const asked = request ? `${request.run} ${request.now}` : '';
  const told = answer ? `${answer.run} ${answer.asked} ${answer.fence}` : '';
  const gone = leave ? `${leave.run} ${leave.now}` : '';
  return [mode, run, believed, asked, told, gone, sent.join(), owns, granted].join('/');
}

/** What must hold of every state. */
function inspect(state: State, rules: Rules): void {
  const sure = state.hosts.filter(({ mode, belief }) => mode === 'up' && belief && belief.deadline > state.now);
  if (sure.length > 1) throw new Fault('two hosts that are awake and in time believe that they own the name');
  if (state.until > state.now + TENURE) throw new Fault('somebody holds the name for longer than the tenure');
  const later = Math.max(state.now, state.until);
  for (const [index, { mode, run }] of state.hosts.entries()) {
    if (mode !== 'up') continue;
    const host = rules.holder(index, run);
    const { given } = rules.own({ host, names: [NAME], now: later, until: later + TENURE }, rowOf(state, rules));
    if (given.length === 0) throw new Fault('the name cannot be taken though its time is over');
  }
}

type Take = (rules: Rules) => State;

function* steps(state: State, bounds: Bounds): Generator<[string, Take]> {
  const { spent, now } = state;
  const may = (what: keyof Spent) => spent[what] < bounds[what];
  if (may('ticks')) yield ['tick', () => tick(state)];
  for (const [i, host] of state.hosts.entries()) {
    const change = (changed: Partial<HostState>, what?: keyof Spent) => replaced(state, i, changed, what);
    const { mode, belief, request, answer, leave, commits, run } = host;
    if (mode === 'up') {
      if (may('asks') && !request && !answer && !leave)
        yield [`${i} asks`, () => change({ request: { run, now } }, 'asks')];
      if (may('commits') && belief)
        yield [
          `${i} works`,
          () => change({ commits: [...commits, { run, fence: belief.fence, passed: false }] }, 'commits'),
        ];
      if (may('freezes') && belief) yield [`${i} freezes`, () => change({ mode: 'frozen' }, 'freezes')];
      if (may('leaves') && belief && !request && !answer && !leave)
        yield [`${i} gives up`, () => change({ belief: null, leave: { run, now } }, 'leaves')];
      if (answer) yield [`${i} is told`, () => change({ answer: null, belief: beliefAfter(host, now) })];
    }
    if (mode === 'frozen') yield [`${i} wakes`, () => change({ mode: 'up' })];
    if (mode !== 'down' && may('crashes') && (host.owns === run || request))
      yield [`${i} crashes`, () => change({ mode: 'down', belief: null, answer: null }, 'crashes')];
    if (mode === 'down') yield [`${i} starts again`, () => change({ mode: 'up', run: run + 1 })];
    if (request) yield [`the store gives ${i} its answer`, (rules) => answered(state, i, rules)];
    if (leave) yield [`the store hears that ${i} gives up`, (rules) => left(state, i, rules)];
    for (const n of commits.keys()) yield [`commit ${n} of ${i} arrives`, (rules) => arrived(state, i, n, rules)];
  }
}

function replaced(state: State, index: number, change: Partial<HostState>, what?: keyof Spent): State {
  const hosts = state.hosts.map((host, at) => (at === index ? { ...host, ...change } : host));
  const spent = what ? { ...state.spent, [what]: state.spent[what] + 1 } : state.spent;
  return { ...state, hosts, spent };
}

/** Who is awake learns that its time is over; who is frozen does not, and may go on for a while once it wakes. */
function tick(state: State): State {
  const now = state.now + 1;
  const hosts = state.hosts.map((host) =>
    host.mode === 'up' && host.belief && host.belief.deadline <= now ? { ...host, belief: null } : host,
  );
  return { ...state, now, hosts, spent: { ...state.spent, ticks: state.spent.ticks + 1 } };
}

/** As runtime/host/ownership.ts: what is told too late says nothing. */
function beliefAfter({ answer, run }: HostState, now: number): HostState['belief'] {
  const deadline = answer!.asked + TENURE - MARGIN;
  return answer!.run === run && answer!.fence > 0 && deadline > now ? { fence: answer!.fence, deadline } : null;
}

function answered(state: State, index: number, rules: Rules): State {
  const { request, mode, run: running } = state.hosts[index]!;
  const { run, now } = request!;
  const host = rules.holder(index, run);
  const before = rowOf(state, rules);
  const { row, given } = rules.own({ host, names: [NAME], now, until: now + TENURE }, before);
  const fence = given[0]?.fence ?? 0;
  const taken = fence > 0 && (before?.host !== host || before.fence !== fence);
  const hosts = state.hosts.map((each, at) => {
    const owns = fence > 0 ? (at === index ? run : 0) : each.owns;
    const granted = taken ? (at === index ? run : 0) : each.granted;
    if (at !== index) return { ...each, owns, granted };
    const heard = mode !== 'down' && running === run;
    return { ...each, owns, granted, request: null, answer: heard ? { run, asked: now, fence } : null };
  });
  return { ...state, hosts, fence: row?.fence ?? 0, until: row?.until ?? 0 };
}

function left(state: State, index: number, rules: Rules): State {
  const { run, now } = state.hosts[index]!.leave!;
  const tables = oneRow(rowOf(state, rules));
  disown(rules.holder(index, run), [NAME], now, { tables, woken: new Set() });
  const row = tables.owner(NAME)!;
  const gone = row.host === null;
  const hosts = state.hosts.map((each, at) => ({
    ...each,
    ...(at === index ? { leave: null } : {}),
    ...(gone ? { owns: 0, granted: 0 } : {}),
  }));
  return { ...state, hosts, until: row.until };
}

function arrived(state: State, index: number, which: number, rules: Rules): State {
  const { commits, granted } = state.hosts[index]!;
  const { run, fence, passed } = commits[which]!;
  const rest = commits.filter((_, at) => at !== which);
  const commit = { holder: rules.holder(index, run), owned: { name: NAME, fence }, passed };
  const good = rules.accepts(commit, rowOf(state, rules));
  if (!good) return replaced(state, index, { commits: rest });
  if (rules.checksFirst && !passed) {
    return replaced(state, index, { commits: [...rest, { run, fence, passed: true }] });
  }
  if (granted !== run) throw new Fault('a commit is accepted of one to whom the name was not granted last');
  if (fence < state.accepted) throw new Fault('a commit is accepted after one under a higher fence');
  return { ...replaced(state, index, { commits: rest }), accepted: fence };
}
