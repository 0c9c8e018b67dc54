/** One step of an instance while it is taken: the state to change, and the commands so far. Lives no longer than the step. */
import type { EventData } from '../contracts/events.ts';
import type { Command, Event, Instance, Loaded } from '../contracts/orchestration.ts';
import { busError } from '../errors/bus-error.ts';
import { copyPlain } from './copy-plain.ts';
import type { CompiledProgram, Formula } from './program.ts';
import type { Completed, Failure, Frame, Reference, State, Thread } from './state.ts';

export interface Run {
  readonly program: CompiledProgram;
  readonly instance: Instance;
  readonly event: Event;
  state: State;
  /** The one that runs now. */
  thread: Thread;
  /** Shapes passed in this step. */
  passed: number;
  /** As it was when the atomic scope was entered that it is in. */
  savepoint: Savepoint | undefined;
  readonly commands: Command[];
  /** Documents at hand by message id: loaded ones and those made in this step. */
  readonly documents: Map<string, unknown>;
  /** Takes the places of the shapes that are passed, for those who want to know. */
  readonly seen: Set<string> | undefined;
}

interface Savepoint {
  readonly state: State;
  readonly commands: number;
  readonly thread: number;
}

export function save(run: Run): void {
  const { state, commands, thread } = run;
  run.savepoint = {
    state: copyPlain(state),
    commands: commands.length,
    thread: state.threads.indexOf(thread),
  };
}

/** As if the atomic scope had never been entered. */
export function rollBack(run: Run): void {
  const { savepoint } = run;
  if (!savepoint) return;
  run.state = savepoint.state;
  run.commands.length = savepoint.commands;
  run.thread = savepoint.state.threads[savepoint.thread]!;
  run.savepoint = undefined;
}

export function createRun(
  program: CompiledProgram,
  instance: Instance,
  event: Event,
  loaded: ReadonlyMap<string, Loaded>,
  seen?: Set<string>,
): Run {
  const state = copyPlain(instance.state) as State;
  const documents = new Map([...loaded].map(([id, { document }]): [string, unknown] => [id, document]));
  if ('message' in event) documents.set(event.message.id, event.message.document);
  return {
    program,
    instance,
    event,
    state,
    thread: state.threads[0]!,
    passed: 0,
    savepoint: undefined,
    commands: [],
    documents,
    seen,
  };
}

export function newId({ instance, state }: Run): string {
  const id = `${instance.id}/${state.next}`;
  state.next += 1;
  return id;
}

type Unidentified<C> = C extends Command ? Omit<C, 'id'> : never;

/** Adds a command under a new id, which is returned. */
export function emit(run: Run, command: Unidentified<Command>): string {
  const id = newId(run);
  run.commands.push({ id, ...command } as Command);
  return id;
}

export function track(run: Run, name: string, shape: string, data: EventData = {}): void {
  emit(run, { kind: 'track', name, shape, data });
}

/** What a logical message holds now; in a compensation, what it held when the scope completed. Throws MESSAGE_NOT_CONSTRUCTED. */
export function referenceOf(run: Run, name: string): Reference {
  const found = viewOf(run, name)?.[name] ?? pastOf(run, name)?.[name] ?? ownOf(run.state.messages, name);
  if (!found) throw busError('MESSAGE_NOT_CONSTRUCTED', { name });
  return found;
}

/** Its own frames, above those of the threads that it was branched off. */
export function framesOf(run: Run, thread = run.thread): readonly Frame[] {
  const parent = parentOf(run, thread);
  return parent ? [...framesOf(run, parent), ...thread.frames] : thread.frames;
}

export function parentOf({ state }: Run, { parent }: Thread): Thread | undefined {
  return parent === undefined ? undefined : state.threads.find(({ id }) => (id ?? null) === parent);
}

/** Where scopes that complete in the thread now are kept. */
export const completedIn = (run: Run): Completed[] | undefined =>
  framesOf(run).findLast(({ completed }) => completed)?.completed;

function viewOf(run: Run, name: string): Record<string, Reference> | undefined {
  return framesOf(run).findLast(({ view }) => view && Object.hasOwn(view, name))?.view;
}

function pastOf(run: Run, name: string): Record<string, Reference> | undefined {
  return framesOf(run).findLast(({ past }) => past && Object.hasOwn(past, name))?.past;
}

function ownOf<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

export const isConstructed = (run: Run, name: string): boolean =>
  viewOf(run, name) !== undefined || pastOf(run, name) !== undefined || Object.hasOwn(run.state.messages, name);

export const documentOf = (run: Run, name: string): unknown => run.documents.get(referenceOf(run, name).id);

/** Lets a logical message hold a message that came in or was made. */
export function hold(run: Run, name: string, reference: Reference): void {
  const view = viewOf(run, name);
  (view ?? run.state.messages)[name] = reference;
  if (!view) for (const { past } of framesOf(run)) delete past?.[name];
}

/** Makes a message: from now on it is what `name` holds. */
export function construct(run: Run, name: string, document: unknown): Reference {
  const type = run.program.messages.get(name)!;
  const reference = { id: newId(run), type };
  run.commands.push({ id: reference.id, kind: 'construct', message: { ...reference, document } });
  run.documents.set(reference.id, document);
  hold(run, name, reference);
  return reference;
}

/** The value of an expression. Throws BusError EXPRESSION_FAILED, MESSAGE_NOT_CONSTRUCTED. */
export function evaluate(run: Run, { expression, names }: Formula): unknown {
  const values = Object.fromEntries(names.map((name) => [name, valueNamed(run, name)]));
  return expression.evaluate(values);
}

/** Whether a condition holds; one that is absent does not. Throws BusError as `evaluate` does, and EXPRESSION_FAILED for anything else. */
export function holds(run: Run, condition: Formula): boolean {
  const value = evaluate(run, condition) ?? false;
  if (typeof value === 'boolean') return value;
  const { text: expression } = condition.expression;
  const found = typeof value === 'object' ? 'a list or a mapping' : JSON.stringify(value);
  throw busError('EXPRESSION_FAILED', { expression, reason: `it gives ${found}, which is neither true nor false` });
}

function valueNamed(run: Run, name: string): unknown {
  if (name === 'error') return errorOf(run);
  const items = itemsOf(run);
  if (Object.hasOwn(items, name)) return items[name];
  if (run.program.variables.has(name)) return run.state.variables[name];
  return documentOf(run, name);
}

/** Items of the for-eachs that a thread stands in, by name. */
export function itemsOf(run: Run, thread = run.thread): Record<string, unknown> {
  const each = framesOf(run, thread).map(({ item, items }) => (item ? { [item.name]: item.value } : items));
  return Object.assign({}, ...each) as Record<string, unknown>;
}

/** What the nearest handler handles. */
export function errorOf(run: Run): Failure | undefined {
  return framesOf(run).findLast(({ error }) => error !== undefined)?.error;
}
