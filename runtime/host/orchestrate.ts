/**
 * Runs the instances of one orchestration: a delivery becomes an event, the interpreter takes a step, and the step is
 * committed together with the settling of the delivery. An instance that waits is a row in the MessageBox, not memory.
 */
import type { Clock, NewId } from '../contracts/clock.ts';
import type { BoundOrchestration, Deployment } from '../contracts/deployment.ts';
import { bytesOf, type Message } from '../contracts/message.ts';
import type { Delivery, MessageBox, Unit } from '../contracts/message-box.ts';
import type { Event, Instance, Loaded } from '../contracts/orchestration.ts';
import { ACK, BUS } from '../contracts/properties.ts';
import { isConvoy } from '../contracts/routing.ts';
import { asBusError } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import { advance } from '../orchestration/advance.ts';
import { startInstance } from '../orchestration/start.ts';
import { awaitOf, carryOut, deliveryOf, responseOf } from './carry-out.ts';
import type { Definitions } from './definitions.ts';
import { load } from './documents.ts';
import { activationOf } from './subscriptions.ts';
import { withdrawn } from './withdrawn.ts';

export interface OrchestrateOptions {
  readonly box: MessageBox;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly host: string;
  readonly definitions: Definitions;
}

interface Running {
  readonly deployment: Deployment;
  readonly bound: BoundOrchestration;
  readonly instance: Instance;
}

/** More ancestors than this and a message is taken to go in a circle. */
const HOP_LIMIT = 50;
/** How often, and after what pause (ms), what this host's definition does not know is offered again. */
const BEHIND_ATTEMPTS = 8;
const BEHIND_PAUSE = 1000;

export function createOrchestrationRunner(options: OrchestrateOptions): (delivery: Delivery) => Promise<void> {
  const { box, clock } = options;

  return async function handle(delivery: Delivery): Promise<void> {
    let unit: Unit;
    try {
      unit = await step(delivery);
    } catch (thrown) {
      const error = asBusError(thrown, delivery.subscriber);
      if (error.kind === 'transient') throw error;
      unit = refused(delivery, error.code, error.message);
    }
    await box.commit(unit);
  };

  async function step(delivery: Delivery): Promise<Unit> {
    const running = await find(delivery);
    if (isBehind(delivery, running)) return offeredAgain(delivery);
    const event = await eventOf(delivery, running);
    const loaded = await loadHeld(running, event);
    const taken = advance(running.bound.program, running.instance, event, loaded);
    const unit = carryOut({ ...options, ...running, taken, event, loaded });
    const operate = await withdrawn(taken.commands, box, clock.now());
    return { ...unit, operate, unsubscribe: answered(delivery, unit), settle: [{ lease: delivery.lease, as: 'done' }] };
  }

  async function find(delivery: Delivery): Promise<Running> {
    const { instance, instanceId, subscriber } = delivery;
    const { deployment, bound } = await options.definitions.find(subscriber, instance);
    return {
      deployment,
      bound,
      instance: instance ?? startInstance(bound.program, instanceId ?? options.newId(), subscriber),
    };
  }

  async function eventOf(delivery: Delivery, running: Running): Promise<Event> {
    const at = clock.now();
    const { work } = delivery;
    if (work.kind === 'timer') return { kind: 'timer', id: work.timer, at };
    if (work.kind === 'signal') return { kind: work.signal, at };
    const hops = Number(work.message.context.get(BUS.hops)?.value ?? 0);
    if (hops > HOP_LIMIT) throw busError('HOP_LIMIT', { hops, limit: HOP_LIMIT });
    const notified = deliveryOf(delivery.subscription);
    if (notified !== undefined) return { ...(await deliveryEvent(notified, work.message)), at };
    const request = responseOf(delivery.subscription);
    if (request === undefined) return { ...(await receivedEvent(delivery, work.message, running)), at };
    if (work.message.context.get(BUS.fault)?.value === true)
      return { ...(await refusedEvent(request, work.message)), at };
    return { kind: 'responded', id: request, message: await load(work.message, running.deployment.schemas), at };
  }

  async function receivedEvent({ subscription }: Delivery, raw: Message, { bound, deployment }: Running) {
    const message = await load(raw, deployment.schemas);
    const awaited = awaitOf(subscription);
    if (awaited !== undefined) {
      return { kind: 'received', port: logicalPort(bound, raw), message, await: awaited } as const;
    }
    const port = isConvoy(subscription) ? logicalPort(bound, raw) : portOf(bound, subscription, raw);
    return { kind: 'received', port, message } as const;
  }

  async function loadHeld({ instance, deployment }: Running, event: Event): Promise<ReadonlyMap<string, Loaded>> {
    const known = 'message' in event ? [event.message] : [];
    const ids = instance.messages.filter((id) => id !== known[0]?.id);
    const held = ids.length === 0 ? [] : await box.read(ids);
    const missing = ids.find((_, index) => held[index] === undefined);
    if (missing !== undefined) throw busError('NOT_FOUND', { what: 'message', id: missing });
    const loaded = await Promise.all(held.map((message) => load(message!, deployment.schemas)));
    return new Map([...known, ...loaded].map((message) => [message.id, message]));
  }

  function offeredAgain({ lease, subscriber }: Delivery): Unit {
    const { code, message: reason } = busError('DEFINITION_BEHIND', { subscriber });
    const now = clock.now();
    return { now, settle: [{ lease, as: 'retry', at: now + BEHIND_PAUSE, code, reason }] };
  }

  function refused({ lease }: Delivery, code: string, reason: string): Unit {
    return { now: clock.now(), settle: [{ lease, as: 'suspend', code, reason, resumable: true }] };
  }
}

/**
 * The subscription that took it is of a definition that was deployed a moment ago, which this host has yet to take over. What
 * has been offered so often was left by an earlier definition instead, and is tried as it is.
 */
function isBehind({ instance, subscription, work, attempt }: Delivery, { bound }: Running): boolean {
  if (instance || work.kind !== 'message' || subscription === undefined || attempt > BEHIND_ATTEMPTS) return false;
  if (isConvoy(subscription))
    return !bound.program.activations.some(({ messageType }) => messageType === work.message.type);
  return activationOf(bound, subscription)?.messageType !== work.message.type;
}

/** An answer comes once, and so does notice of a delivery: its subscription goes with it. */
function answered({ subscription }: Delivery, { unsubscribe = [] }: Unit): readonly string[] {
  const comesOnce = responseOf(subscription) !== undefined || deliveryOf(subscription) !== undefined;
  return subscription !== undefined && comesOnce ? [...unsubscribe, subscription] : unsubscribe;
}

const portOf = (bound: BoundOrchestration, subscription: string | undefined, message: Message) =>
  activationOf(bound, subscription)?.port ?? logicalPort(bound, message);

function logicalPort(bound: BoundOrchestration, message: Message): string {
  const physical = message.context.get(BUS.receivePort)?.value;
  const found = [...bound.ports].find(([, port]) => port.kind === 'receive' && port.name === physical);
  // What another orchestration started it with came through no port.
  const started = bound.program.activations.find(({ messageType }) => messageType === message.type);
  return found?.[0] ?? started?.port ?? String(physical);
}

interface Told {
  readonly code: string;
  readonly fault?: string;
  readonly reason: string;
  readonly detail?: unknown;
}

const refusedEvent = async (id: string, message: Message) =>
  ({ kind: 'refused', id, ...(await toldBy(message)) }) as const;

const deliveryEvent = async (id: string, message: Message) =>
  message.context.get(ACK.type)?.value === 'ACK'
    ? ({ kind: 'delivered', id } as const)
    : ({ kind: 'undelivered', id, ...(await toldBy(message)) } as const);

async function toldBy(message: Message): Promise<Told> {
  const bytes = await bytesOf(message.parts[0]);
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as Told;
}
