/**
 * When a send port may send at all: within its window, and not while its circuit is open. What waits at a closed gate is not
 * claimed, so that no attempt is spent on it. Once a circuit has been open for its pause, one send goes ahead; it closes
 * the circuit or opens it again.
 */
import type { Calendar } from '../contracts/calendar.ts';
import type { Clock, Instant } from '../contracts/clock.ts';
import type { BreakerPolicy } from '../contracts/deployment.ts';
import type { BusError } from '../contracts/errors.ts';
import type { BusEvent } from '../contracts/events.ts';
import { openFrom } from '../expressions/dates/service-hours.ts';

export interface Gate {
  /** Now, or when to ask again. */
  opensAt(now: Instant): Instant;
  /** Sends that may be under way while it is open. */
  most(): number;
  /** What became of a send. */
  sent(): void;
  failed(error: BusError): void;
  readonly state: 'open' | 'outside-window' | 'circuit-open';
}

export interface GateOptions {
  readonly name: string;
  readonly window: Calendar | undefined;
  readonly breaker: BreakerPolicy | undefined;
  readonly clock: Clock;
  readonly emit: (event: BusEvent) => void;
}

export function createGate({ name, window, breaker, clock, emit }: GateOptions): Gate {
  let failures = 0;
  let until: Instant | undefined;

  const tell = (event: string, data: Readonly<Record<string, string | number>>) =>
    emit({ name: event, at: clock.now(), data: { port: name, ...data } });
  const windowFrom = (now: Instant) => (window ? Math.max(now, Math.ceil(openFrom(window, now / 1000) * 1000)) : now);
  const opensAt = (now: Instant) => Math.max(windowFrom(now), until ?? now);

  return {
    opensAt,
    most: () => (until === undefined ? Number.POSITIVE_INFINITY : 1),
    sent: () => {
      failures = 0;
      if (until !== undefined) tell('circuit-closed', {});
      until = undefined;
    },
    failed: (error) => {
      if (!breaker || error.kind !== 'transient') return;
      failures += 1;
      if (failures < breaker.failures) return;
      if (until === undefined) tell('circuit-opened', { failures, code: error.code, reason: error.message });
      until = clock.now() + Math.max(breaker.pause, error.retryAfter ?? 0);
    },
    get state() {
      const now = clock.now();
      if (until !== undefined && until > now) return 'circuit-open';
      return windowFrom(now) > now ? 'outside-window' : 'open';
    },
  };
}
