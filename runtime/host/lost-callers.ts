/** Puts away what waits for callers who have gone with their host: the answers are late, and stay on record. */
import type { Clock } from '../contracts/clock.ts';
import type { TrackingEvent } from '../contracts/events.ts';
import type { Delivery, MessageBox } from '../contracts/message-box.ts';
import type { Owned } from '../contracts/ownership.ts';
import { subscriberOf } from '../contracts/properties.ts';
import { TENURE } from './ownership.ts';

const BATCH = 100;

/** Nobody waits at the host any more: its subscription goes, then what had come by it. Gives the number of answers. */
export async function forgetCallers(
  host: string,
  owned: readonly Owned[],
  box: MessageBox,
  clock: Clock,
): Promise<number> {
  const subscriber = subscriberOf.responses(host);
  await box.commit({ now: clock.now(), owned, unsubscribe: [subscriber] });
  let count = 0;
  for (;;) {
    const now = clock.now();
    const left = await box.claim({ subscriber, limit: BATCH, now, leaseUntil: now + TENURE });
    if (left.length === 0) return count;
    const settle = left.map(({ lease }) => ({ lease, as: 'done' as const }));
    await box.commit({ now, owned, settle, track: left.flatMap((delivery) => lateAnswer(delivery, now)) });
    count += left.length;
  }
}

function lateAnswer({ work }: Delivery, at: number): TrackingEvent[] {
  return work.kind === 'message' ? [{ name: 'response-late', at, message: work.message.id, data: {} }] : [];
}
