/**
 * A send port: takes a delivery through map, pipeline and adapter, and settles it in one commit with whatever follows
 * from it: the answer published, the backup addressed, the waiting orchestration told.
 */
import type { Incoming, SendPort } from '../contracts/adapter.ts';
import type { Clock, Instant, NewId, Random } from '../contracts/clock.ts';
import type { BoundSendPort, Deployment } from '../contracts/deployment.ts';
import type { BusError } from '../contracts/errors.ts';
import type { BusEvent, EventData, TrackingEvent } from '../contracts/events.ts';
import type { Limiter } from '../contracts/limiter.ts';
import { derive, type Message } from '../contracts/message.ts';
import type { Delivery, MessageBox, Unit } from '../contracts/message-box.ts';
import { BUS } from '../contracts/properties.ts';
import { asBusError } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import { acknowledgedAs, acknowledgement } from './acknowledge.ts';
import { withDeadline } from './deadline.ts';
import type { Gate } from './gate.ts';
import { failureOf, failureReport, toBackup } from './give-up.ts';
import { createOutgoing } from './outgoing.ts';
import { permitted } from './permitted.ts';
import { isDone, judgeFailure, readAnswer } from './read-answer.ts';
import { verdictOn } from './retry.ts';
import { createBatchRunner } from './send-batch.ts';
import { typedDetail } from './typed-detail.ts';

export interface SendOptions {
  readonly port: BoundSendPort;
  readonly deployment: Deployment;
  readonly box: MessageBox;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly random: Random;
  readonly sender: SendPort;
  readonly limiter: Limiter;
  readonly gate: Gate;
  readonly emit: (event: BusEvent) => void;
}

export interface SendRunner {
  handle(delivery: Delivery, signal: AbortSignal): Promise<void>;
  /** The host is going to stop: what is gathered goes at once. */
  hurry(): void;
  readonly status: { readonly failures: number; readonly error?: BusError; readonly last?: Instant | undefined };
}

export function createSendRunner(options: SendOptions): SendRunner {
  const { port, deployment, box, clock, sender } = options;
  const { map, assemble, context } = createOutgoing(port, deployment, options);
  let status: SendRunner['status'] = { failures: 0 };

  async function handle(delivery: Delivery, signal: AbortSignal): Promise<void> {
    if (delivery.work.kind !== 'message') return;
    const message = delivery.work.message;
    let answers: readonly Message[];
    try {
      answers = await attempt(message, signal);
    } catch (thrown) {
      await box.commit(failed(delivery, message, failure(thrown, signal)));
      return;
    }
    succeeded();
    await box.commit(sent(delivery, message, answers));
  }

  async function attempt(message: Message, signal: AbortSignal): Promise<readonly Message[]> {
    const answer = await transmit(await outgoing(message, signal), signal);
    if (!answer || port.responses.length === 0) return [];
    return readAnswer(answer, message, port, context(signal));
  }

  const outgoing = async (message: Message, signal: AbortSignal) => assemble(await map(message), signal);

  async function transmit(message: Message, signal: AbortSignal): Promise<Incoming | undefined> {
    const late = () => busError('ENDPOINT_TIMEOUT', { endpoint: port.name, timeout: port.timeout });
    try {
      return await withDeadline(clock, port.timeout, signal, late, (inner) => sender.send(message, inner));
    } catch (thrown) {
      if (!signal.aborted && isDone(asTyped(thrown), port)) return undefined;
      throw thrown;
    }
  }

  const asTyped = (thrown: unknown) => typedDetail(asBusError(thrown, port.name), deployment.schemas);

  function succeeded(): void {
    status = { failures: 0, last: clock.now() };
    options.gate.sent();
  }

  /** The host is stopping: nothing is known of the far end, and nothing is written. */
  function failure(thrown: unknown, signal: AbortSignal): BusError {
    signal.throwIfAborted();
    const error = judgeFailure(asTyped(thrown), port);
    status = { failures: status.failures + 1, error, last: status.last };
    options.gate.failed(error);
    return error;
  }

  function sent(delivery: Delivery, message: Message, answers: readonly Message[]): Unit {
    const now = clock.now();
    const unrouted = message.context.has(BUS.replyTo) ? ('suspend' as const) : ('discard' as const);
    return {
      now,
      settle: [{ lease: delivery.lease, as: 'done' }],
      publish: [
        ...answers.map((answer) => ({ message: answer, unrouted })),
        ...acknowledgement(message, port, { at: now }, options.newId),
      ],
      track: [tracked('message-sent', message, { attempt: delivery.attempt })],
    };
  }

  function failed(delivery: Delivery, message: Message, error: BusError): Unit {
    const { lease, attempt } = delivery;
    const now = clock.now();
    const { code, message: reason } = error;
    const data = { attempt, code, reason };
    const verdict = verdictOn(error, attempt, port.retry, options.random);
    if (verdict.kind === 'retry') {
      const at = now + verdict.after;
      return {
        now,
        settle: [{ lease, as: 'retry', at, code, reason }],
        track: [tracked('send-failed', message, data)],
      };
    }
    const done = { lease, as: 'done' } as const;
    if (port.backup !== undefined) {
      const moved = toBackup(message, port, options.newId(), acknowledgedAs(message, port));
      return { now, settle: [done], publish: [{ message: moved }], track: [tracked('send-moved', message, data)] };
    }
    const unit = givenUp(delivery, message, error, data);
    const nack = acknowledgement(message, port, { at: now, error }, options.newId);
    return { ...unit, publish: [...(unit.publish ?? []), ...nack] };
  }

  /** Whoever waits for its answer is told; else it is kept for an operator, or goes to whoever takes failed messages. */
  function givenUp({ lease, subscriber }: Delivery, message: Message, error: BusError, data: EventData): Unit {
    const now = clock.now();
    const { code, message: reason } = error;
    const done = { lease, as: 'done' } as const;
    if (message.context.get(BUS.replyTo)?.value === 'instance') {
      const publish = [{ message: failureOf(message, error, options.newId()), unrouted: 'discard' } as const];
      return { now, settle: [done], publish, track: [tracked('request-refused', message, data)] };
    }
    if (port.routeFailed) {
      const report = failureReport(message, error, { sendPort: port.name, at: now });
      const held = {
        message: derive(message, { id: report.id }),
        subscriber,
        code,
        reason,
        resumable: true,
      };
      const track = [tracked('message-suspended', message, data)];
      return { now, settle: [done], suspend: [{ ...held, report }], track };
    }
    const settle = [{ lease, as: 'suspend', code, reason, resumable: true } as const];
    return { now, settle, track: [tracked('message-suspended', message, data)] };
  }

  function tracked(name: string, message: Message, data: EventData): TrackingEvent {
    const event = { name, at: clock.now(), message: message.id, port: port.name, data };
    if (name !== 'message-sent')
      options.emit({ name, at: event.at, data: { ...data, port: port.name, message: message.id } });
    return event;
  }

  const batches =
    port.batch &&
    createBatchRunner({
      ...options,
      batch: port.batch,
      outgoing,
      transmit: async (message, signal) => {
        await transmit(message, signal);
        succeeded();
      },
      failure,
      sent: (delivery, message) => sent(delivery, message, []),
      failed,
    });

  return {
    handle: batches ? batches.handle : permitted(options, handle),
    hurry: () => batches?.hurry(),
    get status() {
      return status;
    },
  };
}
