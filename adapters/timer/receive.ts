/**
 * Hands over a message at each time of its schedule. Its key is the scheduled time, so that however often a time is made up
 * for, and on whatever host, it counts once.
 */
import type { AdapterContext, Incoming, ReceiveLocation, Submit } from '../../runtime/contracts/adapter.ts';
import type { Instant } from '../../runtime/contracts/clock.ts';
import { parseDuration } from '../../runtime/contracts/duration.ts';
import { type Property, partOf } from '../../runtime/contracts/message.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { defaults, type TimerConfig } from './config.ts';
import { scheduleOf } from './schedule.ts';

/** Clocks are set: none is waited for longer (ms) without a look at it. */
const LONGEST_WAIT = 30_000;

export function receiveTimes(config: TimerConfig, context: AdapterContext): ReceiveLocation {
  const { cron, zone, missed, within, body } = { ...defaults, ...config };
  const schedule = scheduleOf(cron, zone);
  const { clock } = context;
  /** Up to here all is handed over. */
  let done: Instant | undefined;

  async function run(submit: Submit, signal: AbortSignal): Promise<void> {
    done ??= missed === 'skip' ? clock.now() : clock.now() - parseDuration(within)!;
    while (!signal.aborted) {
      const due = next(done, clock.now());
      if (due !== undefined && due <= clock.now()) {
        await submit([incomingAt(due)], signal);
        done = due;
      } else await wait(due === undefined ? LONGEST_WAIT : due - clock.now(), signal);
    }
  }

  /** Of several that are due, the last one stands for all unless each is to be made up for. */
  function next(from: Instant, now: Instant): Instant | undefined {
    const first = schedule.after(from);
    if (first === undefined || first > now || missed === 'all') return first;
    return schedule.lastWithin(from, now);
  }

  async function wait(ms: number, signal: AbortSignal): Promise<void> {
    try {
      await clock.sleep(Math.min(ms, LONGEST_WAIT), signal);
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
    }
  }

  function incomingAt(instant: Instant): Incoming {
    const scheduledAt = new Date(instant).toISOString();
    const bytes = new TextEncoder().encode(JSON.stringify({ ...body, scheduledAt }));
    const properties: [string, Property][] = [
      [BUS.sourceName, { value: context.name, promoted: false }],
      ['timer.scheduledAt', { value: scheduledAt, promoted: false }],
    ];
    return { parts: [partOf(bytes, 'application/json')], context: new Map(properties), key: scheduledAt };
  }

  return { run };
}
