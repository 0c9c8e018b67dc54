/** What becomes of a failed attempt: pure, so that the policy can be read and tested in one place. */
import type { Random } from '../contracts/clock.ts';
import type { RetryPolicy } from '../contracts/deployment.ts';
import type { BusError } from '../contracts/errors.ts';

export type Verdict = { readonly kind: 'retry'; readonly after: number } | { readonly kind: 'give-up' };

/** Only transient errors are worth another attempt; the far end's Retry-After is a lower bound of the pause. */
export function verdictOn(error: BusError, attempt: number, policy: RetryPolicy, random: Random): Verdict {
  if (error.kind !== 'transient' || attempt >= policy.attempts) return { kind: 'give-up' };
  return { kind: 'retry', after: Math.max(pauseAfter(attempt, policy, random), error.retryAfter ?? 0) };
}

/** Milliseconds to wait after attempt number `attempt` (from 1): exponential, capped, 20 % jitter either way. */
export function pauseAfter(attempt: number, policy: Omit<RetryPolicy, 'attempts'>, random: Random): number {
  const pause = Math.min(policy.max, policy.first * policy.factor ** (attempt - 1));
  return Math.round(pause * (0.8 + 0.4 * random()));
}
