/**
 * The inbox of an instance. A message that arrives is kept here, by reference, until a receive takes it: one that comes
 * between the initialising of its correlation set and the receive waits for it. What no later receive can take is given
 * back and follows the late policy.
 */
import type { Loaded } from '../contracts/orchestration.ts';
import { ahead } from './ahead.ts';
import { isOfConvoy, settleConvoys } from './convoy.ts';
import { correlated } from './correlate.ts';
import { ACTIVATION } from './program.ts';
import { emit, type Run, track } from './run.ts';
import type { Held } from './state.ts';

/** Takes an arrival in. False when nothing will take it: then it was given back. */
export function arrive(run: Run, port: string, message: Loaded, awaited: string | undefined): boolean {
  const { state } = run;
  if (state.doubles.includes(`${awaited} ${message.id}`)) {
    state.doubles.splice(state.doubles.indexOf(`${awaited} ${message.id}`), 1);
    track(run, 'event-ignored', '', { event: 'received', message: message.id });
    return false;
  }
  const keys = awaited === undefined ? startingKeys(run, port, message) : keysOf(run, awaited, message);
  if (keys.length === 0) {
    track(run, 'event-ignored', '', { event: 'received', message: message.id });
    emit(run, { kind: 'return', message: message.id });
    return false;
  }
  state.inbox.push({ id: message.id, type: message.type ?? '', port, keys });
  return true;
}

/** The first message starts the instance; others without an await come by its convoy. */
function startingKeys(run: Run, port: string, message: Loaded): string[] {
  if (run.instance.revision === 0) return [ACTIVATION];
  const [first] = Object.entries(run.state.awaits).filter(([key]) => {
    const { port: at, type, sets } = run.program.awaits.get(key)!;
    return isOfConvoy(run.program, key) && at === port && type === message.type && carries(run, sets, message);
  });
  return first ? keysOf(run, first[1], message) : [];
}

/** The await that brought it, and others that it satisfies too: those will bring it again. */
function keysOf(run: Run, awaited: string, message: Loaded): string[] {
  const open = Object.entries(run.state.awaits);
  const first = open.find(([, id]) => id === awaited);
  if (!first) return [];
  const { port, type } = run.program.awaits.get(first[0])!;
  const others = open.filter(([key, id]) => {
    const other = run.program.awaits.get(key)!;
    return id !== awaited && other.port === port && other.type === type && carries(run, other.sets, message);
  });
  const subscribed = others.filter(([key]) => !isOfConvoy(run.program, key));
  for (const [, id] of subscribed) run.state.doubles.push(`${id} ${message.id}`);
  return [first[0], ...others.map(([key]) => key)];
}

function carries(run: Run, sets: readonly string[], { context }: Loaded): boolean {
  return Object.entries(correlated(run, sets)).every(([name, value]) => context.get(name)?.value === value);
}

/** The oldest message that one of the keys waits for. */
export function firstFor(run: Run, keys: readonly string[], fits: (held: Held) => boolean = () => true) {
  return run.state.inbox.find((held) => held.keys.some((key) => keys.includes(key)) && fits(held));
}

export function take(run: Run, held: Held): void {
  run.state.inbox.splice(run.state.inbox.indexOf(held), 1);
}

/** Opens subscriptions as soon as their sets have values and while some later receive may use them; closes the others. */
export function settleAwaits(run: Run): void {
  const { program, state } = run;
  const reachable = new Set(state.threads.flatMap((thread) => [...ahead(program, thread, program.awaitsWithin)]));
  for (const [key, id] of Object.entries(state.awaits)) {
    if (reachable.has(key)) continue;
    delete state.awaits[key];
    state.doubles = state.doubles.filter((double) => !double.startsWith(`${id} `));
    emit(run, { kind: 'cancel-await', await: id });
  }
  for (const [key, { port, type, sets }] of program.awaits) {
    if (!reachable.has(key) || state.awaits[key] || !sets.every((set) => state.correlations[set])) continue;
    const convoy = isOfConvoy(program, key) ? ({ convoy: true } as const) : {};
    const properties = correlated(run, sets);
    state.awaits[key] = emit(run, { kind: 'await', port, messageType: type, properties, ...convoy });
  }
  settleConvoys(run, reachable);
  returnUnwanted(run, ({ keys }) => keys.some((key) => key === ACTIVATION || state.awaits[key] !== undefined));
}

/** Gives back every held message that is not wanted. */
export function returnUnwanted(run: Run, wanted: (held: Held) => boolean = () => false): void {
  for (const held of run.state.inbox.filter((each) => !wanted(each))) {
    emit(run, { kind: 'return', message: held.id });
    take(run, held);
  }
}
