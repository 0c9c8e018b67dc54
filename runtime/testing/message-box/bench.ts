/** The bench that a MessageBox is tested on: a new box for every test, and short ways to say what is put into it. */
import { type Message, type Property, partOf, type Scalar } from '../../contracts/message.ts';
import type { Delivery, MessageBox } from '../../contracts/message-box.ts';
import type { Instance } from '../../contracts/orchestration.ts';
import { BUS } from '../../contracts/properties.ts';
import type { Condition, Subscription } from '../../contracts/routing.ts';

export interface OpenedBox {
  readonly box: MessageBox;
  /** Closes the box and opens what it stored; absent for stores that keep nothing. */
  reopen?(): Promise<MessageBox>;
  dispose(): Promise<void>;
}

export type OpenBox = () => Promise<OpenedBox>;

/** Declares one test, with a box of its own. */
export type Check = (title: string, body: (box: MessageBox, opened: OpenedBox) => Promise<void>) => void;

export function createBench(open: OpenBox): Check {
  return (title, body) =>
    test(title, async () => {
      const opened = await open();
      try {
        await body(opened.box, opened);
      } finally {
        await opened.dispose();
      }
    });
}

export const NOW = 1_700_000_000_000;
export const MINUTE = 60_000;

export type Properties = Readonly<Record<string, Scalar>>;

/** All properties promoted. */
export function messageOf(
  id: string,
  properties: Properties = {},
  body: string | Uint8Array = `body of ${id}`,
): Message {
  const context = new Map<string, Property>();
  for (const [name, value] of Object.entries(properties)) context.set(name, { value, promoted: true });
  const type = properties[BUS.messageType];
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const parts: Message['parts'] = [partOf(bytes, 'text/plain')];
  return { id, interchange: id, type: type === undefined ? undefined : String(type), parts, context };
}

/** Takes every message with all these property values. */
export function subscriptionOf(
  subscriber: string,
  properties: Properties,
  more: Partial<Subscription> = {},
): Subscription {
  const group = Object.entries(properties).map(([property, value]): Condition => ({ property, op: '=', value }));
  return { id: `${subscriber} takes`, subscriber, where: [group], ...more };
}

/** Takes messages with `to` = the subscriber. */
export const addressed = (subscriber: string, more: Partial<Subscription> = {}) =>
  subscriptionOf(subscriber, { to: subscriber }, more);

export const mailTo = (subscriber: string, id: string) => ({ message: messageOf(id, { to: subscriber }) });

export function instanceOf(id: string, more: Partial<Instance> = {}): Instance {
  return {
    id,
    program: 'process',
    version: 'v1',
    subscriber: 'orchestration:process',
    interpreter: 1,
    status: 'waiting',
    revision: 1,
    late: 'park',
    messages: [],
    state: { step: 1 },
    ...more,
  };
}

/** Takes messages with `for` = the instance. */
export const awaited = (instance: Instance, id = `${instance.id} awaits`): Subscription =>
  subscriptionOf(instance.subscriber, { for: instance.id }, { id, instance: instance.id });

export const mailFor = (instance: Instance, id: string) => ({ message: messageOf(id, { for: instance.id }) });

export function take(box: MessageBox, subscriber: string, now = NOW, limit = 10): Promise<readonly Delivery[]> {
  return box.claim({ subscriber, limit, now, leaseUntil: now + MINUTE });
}

export const done = ({ lease }: Delivery) => ({ lease, as: 'done' }) as const;
export const retry = ({ lease }: Delivery, at: number) =>
  ({ lease, as: 'retry', at, code: 'FAILED', reason: 'it failed' }) as const;
export const park = ({ lease }: Delivery, resumable = true) =>
  ({ lease, as: 'suspend', code: 'BROKEN', reason: 'it broke', resumable }) as const;

/** What work is about: the message's id, the timer's or the signal's name. */
export function subjectOf({ work }: Delivery): string {
  if (work.kind === 'message') return work.message.id;
  return work.kind === 'timer' ? `timer ${work.timer}` : `signal ${work.signal}`;
}

export const subjects = (deliveries: readonly Delivery[]) => deliveries.map(subjectOf);

export async function deliveryOf(box: MessageBox, message: string) {
  const found = (await box.inspection.deliveries({ message, limit: 10 }, NOW))[0];
  if (!found) throw new Error(`Nothing was delivered of ${message}.`);
  return found;
}

export const refused = (code: string) => expect.objectContaining({ name: 'BusError', code });
