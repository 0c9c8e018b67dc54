/**
 * The far ends of a test: which of them are away, what they answer by themselves, and what a send port does meanwhile: it tries again
 * as its `retry` says, without jitter, then by its backup, then gives up. Pure: simulated time.
 */
import type { RetryPolicy } from '../contracts/deployment.ts';

/** A send port as far as a test knows it. */
export interface TestedPort {
  readonly name: string;
  readonly retry: RetryPolicy;
  readonly backup?: string;
}

/** What a far end does with the next message: in turn, the last one for all further ones. */
export interface Stub {
  readonly respond?: unknown;
  readonly fault?: unknown;
  /** Milliseconds until it answers. */
  readonly after: number;
}

export interface Attempt {
  readonly port: string;
  /** From 1, at this port. */
  readonly number: number;
}

export type Fate =
  | { readonly kind: 'arrives'; readonly via: string }
  | { readonly kind: 'again'; readonly after: number; readonly attempt: Attempt }
  | { readonly kind: 'given-up'; readonly port: string; readonly attempts: number };

export interface FarEnds {
  /** The first attempt of a send by a logical port. */
  first(logical: string): Attempt;
  fateOf(attempt: Attempt, now: number): Fate;
  /** The far end of the logical port is away for so long. */
  down(logical: string, from: number, ms: number): void;
  /** What the far end of the logical port does with a message that arrives; undefined leaves it to the steps of the case. */
  stubOf(logical: string): Stub | undefined;
}

export interface FarEndsOptions {
  /** Logical port to the send port it is bound to. */
  readonly bound: ReadonlyMap<string, string>;
  readonly ports: ReadonlyMap<string, TestedPort>;
  readonly stubs: ReadonlyMap<string, readonly Stub[]>;
}

export const NO_RETRY: RetryPolicy = { attempts: 1, first: 0, factor: 1, max: 0 };

export function createFarEnds({ bound, ports, stubs }: FarEndsOptions): FarEnds {
  const away = new Map<string, { readonly from: number; readonly until: number }[]>();
  const turns = new Map<string, number>();
  const physical = (logical: string) => bound.get(logical) ?? logical;

  const isAway = (port: string, now: number) =>
    (away.get(port) ?? []).some(({ from, until }) => from <= now && now < until);

  function failed({ port, number }: Attempt): Fate {
    const { retry, backup } = ports.get(port) ?? { retry: NO_RETRY, backup: undefined };
    if (number < retry.attempts) {
      const after = Math.min(retry.max, retry.first * retry.factor ** (number - 1));
      return { kind: 'again', after, attempt: { port, number: number + 1 } };
    }
    if (backup !== undefined) return { kind: 'again', after: 0, attempt: { port: backup, number: 1 } };
    return { kind: 'given-up', port, attempts: number };
  }

  return {
    first: (logical) => ({ port: physical(logical), number: 1 }),
    fateOf: (attempt, now) => (isAway(attempt.port, now) ? failed(attempt) : { kind: 'arrives', via: attempt.port }),
    down: (logical, from, ms) => {
      const port = physical(logical);
      away.set(port, [...(away.get(port) ?? []), { from, until: from + ms }]);
    },
    stubOf: (logical) => {
      const list = stubs.get(logical) ?? [];
      const turn = turns.get(logical) ?? 0;
      turns.set(logical, turn + 1);
      return list[Math.min(turn, list.length - 1)];
    },
  };
}
