/** A curve: what a message costs with more and more of something else in the MessageBox. */
import type { Delivery, MessageBox } from '../../runtime/contracts/message-box.ts';
import { claimBy } from './mail.ts';

/** How many publish, claim and settle at a time. */
export const WORKERS = 64;

export interface Curve {
  readonly item: string;
  readonly sizes: readonly number[];
  /** Before anything is put in. */
  prepare?(box: MessageBox): Promise<void>;
  /** Brings the box from one size to the next. Not timed. */
  grow(box: MessageBox, from: number, to: number): Promise<void>;
  /** Publishes one message, claims one and settles it: `WORKERS` do so at a time. */
  cycle(box: MessageBox, worker: number): Promise<void>;
}

/** There always is one, for every worker publishes before it claims; none would mean that something else was measured. */
export async function claimOne(box: MessageBox, subscriber: string): Promise<Delivery> {
  const [delivery] = await box.claim(claimBy(subscriber, 1));
  if (!delivery) throw new Error(`Nothing was to be claimed by ${subscriber}, though it had just been published.`);
  return delivery;
}
