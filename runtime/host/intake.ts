/**
 * What an adapter's `submit` reaches: a batch is prepared and committed in one unit, and each incoming learns what
 * became of it. Nothing is acknowledged before the commit.
 */
import type { Incoming, Submission, Submit } from '../contracts/adapter.ts';
import type { Clock } from '../contracts/clock.ts';
import type { BusEvent, TrackingEvent } from '../contracts/events.ts';
import { type Message, type Property, withProperties } from '../contracts/message.ts';
import type { Delivery, MessageBox, Receipt, Settlement, Suspension, Unit } from '../contracts/message-box.ts';
import { BUS, subscriberOf } from '../contracts/properties.ts';
import { createAnswering } from './answer.ts';
import { carried, promoted } from './documents.ts';
import { type Origin, type Prepared, prepare, receiptKeys, replying } from './prepare.ts';
import type { Responses } from './responses.ts';

export interface IntakeOptions extends Origin {
  readonly box: MessageBox;
  readonly clock: Clock;
  readonly host: string;
  readonly responses: Responses;
  readonly emit: (event: BusEvent) => void;
}

export interface Intake {
  readonly submit: Submit;
  /** An operator resumed what this location had suspended: it is prepared again from the bytes as received. */
  handle(delivery: Delivery, signal: AbortSignal): Promise<void>;
}

interface Received {
  readonly raw: Message;
  readonly incoming: Incoming;
  readonly prepared: Prepared;
}

export function createIntake(options: IntakeOptions): Intake {
  const { box, clock, port, location, newId } = options;
  const twoWay = port.response !== undefined;
  const replyTo = [BUS.replyTo, `host:${options.host}`] as const;
  const subscriber = subscriberOf.receiveLocation(port.name, location.name);
  const answering = createAnswering(options);
  const origin: [string, Property][] = [
    [BUS.receivePort, promoted(port.name)],
    [BUS.receiveLocation, promoted(location.name)],
    [BUS.transport, promoted(location.adapter.name)],
    [BUS.organisation, promoted(options.deployment.organisation)],
  ];

  function toMessage(incoming: Incoming): Message {
    const id = newId();
    const context = withProperties(incoming.context, twoWay ? [...origin, [replyTo[0], carried(replyTo[1])]] : origin);
    return { id, interchange: id, type: undefined, parts: incoming.parts, context };
  }

  async function receive(incoming: Incoming, signal: AbortSignal): Promise<Received> {
    const raw = toMessage(incoming);
    return { raw, incoming, prepared: await prepare(raw, incoming.key, options, signal) };
  }

  const submit: Submit = async (batch, signal) => {
    const received = await Promise.all(batch.map((incoming) => receive(incoming, signal)));
    const answers = twoWay ? answering.expect(received.map(({ prepared }) => prepared)) : undefined;
    try {
      const receipt = await box.commit(unitOf(received));
      return submissions(received, receipt, answers);
    } catch (thrown) {
      answers?.forget(thrown);
      throw thrown;
    }
  };

  function unitOf(received: readonly Received[]): Unit {
    const now = clock.now();
    const publish = received.flatMap(({ prepared }) => (prepared.ok ? prepared.publications : []));
    const suspend = received.flatMap((entry) => (entry.prepared.ok ? [] : [suspension(entry, entry.prepared)]));
    const track = [
      ...publish.map(({ message }) => tracked('message-received', message, {})),
      ...suspend.map(({ message, code }) => tracked('message-suspended', message, { code })),
    ];
    return { now, publish, suspend, track };
  }

  function suspension({ raw, incoming }: Received, { error }: Prepared & { ok: false }): Suspension {
    const keys = receiptKeys(options, incoming.key);
    return { message: raw, subscriber, code: error.code, reason: error.message, resumable: true, keys };
  }

  function tracked(name: string, message: Message, data: TrackingEvent['data']): TrackingEvent {
    return { name, at: clock.now(), message: message.id, port: port.name, data: { location: location.name, ...data } };
  }

  function told(name: string, data: TrackingEvent['data']): void {
    options.emit({ name, at: clock.now(), data: { location: `${port.name}/${location.name}`, ...data } });
  }

  function submissions(received: readonly Received[], receipt: Receipt, answers: Answers | undefined): Submission[] {
    let routed = 0;
    let suspended = 0;
    return received.map(({ raw, prepared }) => {
      if (!prepared.ok) {
        const kept = receipt.suspended[suspended++]!;
        const messageId = kept.duplicateOf ?? raw.id;
        told('message-suspended', { message: messageId, code: prepared.error.code, reason: prepared.error.message });
        return { messageId, outcome: 'suspended', error: prepared.error };
      }
      const results = receipt.routed.slice(routed, routed + prepared.publications.length);
      routed += results.length;
      const first = results[0];
      const duplicate = results.length > 0 && results.every(({ duplicateOf }) => duplicateOf !== undefined);
      const messageId = first?.duplicateOf ?? first?.message ?? raw.id;
      const outcome = duplicate ? 'duplicate' : 'accepted';
      if (duplicate) told('message-duplicate', { message: messageId });
      return { messageId, outcome, ...(answers && first ? { response: answers.take(first) } : {}) };
    });
  }

  async function handle(delivery: Delivery, signal: AbortSignal): Promise<void> {
    if (delivery.work.kind !== 'message') return;
    const raw = delivery.work.message;
    const prepared = await prepare(raw, undefined, options, signal);
    await box.commit(resumedUnit(delivery, raw, prepared));
  }

  function resumedUnit({ lease }: Delivery, raw: Message, prepared: Prepared): Unit {
    const now = clock.now();
    if (!prepared.ok) {
      const { code, message: reason } = prepared.error;
      const settle: Settlement = { lease, as: 'suspend', code, reason, resumable: true };
      return { now, settle: [settle], track: [tracked('message-suspended', raw, { code })] };
    }
    const publish = twoWay ? replying(prepared.publications, replyTo) : prepared.publications;
    const track = publish.map(({ message }) => tracked('message-received', message, { resumed: true }));
    return { now, settle: [{ lease, as: 'done' }], publish, track };
  }

  return { submit, handle };
}

type Answers = ReturnType<ReturnType<typeof createAnswering>['expect']>;
