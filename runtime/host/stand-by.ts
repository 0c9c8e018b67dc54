/**
 * A receive location that takes over for another: it opens once that one has failed for so long, and closes when it works
 * again, or stays. Each host judges by its own. An exclusive one is never open together with its primary: what the primary
 * takes in waits until it is closed.
 */
import type { Clock, Instant } from '../contracts/clock.ts';
import type { StandbyPolicy } from '../contracts/deployment.ts';
import type { BusEvent } from '../contracts/events.ts';
import type { PartStatus } from './part-status.ts';

export interface Primary {
  readonly name: string;
  status(): PartStatus;
  stop(): Promise<void>;
  /** Called before anything that it takes in is committed, which waits for it. */
  holdWith(before: () => Promise<void>): void;
}

export interface StandbyOptions {
  readonly name: string;
  readonly primary: Primary;
  readonly policy: StandbyPolicy;
  readonly clock: Clock;
  readonly emit: (event: BusEvent) => void;
}

interface Running {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface StandingBy extends Running {
  /** It would run if its primary failed. */
  readonly isWaiting: boolean;
}

/** How often (ms) it looks at its primary. */
const EVERY = 1000;

export function standingBy(running: Running, { name, primary, policy, clock, emit }: StandbyOptions): StandingBy {
  let wanted = false;
  let isOpen = false;
  let failingSince: Instant | undefined;
  let cancel = () => {};
  /** One change after the other. */
  let last: Promise<void> = Promise.resolve();

  if (policy.exclusive && policy.returns) primary.holdWith(() => change(false));

  /** What it should be by now. */
  function judged(): boolean {
    const { state, failures } = primary.status();
    if (state !== 'failed') failingSince = undefined;
    else failingSince ??= clock.now();
    if (isOpen) return !(policy.returns && state === 'running' && failures === 0);
    return failingSince !== undefined && clock.now() - failingSince >= policy.after;
  }

  function change(open: boolean): Promise<void> {
    last = last.then(() => settle(open && wanted));
    return last;
  }

  async function settle(open: boolean): Promise<void> {
    if (open === isOpen) return;
    isOpen = open;
    failingSince = undefined;
    if (open) await opened();
    else await closed();
  }

  async function opened(): Promise<void> {
    const { error } = primary.status();
    emit({ name: 'standby-opened', at: clock.now(), data: { location: name, primary: primary.name, ...error } });
    if (policy.exclusive && !policy.returns) await primary.stop();
    await running.start();
  }

  async function closed(): Promise<void> {
    await running.stop();
    if (wanted) emit({ name: 'standby-closed', at: clock.now(), data: { location: name, primary: primary.name } });
  }

  function look(): void {
    const next = judged();
    const done = next === isOpen ? last : change(next);
    cancel = clock.schedule(EVERY, () => void done.then(() => wanted && look()));
  }

  return {
    start: async () => {
      wanted = true;
      look();
    },
    stop: () => {
      wanted = false;
      cancel();
      return change(false);
    },
    get isWaiting() {
      return wanted && !isOpen;
    },
  };
}
