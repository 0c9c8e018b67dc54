/** One step of an instance while it is taken: the state to change, and the commands so far. Lives no longer than the step. */
import type { Command, Event, Instance, Loaded } from '../contracts/orchestration.ts';
import { busError } from '../errors/bus-error.ts';
import type { CompiledProgram, Formula } from './program.ts';
import type { Failure, Reference, State, Thread } from './state.ts';

export interface Run {
  readonly program: CompiledProgram;
  readonly instance: Instance;
  readonly event: Event;
  readonly state: State;
  readonly thread: Thread;
  readonly commands: Command[];
  /** Documents at hand by message id: loaded ones and those made in this step. */
  readonly documents: Map<string, unknown>;
  /** Takes the places of the shapes that are passed, for those who want to know. */
  readonly seen: Set<string> | undefined;
}

export function createRun(
  program: CompiledProgram,
  instance: Instance,
  event: Event,
  loaded: ReadonlyMap<string, Loaded>,
  seen?: Set<string>,
): Run {
  const state = structuredClone(instance.state) as State;
  const documents = new Map([...loaded].map(([id, { document }]): [string, unknown] => [id, document]));
  if ('message' in event) documents.set(event.message.id, event.message.document);
  return { program, instance, event, state, thread: state.threads[0]!, commands: [], documents, seen };
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

export function track(run: Run, name: string, shape: string, data: Record<string, string | number> = {}): void {
  emit(run, { kind: 'track', name, shape, data });
}

/** What a logical message holds now; in a compensation, what it held when the scope completed. Throws MESSAGE_NOT_CONSTRUCTED. */
export function referenceOf(run: Run, name: string): Reference {
  const found = viewOf(run.thread, name)?.[name] ?? ownOf(run.state.messages, name);
  if (!found) throw busError('MESSAGE_NOT_CONSTRUCTED', { name });
  return found;
}

function viewOf({ frames }: Thread, name: string): Record<string, Reference> | undefined {
  return frames.findLast(({ view }) => view && Object.hasOwn(view, name))?.view;
}

function ownOf<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

export const isConstructed = (run: Run, name: string): boolean =>
  viewOf(run.thread, name) !== undefined || Object.hasOwn(run.state.messages, name);

export const documentOf = (run: Run, name: string): unknown => run.documents.get(referenceOf(run, name).id);

/** Lets a logical message hold a message that came in or was made. */
export function hold(run: Run, name: string, reference: Reference): void {
  const target = viewOf(run.thread, name) ?? run.state.messages;
  target[name] = reference;
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

function valueNamed(run: Run, name: string): unknown {
  if (name === 'error') return errorOf(run);
  if (run.program.variables.has(name)) return run.state.variables[name];
  return documentOf(run, name);
}

function errorOf({ thread }: Run): Failure | undefined {
  return thread.frames.findLast(({ error }) => error !== undefined)?.error;
}
