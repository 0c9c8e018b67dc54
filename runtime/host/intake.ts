/**
 * What an adapter's `submit` reaches: a batch is prepared and committed in one unit, and each incoming learns what
 * became of it. Nothing is acknowledged before the commit.
 */
import type { Incoming, Submission, Submit, WatermarkMove } from '../contracts/adapter.ts';
import type { BusError } from '../contracts/errors.ts';
import type { TrackingEvent } from '../contracts/events.ts';
import { type Message, type Property, withProperties } from '../contracts/message.ts';
import type { Delivery, MessageBox, Receipt, Routed, Settlement, Suspension, Unit } from '../contracts/message-box.ts';
import type { Owned } from '../contracts/ownership.ts';
import { BUS, subscriberOf } from '../contracts/properties.ts';
import { afterUnpacking } from '../pipelines/after-unpacking.ts';
import { isRecord } from '../pipelines/record-number.ts';
import { createAnswering } from './answer.ts';
import { carried, promoted, textOf } from './documents.ts';
import { failureReport } from './give-up.ts';
import {
  type Hand,
  type Origin,
  type Prepared,
  type Receipt as PreparedReceipt,
  type PreparedRecords,
  prepare,
  receiptKeys,
  replying,
} from './prepare.ts';
import { doneOf, RECEIPT, withoutProgress } from './progress.ts';
import type { Responses } from './responses.ts';

export interface IntakeOptions extends Origin {
  readonly box: MessageBox;
  readonly host: string;
  readonly responses: Responses;
  /** Called when something has come in that was not known. */
  readonly onArrival?: (() => void) | undefined;
}

export interface Intake {
  readonly submit: Submit;
  /** The same by virtue of owning the location: rejects with OWNERSHIP_LOST once another host has it. */
  submitAs(owned: Owned): Submit;
  /** An operator resumed what this location had suspended: it is prepared again from the bytes as received. */
  handle(delivery: Delivery, signal: AbortSignal): Promise<void>;
}

interface Received {
  readonly raw: Message;
  readonly incoming: Incoming;
  readonly prepared: Prepared;
  /** What of it was committed while it was read. */
  readonly handed: Handed;
}

interface Handed {
  first?: Routed | undefined;
  records: number;
  duplicates: number;
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
    ...(location.priority === undefined ? [] : [[BUS.priority, carried(location.priority)] as [string, Property]]),
  ];

  function toMessage(incoming: Incoming): Message {
    const id = newId();
    const context = withProperties(incoming.context, twoWay ? [...origin, [replyTo[0], carried(replyTo[1])]] : origin);
    return { id, interchange: id, type: undefined, parts: incoming.parts, context };
  }

  async function receive(incoming: Incoming, owned: readonly Owned[], signal: AbortSignal): Promise<Received> {
    const raw = toMessage(incoming);
    const handed: Handed = { records: 0, duplicates: 0 };
    const hand: Hand = async (batch) => {
      const { routed } = await box.commit({ ...unitOf(batch), owned });
      handed.first ??= routed[0];
      handed.records += routed.length;
      handed.duplicates += routed.filter(({ duplicateOf }) => duplicateOf !== undefined).length;
    };
    const receipt = { raw, key: incoming.key, recoverable: !twoWay, ...(twoWay ? {} : { hand }) };
    return { raw, incoming, handed, prepared: await prepare(receipt, options, signal) };
  }

  const submitting =
    (owned: readonly Owned[]): Submit =>
    async (batch, signal, watermark) => {
      const received = await Promise.all(batch.map((incoming) => receive(incoming, owned, signal)));
      const answers = twoWay ? answering.expect(received.map(({ prepared }) => prepared)) : undefined;
      try {
        const receipt = await box.commit({ ...unitOf(joined(received)), owned, ...moved(watermark) });
        const results = submissions(received, receipt, answers);
        if (results.some(({ outcome }) => outcome !== 'duplicate')) options.onArrival?.();
        return results;
      } catch (thrown) {
        answers?.forget(thrown);
        throw thrown;
      }
    };

  function moved(watermark: WatermarkMove | undefined): Pick<Unit, 'watermarks'> {
    if (!watermark) return {};
    const { from = null, to } = watermark;
    return { watermarks: [{ name: subscriber, from, to }] };
  }

  function joined(received: readonly Received[]): Batch {
    return {
      publications: received.flatMap(({ prepared }) => (prepared.ok ? prepared.publications : [])),
      suspensions: received.flatMap((entry) =>
        entry.prepared.ok ? entry.prepared.suspensions : [suspension(entry, entry.prepared)],
      ),
    };
  }

  function unitOf({ publications: publish, suspensions: suspend }: Batch): Unit {
    const now = clock.now();
    const track = [
      ...publish.map(({ message }) => tracked('message-received', message, {})),
      ...suspend.map(({ message, code }) => tracked('message-suspended', message, { code })),
    ];
    return { now, publish, suspend, track };
  }

  function suspension({ raw, incoming: { key } }: Received, { error, begun }: Prepared & { ok: false }): Suspension {
    const keys = receiptKeys(options, key, begun ? 'rest' : 0);
    const known = begun && key !== undefined ? [[RECEIPT, carried(key)] as const] : [];
    const message = { ...raw, context: withProperties(raw.context, known) };
    const held = { message, subscriber, code: error.code, reason: error.message, resumable: true, keys };
    return reported(held, error);
  }

  function reported(held: Suspension, error: BusError): Suspension {
    if (!port.routeFailed) return held;
    const where = { receivePort: port.name, receiveLocation: location.name, at: clock.now() };
    return { ...held, report: failureReport(held.message, error, where, held.message.id) };
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
    return received.map(({ raw, prepared, handed }) => {
      if (!prepared.ok) {
        const kept = receipt.suspended[suspended++]!;
        const messageId = kept.duplicateOf ?? raw.id;
        told('message-suspended', { message: messageId, code: prepared.error.code, reason: prepared.error.message });
        return { messageId, outcome: 'suspended', error: prepared.error };
      }
      const results = receipt.routed.slice(routed, routed + prepared.publications.length);
      routed += results.length;
      const ended = receipt.suspended.slice(suspended, suspended + prepared.suspensions.length);
      suspended += ended.length;
      for (const { message, code, reason } of prepared.suspensions) {
        told('message-suspended', { message: message.id, code, reason });
      }
      const first = handed.first ?? results[0];
      if (!first && prepared.error)
        return { messageId: ended[0]?.message ?? raw.id, outcome: 'suspended', error: prepared.error };
      const known = handed.duplicates + results.filter(({ duplicateOf }) => duplicateOf !== undefined).length;
      const duplicate = first !== undefined && known === handed.records + results.length;
      const messageId = first?.duplicateOf ?? first?.message ?? raw.id;
      const outcome = duplicate ? 'duplicate' : 'accepted';
      if (duplicate) told('message-duplicate', { message: messageId });
      return { messageId, outcome, ...(answers && first ? { response: answers.take(first), keepAnswer } : {}) };
    });
  }

  /** Nothing goes on with it: its request was answered with the error. */
  async function keepAnswer(answer: Message, error: BusError): Promise<void> {
    const context = new Map([...answer.context].map(([name, { value }]) => [name, carried(value)] as const));
    const message: Message = { ...answer, id: newId(), context };
    const { code, message: reason } = error;
    const held = reported({ message, subscriber, code, reason, resumable: false }, error);
    await box.commit(unitOf({ publications: [], suspensions: [held] }));
    told('message-suspended', { message: message.id, code, reason });
  }

  async function handle(delivery: Delivery, signal: AbortSignal): Promise<void> {
    if (delivery.work.kind !== 'message') return;
    const raw = delivery.work.message;
    const pipeline = afterUnpacking(location.pipeline, raw);
    const prepared = await prepare(resumed(raw), { ...options, location: { ...location, pipeline } }, signal);
    await box.commit(resumedUnit(delivery, raw, prepared));
  }

  /** Its records are known by the key of their receipt where a part of it was published, else by the message itself. */
  function resumed(suspended: Message): PreparedReceipt {
    const raw = { ...suspended, context: withoutProgress(suspended.context) };
    if (twoWay) return { raw, key: undefined, recoverable: false };
    const hand: Hand = async (batch) => void (await box.commit(unitOf(batch)));
    const one = isRecord(raw.context);
    const receipt = one ? undefined : textOf(suspended.context, RECEIPT);
    return { raw, key: receipt ?? `resumed ${raw.id}`, hand, recoverable: !one, done: doneOf(suspended.context) };
  }

  function resumedUnit({ lease }: Delivery, raw: Message, prepared: Prepared): Unit {
    const now = clock.now();
    if (!prepared.ok) {
      const { code, message: reason } = prepared.error;
      const settle: Settlement = { lease, as: 'suspend', code, reason, resumable: true };
      return { now, settle: [settle], track: [tracked('message-suspended', raw, { code })] };
    }
    const publish = twoWay ? replying(prepared.publications, replyTo) : prepared.publications;
    const suspend = prepared.suspensions;
    const track = publish.map(({ message }) => tracked('message-received', message, { resumed: true }));
    return { now, settle: [{ lease, as: 'done' }], publish, suspend, track };
  }

  return { submit: submitting([]), submitAs: (owned) => submitting([owned]), handle };
}

type Batch = Pick<PreparedRecords, 'publications' | 'suspensions'>;
type Answers = ReturnType<ReturnType<typeof createAnswering>['expect']>;
