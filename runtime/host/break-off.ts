/**
 * What an operator's end of an instance or of a delivery brings with it, in the same commit: whoever waits for its answer gets
 * an error at once, and what people need not do any more is withdrawn.
 */
import type { Clock, NewId } from '../contracts/clock.ts';
import type { BusError } from '../contracts/errors.ts';
import type { DeliveryRecord } from '../contracts/inspection.ts';
import { derive, type Message } from '../contracts/message.ts';
import type { MessageBox, Operation, Publication, Unit } from '../contracts/message-box.ts';
import type { Instance } from '../contracts/orchestration.ts';
import { BUS, subscriberOf, TASK } from '../contracts/properties.ts';
import { busError } from '../errors/bus-error.ts';
import type { State } from '../orchestration/state.ts';
import { acknowledgement } from './acknowledge.ts';
import { textOf } from './documents.ts';
import { failureOf } from './give-up.ts';
import { tooLate } from './too-late.ts';

export interface BreakOffOptions {
  readonly box: MessageBox;
  readonly clock: Clock;
  readonly newId: NewId;
}

const MOST_TASKS = 1000;

/** Ends an instance, as `terminate-instance` does. */
export async function breakOffInstance(id: string, options: BreakOffOptions): Promise<Unit> {
  const { box, clock } = options;
  const record = await box.inspection.instance(id);
  const instance = record && ({ ...record.instance, status: 'terminated' } as const);
  const callers = instance ? await callersOf(instance, options) : [];
  const { publish = [], suspend = [] } = instance ? await untaken(instance, options) : {};
  const operate: Operation[] = [{ kind: 'terminate-instance', instance: id }, ...(await tasksOf(id, options))];
  return { now: clock.now(), operate, publish: [...callers, ...publish], suspend };
}

/** What it held for receives that it had not come to follows its late policy, as what is still on its way does. */
async function untaken(
  instance: Instance,
  { box, newId }: BreakOffOptions,
): Promise<Pick<Unit, 'publish' | 'suspend'>> {
  const { inbox = [] } = (instance.state ?? {}) as Partial<Pick<State, 'inbox'>>;
  const held = (await box.read(inbox.map(({ id }) => id))).filter((message) => message !== undefined);
  const copies = held.map((message) => derive(message, { id: newId() }));
  // What is published while the instance still subscribes reaches it, and goes the way of all that is open at its end.
  if (instance.late === 'new') return { publish: copies.map((message) => ({ message })) };
  return { suspend: copies.map((message) => tooLate(message, instance)) };
}

/** Ends a delivery, as `terminate` does. A request that will not reach its far end is one that was refused. */
export async function breakOffDelivery(delivery: DeliveryRecord, options: BreakOffOptions): Promise<Unit> {
  const { box, clock } = options;
  const [message] = delivery.message === undefined ? [] : await box.read([delivery.message]);
  const publish = message && isAddressee(message, delivery) ? ended(message, delivery, options) : [];
  return { now: clock.now(), operate: [{ kind: 'terminate', delivery: delivery.id }], publish };
}

/** For whoever waits for the answer to the message, or for its delivery. */
function ended(message: Message, { subscriber }: DeliveryRecord, { clock, newId }: BreakOffOptions): Publication[] {
  const port = textOf(message.context, BUS.sendPort);
  const settled = { at: clock.now(), error: busError('DELIVERY_TERMINATED', { subscriber }) };
  return [
    ...told(message, busError('REQUEST_TERMINATED', { subscriber }), newId()),
    ...(port === undefined ? [] : acknowledgement(message, { name: port }, settled, newId)),
  ];
}

/** Others may have a copy; only the one that it is addressed to would have answered. */
function isAddressee({ context }: Message, { subscriber }: DeliveryRecord): boolean {
  const [port, orchestration] = [textOf(context, BUS.sendPort), textOf(context, BUS.starts)];
  return (
    subscriber === subscriberOf.unrouted ||
    (port !== undefined && subscriber === subscriberOf.sendPort(port)) ||
    (orchestration !== undefined && subscriber === subscriberOf.orchestration(orchestration))
  );
}

async function callersOf(instance: Instance, { box, newId }: BreakOffOptions): Promise<Publication[]> {
  // Of a state that is none, as `INSTANCE_STATE_INVALID` says, nothing is known.
  const { requests = {} } = (instance.state ?? {}) as Partial<Pick<State, 'requests'>>;
  const messages = (await box.read(Object.values(requests))).filter((message) => message !== undefined);
  return unanswered(instance, messages, newId);
}

/** For whoever called an instance that has ended without an answer: they must not wait for ever. */
export function unanswered(
  { program, id, status }: Instance,
  requests: readonly Message[],
  newId: NewId,
): Publication[] {
  const fault = status === 'terminated' ? 'Terminated' : 'Unanswered';
  return requests.filter(isAsked).flatMap((request) => {
    const error = busError('CALL_UNANSWERED', { orchestration: program, instance: id, status }, { fault });
    return told(request, error, newId());
  });
}

const isAsked = ({ context }: Message) => textOf(context, BUS.replyTo) === 'instance';

function told(request: Message, error: BusError, id: string): Publication[] {
  if (!isAsked(request)) return [];
  return [{ message: failureOf(request, error, id), unrouted: 'discard' }];
}

/** The end of what people need not do any more. */
async function tasksOf(instance: string, { box, clock }: BreakOffOptions): Promise<Operation[]> {
  const property = { name: TASK.instance, value: instance };
  const asked = await box.inspection.messages({ property, limit: MOST_TASKS });
  const open = asked.map(({ message }) =>
    box.inspection.deliveries({ state: 'suspended', code: 'TASK_OPEN', message: message.id, limit: 1 }, clock.now()),
  );
  return (await Promise.all(open)).flat().map(({ id }) => ({ kind: 'terminate', delivery: id }));
}
