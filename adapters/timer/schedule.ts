/** The instants that a cron expression names. */
import { Cron } from 'croner';
import type { Instant } from '../../runtime/contracts/clock.ts';
import { reasonOf } from '../../runtime/errors/as-bus-error.ts';

export interface Schedule {
  /** The first one after the instant; undefined when there is none any more. */
  after(instant: Instant): Instant | undefined;
  /** The last one up to and with `until` that comes after `from`. */
  lastWithin(from: Instant, until: Instant): Instant | undefined;
}

/** Throws what is wrong with the expression or the zone. */
export function scheduleOf(expression: string, zone: string): Schedule {
  const cron = new Cron(expression, { timezone: zone, paused: true });
  const after = (instant: Instant) => cron.nextRun(new Date(instant))?.getTime();
  return {
    after,
    lastWithin: (from, until) => {
      let found: Instant | undefined;
      for (let next = after(from); next !== undefined && next <= until; next = after(next)) found = next;
      return found;
    },
  };
}

/** Undefined when nothing is. `from`: some instant, as none of its own is known here. */
export function problemOf(expression: string, zone: string, from: Instant): string | undefined {
  try {
    return scheduleOf(expression, zone).after(from) === undefined ? 'it names no time that will ever come' : undefined;
  } catch (thrown) {
    return reasonOf(thrown)
      .replace(/^Cron\w+: /, '')
      .replace(/\. .*$/s, '')
      .replace(/\.$/, '');
  }
}
