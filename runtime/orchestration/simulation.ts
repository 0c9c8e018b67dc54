/**
 * An instance on a simulated clock, and the far ends of its ports as a test declares them: what a test of an orchestration drives.
 * Pure.
 */
import type { Instant } from '../contracts/clock.ts';
import { type Context, partOf } from '../contracts/message.ts';
import type { Command, Event, Instance, Loaded, Program } from '../contracts/orchestration.ts';
import { BUS } from '../contracts/properties.ts';
import type { Predicate } from '../contracts/routing.ts';
import type { SchemaSet } from '../contracts/schema.ts';
import { busError } from '../errors/bus-error.ts';
import { advance, awaitedAnswer } from './advance.ts';
import type { Attempt, FarEnds, Stub } from './far-ends.ts';
import type { CompiledProgram } from './program.ts';
import { startInstance } from './start.ts';
import type { State } from './state.ts';

type OfKind<K extends Command['kind']> = Command & { readonly kind: K };
type Untimed<E> = E extends Event ? Omit<E, 'at'> : never;

export type Outgoing = Sent | OfKind<'reply'>;

/** What a far end has got. */
export interface Sent extends OfKind<'send'> {
  /** The send port that it went through: the bound one, or a backup. */
  readonly via: string;
  /** By a stub: nothing need be expected of it. */
  readonly answered: boolean;
}

type Refusal = Readonly<{ code: string; fault?: string; reason: string; detail?: unknown }>;

export interface Simulation {
  /** Undefined until something activates it. */
  readonly instance: Instance | undefined;
  /** What went out and was not yet expected, oldest first. */
  readonly outgoing: Outgoing[];
  document(message: string): unknown;
  /** False when the orchestration neither waits for it nor starts by it. */
  receive(port: string, type: string, document: unknown): boolean;
  /** False when no answer is awaited for the send. */
  respond(send: string, document: unknown): boolean;
  refuse(send: string, refusal: Refusal): void;
  /** What has become of the delivery of a send that asks to be notified; without a refusal it has arrived. */
  notify(send: string, refusal?: Refusal): void;
  skip(ms: number): void;
  readonly now: Instant;
  /** An operator lets it go on. False when it is not suspended. */
  resume(): boolean;
  /** What it has reached so far, in order. */
  readonly milestones: readonly string[];
  /** The far end of a port is away from now on, for so long. */
  down(port: string, ms: number): void;
  /** The names of the steps that it waits at or is suspended at. */
  places(): string[];
  /** What a variable or a logical message holds; undefined where there is none. */
  valueOf(name: string): unknown;
}

export interface SimulationOptions {
  readonly schemas: SchemaSet;
  readonly farEnds: FarEnds;
  /** What a far end refuses with when it is meant to. */
  readonly refusalOf: (fault: unknown) => Refusal;
  /** When the case begins; without it, at noon in Greenwich on 24 June 2026. */
  readonly start?: Instant | undefined;
  /** Takes the places of all shapes that are passed. */
  readonly seen: Set<string>;
}

/** Things that may happen while time stands still or is skipped. */
const LIMIT = 100_000;

/** Midsummer 2026, noon in Greenwich. */
const START = Date.UTC(2026, 5, 24, 12);

export function simulate(program: Program, options: SimulationOptions): Simulation {
  const { schemas, farEnds, seen } = options;
  const messages = new Map<string, Loaded>();
  const awaits = new Map<string, OfKind<'await'>>();
  const timers = new Map<string, number>();
  /** What happens outside of the instance, and when. */
  const happenings: { readonly at: number; readonly run: () => void }[] = [];
  const outgoing: Outgoing[] = [];
  let instance: Instance | undefined;
  const milestones: string[] = [];
  let now = options.start ?? START;
  let received = 0;

  function load(id: string, type: string, document: unknown): Loaded {
    const schema = schemas.find(type);
    const bytes = new TextEncoder().encode(JSON.stringify(document));
    const context: Context = new Map(schema?.promote(document) ?? []);
    const parts = [partOf(bytes, 'application/json')] as const;
    const message = { id, interchange: 'test', type, parts, context, document };
    messages.set(id, message);
    return message;
  }

  function take(event: Untimed<Event>): void {
    const before = instance ?? startInstance(program, 'test', 'test');
    const held = before.messages.map((id): [string, Loaded] => [id, messages.get(id)!]);
    const step = advance(program, before, { ...event, at: now } as Event, new Map(held), seen);
    instance = step.instance;
    for (const command of step.commands) carryOut(command);
  }

  function carryOut(command: Command): void {
    if (command.kind === 'construct') load(command.message.id, command.message.type, command.message.document);
    if (command.kind === 'reply') outgoing.push(command);
    if (command.kind === 'track' && command.name === 'milestone-reached') milestones.push(command.shape);
    if (command.kind === 'send') attempt(command, farEnds.first(command.port));
    if (command.kind === 'start')
      arrive({ ...command, kind: 'send', port: command.orchestration }, command.orchestration);
    if (command.kind === 'task') ask(command);
    if (command.kind === 'await') awaits.set(command.id, command);
    if (command.kind === 'cancel-await') awaits.delete(command.await);
    if (command.kind === 'timer') timers.set(command.id, command.at);
    if (command.kind === 'cancel-timer') timers.delete(command.timer);
  }

  /** A test sees a task as a send to its role. */
  function ask({ id, role, title, show }: OfKind<'task'>): void {
    const shown = show === undefined ? {} : { shown: messages.get(show)?.document };
    const { id: message } = load(`task/${id}`, '', { title, ...shown });
    arrive({ id, kind: 'send', port: role, message, type: '', respond: true, properties: {} }, role);
  }

  function attempt(command: OfKind<'send'>, made: Attempt): void {
    const fate = farEnds.fateOf(made, now);
    if (fate.kind === 'arrives') arrive(command, fate.via);
    else if (fate.kind === 'again') later(fate.after, () => attempt(command, fate.attempt));
    else if (command.notify) later(0, () => notify(command.id, unreachable(fate.port, fate.attempts)));
    else if (command.respond) later(0, () => refuse(command.id, unreachable(fate.port, fate.attempts)));
  }

  function arrive(command: OfKind<'send'>, via: string): void {
    const stub = farEnds.stubOf(command.port);
    outgoing.push({ ...command, via, answered: stub !== undefined });
    if (stub) later(stub.after, () => answer(command, stub));
  }

  function answer({ id: send, notify: notified }: OfKind<'send'>, { respond: document, fault }: Stub): void {
    if (notified) notify(send, fault === undefined ? undefined : options.refusalOf(fault));
    else if (fault !== undefined) refuse(send, options.refusalOf(fault));
    else if (document !== undefined) respond(send, document);
  }

  function later(ms: number, run: () => void): void {
    happenings.push({ at: now + ms, run });
  }

  /** All that is due by `until`, in its order; of one moment, what came first. */
  function settle(until: number): void {
    for (let happened = 0; ; happened += 1) {
      if (happened > LIMIT) throw busError('STEP_LIMIT', { limit: LIMIT });
      const due = first(timers, until);
      const next = happenings.toSorted((one, other) => one.at - other.at)[0];
      if (next && next.at <= until && (!due || next.at <= due[1])) {
        now = Math.max(now, next.at);
        happenings.splice(happenings.indexOf(next), 1);
        next.run();
      } else if (due) {
        now = Math.max(now, due[1]);
        timers.delete(due[0]);
        take({ kind: 'timer', id: due[0] });
      } else break;
    }
    now = until;
  }

  function respond(send: string, document: unknown): boolean {
    const type = instance && awaitedAnswer(program, instance, send);
    if (type === undefined) return false;
    received += 1;
    take({ kind: 'responded', id: send, message: load(`in/${received}`, type, document) });
    return true;
  }

  function resume(): boolean {
    if (instance?.status !== 'suspended') return false;
    take({ kind: 'resumed' });
    return true;
  }

  const refuse = (send: string, refusal: Refusal) => take({ kind: 'refused', id: send, ...refusal });

  const notify = (send: string, refusal?: Refusal) =>
    take(refusal ? { kind: 'undelivered', id: send, ...refusal } : { kind: 'delivered', id: send });

  function receive(port: string, type: string, document: unknown): boolean {
    received += 1;
    const message = load(`in/${received}`, type, document);
    if (!instance) {
      if (!activates(program, port, message)) return false;
      take({ kind: 'received', port, message });
      return true;
    }
    const found = [...awaits.values()].filter((each) => awaited(each, port, message));
    for (const { id } of found) take({ kind: 'received', port, message, await: id });
    return found.length > 0;
  }

  const settled = <T>(result: T): T => {
    settle(now);
    return result;
  };

  return {
    get instance() {
      return instance;
    },
    outgoing,
    document: (message) => messages.get(message)?.document,
    receive: (port, type, document) => settled(receive(port, type, document)),
    respond: (send, document) => settled(respond(send, document)),
    refuse: (send, refusal) => settled(refuse(send, refusal)),
    notify: (send, refusal) => settled(notify(send, refusal)),
    skip: (ms) => settle(now + ms),
    get now() {
      return now;
    },
    resume: () => settled(resume()),
    milestones,
    down: (port, ms) => farEnds.down(port, now, ms),
    places: () => (instance ? placesOf(program as CompiledProgram, instance) : []),
    valueOf: (name) => {
      const { variables, messages: held } = (instance?.state ?? { variables: {}, messages: {} }) as State;
      return Object.hasOwn(variables, name) ? variables[name] : messages.get(held[name]?.id ?? '')?.document;
    },
  };
}

const unreachable = (port: string, attempts: number): Refusal => ({
  code: 'ENDPOINT_UNREACHABLE',
  reason: `${port} is down, after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}.`,
});

function placesOf(program: CompiledProgram, instance: Instance): string[] {
  const tops = (instance.state as State).threads.flatMap(({ frames }) => frames.at(-1) ?? []);
  return tops.flatMap(({ block, index }) => program.blocks.get(block)?.[index]?.name ?? []);
}

const first = (timers: ReadonlyMap<string, number>, until: number) =>
  [...timers].filter(([, at]) => at <= until).sort((a, b) => a[1] - b[1])[0];

function awaited({ port, messageType, properties }: OfKind<'await'>, at: string, { type, context }: Loaded): boolean {
  const equal = Object.entries(properties).every(([name, value]) => context.get(name)?.value === value);
  return port === at && messageType === type && equal;
}

function activates({ activations }: Program, port: string, message: Loaded): boolean {
  const fitting = activations.filter((each) => each.port === port && each.messageType === message.type);
  return fitting.some(({ where }) => where === undefined || holds(where, message));
}

function holds(where: Predicate, { type, context }: Loaded): boolean {
  const valueAt = (property: string) => (property === BUS.messageType ? type : context.get(property)?.value);
  return where.some((group) => group.every(({ property, op, value }) => compare(valueAt(property), op, value)));
}

function compare(found: unknown, op: Predicate[number][number]['op'], value: unknown): boolean {
  if (op === 'exists') return found !== undefined;
  if (found === undefined || typeof found !== typeof value) return op === '!=' && found !== undefined;
  if (op === '=' || op === '!=') return (found === value) === (op === '=');
  const [a, b] = [found, value] as [string, string];
  if (op === '<' || op === '<=') return op === '<' ? a < b : a <= b;
  return op === '>' ? a > b : a >= b;
}
