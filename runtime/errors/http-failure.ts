/** What an HTTP status other than success means for a message: try again, mend it, or mend the access. */
import type { Instant } from '../contracts/clock.ts';
import type { BusError, BusErrorOptions } from '../contracts/errors.ts';
import { busError } from './bus-error.ts';

export interface HttpFailure {
  /** What people know the far end by. */
  readonly endpoint: string;
  readonly status: number;
  /** What the answer says, in a few words. */
  readonly says?: string | undefined;
  /** Plain JSON of the answer's body. */
  readonly detail?: unknown;
  readonly retryAfter?: string | undefined;
}

const BUSY = new Set([408, 425, 429, 503]);

/** `now` resolves a Retry-After that is a date. */
export function httpFailure({ endpoint, status, says, detail, retryAfter }: HttpFailure, now: Instant): BusError {
  const values = { endpoint, reason: says ? `status ${status}: ${says}` : `status ${status}` };
  const pause = retryAfter === undefined ? undefined : pauseOf(retryAfter, now);
  const options: BusErrorOptions = { detail, ...(pause === undefined ? {} : { retryAfter: pause }) };
  if (BUSY.has(status)) return busError('ENDPOINT_BUSY', values, options);
  if (status >= 500 || status < 200) return busError('ENDPOINT_FAILED', values, options);
  if (status === 401 || status === 403 || status === 407) return busError('ENDPOINT_DENIED', values, options);
  return busError('ENDPOINT_REFUSED', values, options);
}

const LONGEST = 24 * 3_600_000;

/** Milliseconds: Retry-After is a number of seconds or an HTTP date; at most a day. */
function pauseOf(header: string, now: Instant): number | undefined {
  const text = header.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), LONGEST);
}
