/** Turns the interpreter's commands into one unit for the MessageBox: pure but for the writing of documents. */
import type { Clock, NewId } from '../contracts/clock.ts';
import type { BoundOrchestration, Deployment } from '../contracts/deployment.ts';
import type { TrackingEvent } from '../contracts/events.ts';
import { type Context, derive, type Message, type Property, partOf } from '../contracts/message.ts';
import type { Publication, Suspension, Unit } from '../contracts/message-box.ts';
import type { Command, Event, Instance, Loaded, Step, Timer } from '../contracts/orchestration.ts';
import { ACK, BUS, subscriberOf, TASK } from '../contracts/properties.ts';
import { convoyId, type Subscription } from '../contracts/routing.ts';
import { busError } from '../errors/bus-error.ts';
import { hasOpenConvoy } from '../orchestration/convoy.ts';
import type { State } from '../orchestration/state.ts';
import { unanswered } from './break-off.ts';
import { carried, promoted, write } from './documents.ts';
import { equal } from './subscriptions.ts';
import { tooLate } from './too-late.ts';

export interface StepTaken {
  readonly deployment: Deployment;
  readonly bound: BoundOrchestration;
  /** As it was before the step. */
  readonly instance: Instance;
  readonly taken: Step;
  readonly event: Event;
  readonly loaded: ReadonlyMap<string, Loaded>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly host: string;
}

interface Draft {
  readonly subscribe: Subscription[];
  readonly unsubscribe: string[];
  readonly timers: Timer[];
  readonly keep: Message[];
  readonly publish: Publication[];
  readonly suspend: Suspension[];
  readonly track: TrackingEvent[];
  /** Every message at hand, constructed ones included. */
  readonly messages: Map<string, Message>;
}

type Carry<K extends Command['kind']> = (command: Command & { kind: K }, step: StepTaken, draft: Draft) => void;

export function carryOut(step: StepTaken): Unit {
  const now = step.clock.now();
  const draft: Draft = {
    subscribe: [],
    unsubscribe: [],
    timers: [],
    keep: [],
    publish: [],
    suspend: [],
    track: lifecycle(step, now),
    messages: new Map<string, Message>(step.loaded),
  };
  for (const command of step.taken.commands) {
    (carry[command.kind] as Carry<Command['kind']>)(command, step, draft);
  }
  tellCallers(step, draft);
  const { messages: _, ...unit } = draft;
  return { now, instances: [step.taken.instance], ...unit };
}

function tellCallers({ taken, newId }: StepTaken, { messages, publish }: Draft): void {
  const { instance } = taken;
  if (instance.status !== 'completed' && instance.status !== 'terminated') return;
  const { requests } = instance.state as Pick<State, 'requests'>;
  const asked = Object.values(requests).flatMap((id) => messages.get(id) ?? []);
  publish.push(...unanswered(instance, asked, newId));
}

const carry: { readonly [K in Command['kind']]: Carry<K> } = {
  construct: ({ message }, step, draft) => {
    const schema = step.deployment.schemas.find(message.type);
    if (!schema) throw busError('NOT_FOUND', { what: 'message type', id: message.type });
    const made = write({ ...message, interchange: interchangeOf(step), context: inherited(step) }, schema);
    draft.messages.set(made.id, made);
    draft.keep.push(made);
  },

  send: ({ id, port, message, respond, notify, properties }, step, draft) => {
    const physical = step.bound.ports.get(port)!;
    const added: [string, Property][] = [
      ...Object.entries(properties).map(([name, value]): [string, Property] => [name, promoted(value)]),
      // To a receive port it goes as though it had come in there.
      [physical.kind === 'receive' ? BUS.receivePort : BUS.sendPort, promoted(physical.name)],
      [BUS.hops, carried(hopsOf(step) + 1)],
      ...(respond ? [[BUS.replyTo, carried('instance')] as [string, Property]] : []),
      ...(notify ? [[BUS.ackToken, carried(id)] as [string, Property]] : []),
    ];
    draft.publish.push({ message: copyOf(message, id, added, draft) });
    if (respond) draft.subscribe.push(awaiting(responseId(id), [equal(BUS.responseTo, id)], step));
    if (notify) draft.subscribe.push(awaiting(deliveryId(id), [equal(ACK.correlationToken, id)], step));
  },

  start: ({ id, orchestration, message, respond, properties }, step, draft) => {
    const added: [string, Property][] = [
      ...Object.entries(properties).map(([name, value]): [string, Property] => [name, promoted(value)]),
      [BUS.starts, promoted(orchestration)],
      [BUS.hops, carried(hopsOf(step) + 1)],
      ...(respond ? [[BUS.replyTo, carried('instance')] as [string, Property]] : []),
    ];
    draft.publish.push({ message: copyOf(message, id, added, draft) });
    if (respond) draft.subscribe.push(awaiting(responseId(id), [equal(BUS.responseTo, id)], step));
  },

  reply: ({ id, message, request }, step, draft) => {
    const host = String(draft.messages.get(request)?.context.get(BUS.replyTo)?.value ?? '').replace(/^host:/, '');
    const added: [string, Property][] = [
      [BUS.responseTo, promoted(request)],
      [BUS.responseHost, promoted(host || step.host)],
    ];
    // The host that the caller waits at may be gone: the answer is kept for the next asking.
    draft.publish.push({ message: copyOf(message, id, added, draft), unrouted: 'keep' });
  },

  await: ({ id, port, messageType, properties, convoy }, step, draft) => {
    if (convoy) return;
    const physical = step.bound.ports.get(port)!;
    const conditions = Object.entries(properties).map(([name, value]) => equal(name, value));
    const where = [...conditions, equal(BUS.receivePort, physical.name), equal(BUS.messageType, messageType)];
    draft.subscribe.push(awaiting(awaitId(id), where, step));
  },

  task: ({ id, role, title, form, show, due }, step, draft) => {
    const shown = show === undefined ? undefined : draft.messages.get(show);
    const properties: [string, Property][] = [
      [BUS.organisation, promoted(step.deployment.organisation)],
      [TASK.role, promoted(role)],
      [TASK.title, promoted(title)],
      [TASK.form, promoted(form)],
      [TASK.instance, promoted(step.taken.instance.id)],
      ...(due === undefined ? [] : [[TASK.due, promoted(new Date(due).toISOString())] as [string, Property]]),
    ];
    const parts = shown?.parts ?? ([partOf(Buffer.from('{}'), 'application/json')] as const);
    const message = { id, interchange: interchangeOf(step), type: undefined, parts, context: new Map(properties) };
    draft.suspend.push({
      message,
      subscriber: subscriberOf.tasks(role),
      code: 'TASK_OPEN',
      reason: title,
      resumable: false,
    });
    draft.subscribe.push(awaiting(responseId(id), [equal(BUS.responseTo, id)], step));
  },

  /** Its delivery is known to the MessageBox alone: the runner looks for it. */
  'cancel-task': ({ task }, _, draft) => {
    draft.unsubscribe.push(responseId(task));
  },

  'close-convoy': ({ group, values }, _, draft) => {
    draft.unsubscribe.push(convoyId(group, values));
  },

  'cancel-await': (command, _, draft) => {
    draft.unsubscribe.push(awaitId(command.await));
  },

  timer: ({ id, at }, { taken }, draft) => {
    draft.timers.push({ id, instance: taken.instance.id, at });
  },

  'cancel-timer': ({ timer }, { taken }, draft) => {
    draft.timers.push({ id: timer, instance: taken.instance.id, at: 'cancelled' });
  },

  track: ({ name, shape, data }, { taken, event }, draft) => {
    draft.track.push({ name, at: event.at, instance: taken.instance.id, data: { ...data, shape } });
  },

  return: ({ message }, step, draft) => {
    const original = draft.messages.get(message);
    if (!original) throw busError('NOT_FOUND', { what: 'message', id: message });
    const copy = derive(original, { id: step.newId() });
    // What an open convoy has no use for would come straight back.
    if (step.bound.program.late === 'new' && !hasOpenConvoy(step.bound.program, step.taken.instance))
      draft.publish.push({ message: copy });
    else draft.suspend.push(tooLate(copy, { id: step.instance.id, late: step.bound.program.late }));
  },
};

function awaiting(id: string, where: Subscription['where'][number], { taken }: StepTaken): Subscription {
  const { id: instance, subscriber } = taken.instance;
  return { id, subscriber, where: [where], instance };
}

/** A copy on its way: what addressed the original must not address the copy. */
function copyOf(message: string, id: string, added: [string, Property][], draft: Draft): Message {
  const original = draft.messages.get(message);
  if (!original) throw busError('NOT_FOUND', { what: 'message', id: message });
  const context = unaddressed(original.context);
  for (const [name, property] of added) context.set(name, property);
  return derive(original, { id, context });
}

const ADDRESSES = new Set<string>([
  BUS.sendPort,
  BUS.starts,
  BUS.receivePort,
  BUS.receiveLocation,
  BUS.transport,
  BUS.responseTo,
  BUS.responseHost,
  BUS.replyTo,
  BUS.request,
  BUS.fault,
  BUS.idempotencyKey,
  BUS.ackToken,
  BUS.ackSendPort,
]);

function unaddressed(context: Context): Map<string, Property> {
  const kept = new Map<string, Property>();
  for (const [name, property] of context) if (!ADDRESSES.has(name)) kept.set(name, property);
  return kept;
}

function inherited(step: StepTaken): Context {
  return new Map([
    [BUS.organisation, promoted(step.deployment.organisation)],
    [BUS.hops, carried(hopsOf(step))],
    ...urgencyOf(step),
  ]);
}

/** What is made of something urgent is as urgent. */
function urgencyOf(step: StepTaken): [string, Property][] {
  const priority = highest(step, BUS.priority);
  return priority > 0 ? [[BUS.priority, carried(priority)]] : [];
}

function interchangeOf({ event, loaded, instance }: StepTaken): string {
  if ('message' in event) return event.message.interchange;
  return loaded.values().next().value?.interchange ?? instance.id;
}

const hopsOf = (step: StepTaken) => highest(step, BUS.hops);

/** Of the property's values in the messages at hand. */
function highest({ event, loaded }: StepTaken, property: string): number {
  const seen = 'message' in event ? [event.message, ...loaded.values()] : [...loaded.values()];
  return Math.max(0, ...seen.map(({ context }) => Number(context.get(property)?.value ?? 0)));
}

function lifecycle({ instance, taken, event }: StepTaken, at: number): TrackingEvent[] {
  const { id, status, failure } = taken.instance;
  const base = { at, instance: id, ...('message' in event ? { message: event.message.id } : {}) };
  const program = taken.instance.program;
  const events: TrackingEvent[] = [];
  if (taken.instance.revision === 1) events.push({ ...base, name: 'instance-started', data: { program } });
  if (status === 'completed') events.push({ ...base, name: 'instance-completed', data: { program } });
  if (status === 'terminated') events.push({ ...base, name: 'instance-terminated', data: { program } });
  if (status === 'suspended' && instance.status !== 'suspended') {
    events.push({ ...base, name: 'instance-suspended', data: { program, ...failure } });
  }
  return events;
}

const responseId = (command: string) => `response ${command}`;
const deliveryId = (command: string) => `delivery ${command}`;
const awaitId = (command: string) => `await ${command}`;

/** The send command that a subscription id awaits the answer of. */
export const responseOf = (subscription: string | undefined) => afterPrefix(subscription, responseId(''));
/** The send command of whose delivery a subscription id brings notice. */
export const deliveryOf = (subscription: string | undefined) => afterPrefix(subscription, deliveryId(''));
/** The await command that a subscription id stands for. */
export const awaitOf = (subscription: string | undefined) => afterPrefix(subscription, awaitId(''));

function afterPrefix(text: string | undefined, prefix: string): string | undefined {
  return text?.startsWith(prefix) ? text.slice(prefix.length) : undefined;
}
