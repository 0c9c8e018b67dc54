/** What a delivery is to an instance: the event that takes it further. */
import type { Instant } from '../contracts/clock.ts';
import type { BoundOrchestration, Deployment } from '../contracts/deployment.ts';
import { bytesOf, type Message } from '../contracts/message.ts';
import type { Delivery } from '../contracts/message-box.ts';
import type { Event, Instance, Loaded } from '../contracts/orchestration.ts';
import { ACK, BUS } from '../contracts/properties.ts';
import { isConvoy } from '../contracts/routing.ts';
import type { SchemaSet } from '../contracts/schema.ts';
import { busError } from '../errors/bus-error.ts';
import { awaitOf, deliveryOf, responseOf } from './carry-out.ts';
import { load, loadNow } from './documents.ts';
import { activationOf } from './subscriptions.ts';

export interface Running {
  readonly deployment: Deployment;
  readonly bound: BoundOrchestration;
  readonly instance: Instance;
}

/** What a delivery brings, read: a message with its document, or what a refusal tells. */
export type Content = { readonly kind: 'nothing' } | { readonly kind: 'document'; readonly message: Loaded } | Refusal;

interface Refusal {
  readonly kind: 'refusal';
  readonly told: Told;
}

interface Told {
  readonly code: string;
  readonly fault?: string;
  readonly reason: string;
  readonly detail?: unknown;
}

/** More ancestors than this and a message is taken to go in a circle. */
const HOP_LIMIT = 50;

export async function contentOf(delivery: Delivery, schemas: SchemaSet): Promise<Content> {
  const { work } = delivery;
  const kind = kindOf(delivery);
  if (kind === 'nothing' || work.kind !== 'message') return { kind: 'nothing' };
  if (kind === 'document') return { kind, message: await load(work.message, schemas) };
  return refusalIn(await bytesOf(work.message.parts[0]));
}

/** The same where the bytes are at hand. */
export function contentNow(delivery: Delivery, schemas: SchemaSet): Content | undefined {
  const { work } = delivery;
  const kind = kindOf(delivery);
  if (kind === 'nothing' || work.kind !== 'message') return { kind: 'nothing' };
  if (kind === 'document') {
    const message = loadNow(work.message, schemas);
    return message && { kind, message };
  }
  const { bytes } = work.message.parts[0];
  return bytes && refusalIn(bytes);
}

function kindOf({ work, subscription }: Delivery): Content['kind'] {
  if (work.kind !== 'message') return 'nothing';
  const { context } = work.message;
  if (deliveryOf(subscription) !== undefined) return context.get(ACK.type)?.value === 'ACK' ? 'nothing' : 'refusal';
  return responseOf(subscription) !== undefined && context.get(BUS.fault)?.value === true ? 'refusal' : 'document';
}

const refusalIn = (bytes: Uint8Array): Refusal => ({
  kind: 'refusal',
  told: JSON.parse(Buffer.from(bytes).toString('utf8')) as Told,
});

/** Throws HOP_LIMIT. */
export function eventOf(delivery: Delivery, running: Running, content: Content, at: Instant): Event {
  const { work, subscription } = delivery;
  if (work.kind === 'timer') return { kind: 'timer', id: work.timer, at };
  if (work.kind === 'signal') return { kind: work.signal, at };
  const hops = Number(work.message.context.get(BUS.hops)?.value ?? 0);
  if (hops > HOP_LIMIT) throw busError('HOP_LIMIT', { hops, limit: HOP_LIMIT });
  const notified = deliveryOf(subscription);
  const request = responseOf(subscription);
  if (content.kind === 'nothing') return { kind: 'delivered', id: notified!, at };
  if (content.kind === 'document') {
    const { message } = content;
    return request === undefined
      ? { ...received(delivery, message, running), at }
      : { kind: 'responded', id: request, message, at };
  }
  const { told } = content;
  return notified === undefined
    ? { kind: 'refused', id: request!, ...told, at }
    : { kind: 'undelivered', id: notified, ...told, at };
}

function received({ subscription }: Delivery, message: Loaded, { bound }: Running) {
  const awaited = awaitOf(subscription);
  if (awaited !== undefined) {
    return { kind: 'received', port: logicalPort(bound, message), message, await: awaited } as const;
  }
  const port = isConvoy(subscription) ? logicalPort(bound, message) : portOf(bound, subscription, message);
  return { kind: 'received', port, message } as const;
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
