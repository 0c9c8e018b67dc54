/** What an instance holds, as another version of its orchestration has it: messages, variables, correlation sets, open subscriptions. */
import type { Scalar } from '../../contracts/message.ts';
import { isBusError } from '../../errors/as-bus-error.ts';
import { isOfConvoy } from '../convoy.ts';
import type { Formula } from '../program.ts';
import { emit, evaluate, type Run } from '../run.ts';
import { initialValue } from '../start.ts';
import type { Reference, State } from '../state.ts';
import type { CompiledMigration } from './migration.ts';
import { Unfit } from './unfit.ts';
import type { Versions } from './versions.ts';

/** Messages by their names. One that the later version does not know is not needed any more. Throws Unfit. */
export function messagesAfter({ messages }: State, { before, after }: Versions): Record<string, Reference> {
  const kept = Object.entries(messages).filter(([name]) => after.messages.has(name));
  for (const [name] of kept) {
    const [was, is] = [before.messages.get(name), after.messages.get(name)];
    if (was !== is) throw new Unfit(`the message "${name}" is a ${is} now`);
  }
  return Object.fromEntries(kept);
}

/** Variables as they were, or as they begin; what is declared is not looked at yet. Throws Unfit. */
export function variablesAfter(
  { variables }: State,
  { before, after }: Versions,
  migration: CompiledMigration | undefined,
): Record<string, unknown> {
  const values = [...after.variables].map(([name, type]): [string, unknown] => {
    const was = before.variables.get(name);
    if (!was || migration?.variables.has(name)) return [name, variables[name] ?? initialValue(type)];
    if (was.kind !== type.kind) throw new Unfit(`the variable "${name}" is of type ${type.kind} now`);
    return [name, variables[name]];
  });
  return Object.fromEntries(values);
}

/** The values of correlation sets; what is declared is not looked at yet. Throws Unfit. */
export function correlationsAfter(
  state: State,
  versions: Versions,
  migration: CompiledMigration | undefined,
): State['correlations'] {
  const { after } = versions;
  checkConvoys(state, versions, migration);
  const kept = Object.entries(state.correlations).filter(
    ([name]) => after.correlations.has(name) && !migration?.correlations.has(name),
  );
  for (const [name, values] of kept) {
    const wanted = [...after.correlations.get(name)!.properties].sort().join();
    if (wanted !== Object.keys(values).sort().join())
      throw new Unfit(`the correlation set "${name}" has other properties now`);
  }
  return Object.fromEntries(kept);
}

function checkConvoys(state: State, { before, after }: Versions, migration: CompiledMigration | undefined): void {
  for (const [group, { sets }] of before.convoys) {
    const isOpen = !state.closed?.includes(group) && sets.every((set) => state.correlations[set]);
    const named = `the convoy by ${sets.join(' and ')}`;
    if (isOpen && !after.convoys.has(group)) throw new Unfit(`${named} is none any more`);
    if (isOpen && sets.some((set) => migration?.correlations.has(set)))
      throw new Unfit(`${named} is open, and its values cannot be others`);
  }
}

/** Convoys that began without the instance: no message of them comes to it. */
export function closedAfter({ closed = [], correlations }: State, { before, after }: Versions): string[] {
  const isOpen = (group: string) =>
    !closed.includes(group) && before.convoys.get(group)?.sets.every((set) => correlations[set]) === true;
  return [...new Set([...closed, ...[...after.convoys.keys()].filter((group) => !isOpen(group))])];
}

/** Gives variables and correlation sets the values that are declared. Throws Unfit. */
export function declare(run: Run, migration: CompiledMigration | undefined): void {
  const computed = (formula: Formula, what: string): unknown => {
    try {
      return evaluate(run, formula);
    } catch (thrown) {
      if (!isBusError(thrown) || thrown.kind === 'bug') throw thrown;
      throw new Unfit(`${migration!.file} gives no value to ${what}: ${thrown.message.replace(/\.$/, '')}`);
    }
  };
  const variables = [...(migration?.variables ?? [])].map(([name, formula]) => [
    name,
    computed(formula, `the variable "${name}"`),
  ]);
  const sets = [...(migration?.correlations ?? [])].map(([set, properties]) => [
    set,
    Object.fromEntries(
      [...properties].map(([name, formula]) => [name, scalar(computed(formula, `"${name}" of "${set}"`), name, set)]),
    ),
  ]);
  Object.assign(run.state.variables, Object.fromEntries(variables));
  Object.assign(run.state.correlations, Object.fromEntries(sets));
}

function scalar(value: unknown, name: string, set: string): Scalar {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  throw new Unfit(`"${name}" of the correlation set "${set}" would be no text, number, true or false`);
}

/** Closes the subscriptions that would not bring what the later version waits for; those that it wants are opened by the step. */
export function exchangeAwaits(
  run: Run,
  { before, after }: Versions,
  migration: CompiledMigration | undefined,
  rebound: ReadonlySet<string>,
): void {
  const { state } = run;
  for (const [key, id] of Object.entries(state.awaits)) {
    const { port, sets } = before.awaits.get(key)!;
    const stays =
      after.awaits.has(key) &&
      !rebound.has(port) &&
      !sets.some((set) => migration?.correlations.has(set)) &&
      isOfConvoy(before, key) === isOfConvoy(after, key);
    if (stays) continue;
    delete state.awaits[key];
    state.doubles = state.doubles.filter((double) => !double.startsWith(`${id} `));
    emit(run, { kind: 'cancel-await', await: id });
  }
}
