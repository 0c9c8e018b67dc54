/**
 * Runs the instances of one orchestration: a delivery becomes an event, the interpreter takes a step, and the step is
 * committed together with the settling of the delivery. An instance that waits is a row in the MessageBox, not memory.
 */
import type { Clock, NewId } from '../contracts/clock.ts';
import type { BusError } from '../contracts/errors.ts';
import type { Delivery, MessageBox, Reaction, Taker, Unit } from '../contracts/message-box.ts';
import type { Event, Instance, Loaded } from '../contracts/orchestration.ts';
import { isConvoy } from '../contracts/routing.ts';
import { asBusError } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import { advance } from '../orchestration/advance.ts';
import { stateProblem } from '../orchestration/check-state.ts';
import { INTERPRETER_VERSION } from '../orchestration/interpreter-version.ts';
import { startInstance } from '../orchestration/start.ts';
import { carryOut, deliveryOf, responseOf, type StepTaken } from './carry-out.ts';
import type { Definitions, Found } from './definitions.ts';
import { load, loadNow } from './documents.ts';
import { contentNow, contentOf, eventOf, type Running } from './event-of.ts';
import { activationOf } from './subscriptions.ts';
import { withdrawn } from './withdrawn.ts';

export interface OrchestrateOptions {
  readonly box: MessageBox;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly host: string;
  readonly definitions: Definitions;
}

/** How often, and after what pause (ms), what this host's definition does not know is offered again. */
const BEHIND_ATTEMPTS = 8;
const BEHIND_PAUSE = 1000;

export interface OrchestrationRunner {
  handle(delivery: Delivery): Promise<void>;
  /** A step within the commit that makes its delivery, where all that it needs is at hand; what fails is left to `handle`. */
  readonly react: NonNullable<Taker['react']>;
}

export function createOrchestrationRunner(options: OrchestrateOptions): OrchestrationRunner {
  const { box, clock } = options;

  async function handle(delivery: Delivery): Promise<void> {
    let unit: Unit;
    try {
      unit = await step(delivery);
    } catch (thrown) {
      const error = asBusError(thrown, delivery.subscriber);
      if (error.kind === 'transient') throw error;
      unit = isOfState(delivery, error) ? setAside(delivery, error) : refused(delivery, error.code, error.message);
    }
    await box.commit(unit);
  }

  async function step(delivery: Delivery): Promise<Unit> {
    const running = begun(delivery, await options.definitions.find(delivery.subscriber, delivery.instance));
    if (isBehind(delivery, running)) return offeredAgain(delivery);
    const event = eventOf(delivery, running, await contentOf(delivery, running.deployment.schemas), clock.now());
    const taken = take(running, event, await loadHeld(running, event));
    return { ...unitOf(delivery, taken), operate: await withdrawn(taken.taken.commands, box, clock.now()) };
  }

  function react(delivery: Delivery, read: Read): Reaction | undefined {
    const found = options.definitions.peek(delivery.subscriber, delivery.instance);
    const running = found && begun(delivery, found);
    if (!running || isBehind(delivery, running)) return undefined;
    const content = contentNow(delivery, running.deployment.schemas);
    const event = content && eventOf(delivery, running, content, clock.now());
    const held = event && heldNow(running, event, read);
    if (!held) return undefined;
    const taken = take(running, event, held);
    const asksPeople = taken.taken.commands.some(({ kind }) => kind === 'cancel-task');
    return asksPeople ? undefined : { unit: unitOf(delivery, taken) };
  }

  function begun({ instance, instanceId, subscriber }: Delivery, { deployment, bound }: Found): Running {
    const started = instance ?? startInstance(bound.program, instanceId ?? options.newId(), subscriber);
    return { deployment, bound, instance: started };
  }

  function take(running: Running, event: Event, loaded: ReadonlyMap<string, Loaded>): StepTaken {
    checkState(running);
    const taken = advance(running.bound.program, running.instance, event, loaded);
    return { ...options, ...running, taken, event, loaded };
  }

  function unitOf(delivery: Delivery, taken: StepTaken): Unit {
    const unit = carryOut(taken);
    return { ...unit, unsubscribe: answered(delivery, unit), settle: [{ lease: delivery.lease, as: 'done' }] };
  }

  async function loadHeld(running: Running, event: Event): Promise<ReadonlyMap<string, Loaded>> {
    const ids = heldBeside(running, event);
    const held = ids.length === 0 ? [] : await box.read(ids);
    const missing = ids.find((_, index) => held[index] === undefined);
    if (missing !== undefined) throw busError('NOT_FOUND', { what: 'message', id: missing });
    return atHand(event, await Promise.all(held.map((message) => load(message!, running.deployment.schemas))));
  }

  function heldNow(running: Running, event: Event, read: Read): ReadonlyMap<string, Loaded> | undefined {
    const held: Loaded[] = [];
    for (const id of heldBeside(running, event)) {
      const found = read(id);
      const loaded = found && loadNow(found, running.deployment.schemas);
      if (!loaded) return undefined;
      held.push(loaded);
    }
    return atHand(event, held);
  }

  function offeredAgain({ lease, subscriber }: Delivery): Unit {
    const { code, message: reason } = busError('DEFINITION_BEHIND', { subscriber });
    const now = clock.now();
    return { now, settle: [{ lease, as: 'retry', at: now + BEHIND_PAUSE, code, reason }] };
  }

  /** The instance stands still; what has come for it keeps its place until it is resumed, or follows it when it is terminated. */
  function setAside({ lease, work, instance }: Delivery, { code, message: reason }: BusError): Unit {
    const { failure: _, ...kept } = instance!;
    const failure = { code, reason, shape: '', line: 0 };
    const suspended: Instance = { ...kept, status: 'suspended', failure, revision: kept.revision + 1 };
    const now = clock.now();
    const data = { program: kept.program, ...failure };
    const track = [{ name: 'instance-suspended', at: now, instance: kept.id, data }];
    const settle = [{ lease, as: work.kind === 'signal' ? ('done' as const) : ('release' as const) }];
    return { now, instances: [suspended], settle, track };
  }

  function refused({ lease }: Delivery, code: string, reason: string): Unit {
    return { now: clock.now(), settle: [{ lease, as: 'suspend', code, reason, resumable: true }] };
  }

  return { handle, react };
}

type Read = Parameters<OrchestrationRunner['react']>[1];

/** The messages that the instance refers to, without the one that came. */
function heldBeside({ instance }: Running, event: Event): readonly string[] {
  return 'message' in event ? instance.messages.filter((id) => id !== event.message.id) : instance.messages;
}

function atHand(event: Event, held: readonly Loaded[]): ReadonlyMap<string, Loaded> {
  const all = 'message' in event ? [event.message, ...held] : held;
  return new Map(all.map((message) => [message.id, message]));
}

/** Of a new instance nothing is stored yet. */
function checkState({ bound, instance }: Running): void {
  if (instance.revision === 0) return;
  if (instance.interpreter !== INTERPRETER_VERSION)
    throw busError('INTERPRETER_UNKNOWN', { instance: instance.id, version: instance.interpreter });
  const reason = stateProblem(bound.program, instance);
  if (reason !== undefined) throw busError('INSTANCE_STATE_INVALID', { instance: instance.id, reason });
}

/** Whatever comes for the instance would meet the same. An operator may end it all the same. */
const isOfState = ({ instance, work }: Delivery, { code }: BusError) =>
  instance !== undefined &&
  !(work.kind === 'signal' && work.signal === 'cancelled') &&
  (code === 'INSTANCE_STATE_INVALID' || code === 'INTERPRETER_UNKNOWN');

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
