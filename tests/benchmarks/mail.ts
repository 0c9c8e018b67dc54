/** The messages of benchmarks that ask the MessageBox itself: 1 KB, with the properties that a receive port sets. */

import { type Property, partOf, type Scalar } from '../../runtime/contracts/message.ts';
import type { Delivery, Publication } from '../../runtime/contracts/message-box.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import type { Condition, Subscription } from '../../runtime/contracts/routing.ts';

export const BODY = Buffer.from(JSON.stringify({ text: 'x'.repeat(1013) }));

/** As long as a claim may work. */
const LEASE = 600_000;

let made = 0;

/** A publication of its own id; `properties` are promoted beside what every parcel has. */
export function mail(properties: Readonly<Record<string, Scalar>> = {}): Publication {
  made += 1;
  const id = `0193-bench-${String(made).padStart(25, '0')}`;
  const context = new Map<string, Property>([
    [BUS.messageType, promoted('parcel')],
    [BUS.organisation, promoted('bench')],
    [BUS.receivePort, promoted('in')],
    ['parcel.id', promoted(id)],
  ]);
  for (const [name, value] of Object.entries(properties)) context.set(name, promoted(value));
  return { message: { id, interchange: id, type: 'parcel', parts: [partOf(BODY, 'application/json')], context } };
}

const promoted = (value: Scalar): Property => ({ value, promoted: true });

/** Takes the messages with all these properties. */
export function taking(subscriber: string, properties: Readonly<Record<string, Scalar>>): Subscription {
  const where = [Object.entries(properties).map(([property, value]): Condition => ({ property, op: '=', value }))];
  return { id: `${subscriber} takes`, subscriber, where };
}

export const claimBy = (subscriber: string, limit: number) => {
  const now = Date.now();
  return { subscriber, limit, now, leaseUntil: now + LEASE };
};

export const done = ({ lease }: Delivery) => ({ lease, as: 'done' }) as const;
