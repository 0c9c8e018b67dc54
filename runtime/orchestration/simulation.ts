/** An instance on a simulated clock, with nothing around it: what a test of an orchestration drives. Pure. */
import { type Context, partOf } from '../contracts/message.ts';
import type { Command, Event, Instance, Loaded, Program } from '../contracts/orchestration.ts';
import { BUS } from '../contracts/properties.ts';
import type { Predicate } from '../contracts/routing.ts';
import type { SchemaSet } from '../contracts/schema.ts';
import { advance, awaitedAnswer } from './advance.ts';
import { startInstance } from './start.ts';

type OfKind<K extends Command['kind']> = Command & { readonly kind: K };
type Untimed<E> = E extends Event ? Omit<E, 'at'> : never;

export type Outgoing = OfKind<'send'> | OfKind<'reply'>;

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
  refuse(send: string, refusal: Readonly<{ code: string; fault: string; reason: string; detail?: unknown }>): void;
  skip(ms: number): void;
}

/** Midsummer 2026, noon in Greenwich. */
const START = Date.UTC(2026, 5, 24, 12);

export function simulate(program: Program, schemas: SchemaSet): Simulation {
  const messages = new Map<string, Loaded>();
  const awaits = new Map<string, OfKind<'await'>>();
  const timers = new Map<string, number>();
  const outgoing: Outgoing[] = [];
  let instance: Instance | undefined;
  let now = START;
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
    const step = advance(program, before, { ...event, at: now } as Event, new Map(held));
    instance = step.instance;
    for (const command of step.commands) carryOut(command);
  }

  function carryOut(command: Command): void {
    if (command.kind === 'construct') load(command.message.id, command.message.type, command.message.document);
    if (command.kind === 'send' || command.kind === 'reply') outgoing.push(command);
    if (command.kind === 'await') awaits.set(command.id, command);
    if (command.kind === 'cancel-await') awaits.delete(command.await);
    if (command.kind === 'timer') timers.set(command.id, command.at);
    if (command.kind === 'cancel-timer') timers.delete(command.timer);
  }

  return {
    get instance() {
      return instance;
    },
    outgoing,
    document: (message) => messages.get(message)?.document,

    receive: (port, type, document) => {
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
    },

    respond: (send, document) => {
      const type = instance && awaitedAnswer(program, instance, send);
      if (type === undefined) return false;
      received += 1;
      take({ kind: 'responded', id: send, message: load(`in/${received}`, type, document) });
      return true;
    },

    refuse: (send, refusal) => take({ kind: 'refused', id: send, ...refusal }),

    skip: (ms) => {
      const until = now + ms;
      for (let due = first(timers, until); due; due = first(timers, until)) {
        now = Math.max(now, due[1]);
        timers.delete(due[0]);
        take({ kind: 'timer', id: due[0] });
      }
      now = until;
    },
  };
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
