/**
 * Back-pressure: where too much waits at send ports and orchestrations, the receive ports that feed them take nothing in until
 * enough of it is gone. Only what could go on now counts: not what waits at a port that an operator stopped, that is outside its
 * window or whose circuit is open, and not what waits for its next attempt. So a broken far end slows nothing but its own port.
 */
import type { Clock } from '../contracts/clock.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { BusEvent } from '../contracts/events.ts';
import type { MessageBox } from '../contracts/message-box.ts';
import { subscriberOf } from '../contracts/properties.ts';
import type { ThrottlePolicy } from '../contracts/throttle.ts';
import { asBusError } from '../errors/as-bus-error.ts';
import { feedsOf } from './feeds.ts';

export interface ThrottleOptions {
  readonly box: MessageBox;
  readonly clock: Clock;
  readonly emit: (event: BusEvent) => void;
  /** This host's share. */
  readonly deployment: Deployment;
  readonly policy: ThrottlePolicy;
  /** Subscribers that take nothing at the moment: outside their window, or with an open circuit. */
  readonly idle: () => readonly string[];
}

export interface Throttle {
  /** Whether the receive port of that name takes nothing in for now. */
  isOn(port: string): boolean;
  /** Called whenever that may have changed. */
  onChange(listener: () => void): void;
  /** Resolves once it knows for the first time. */
  start(): Promise<void>;
  /** Resolves when nothing of it is under way. */
  stop(): Promise<void>;
}

/** How often (ms) it looks. */
const EVERY = 2000;

export function createThrottle({ box, clock, emit, deployment, policy, idle }: ThrottleOptions): Throttle {
  const feeds = feedsOf(deployment);
  const own = new Set([
    ...deployment.sendPorts.map(({ name }) => subscriberOf.sendPort(name)),
    ...deployment.orchestrations.map(({ program }) => subscriberOf.orchestration(program.name)),
  ]);
  const on = new Set<string>();
  const listeners: (() => void)[] = [];
  let isStopped = true;
  let cancel = () => {};
  let looking = Promise.resolve();

  async function look(): Promise<void> {
    try {
      const waiting = await waitingBy();
      for (const [port, fed] of feeds) judge(port, fed, waiting);
      for (const listener of listeners) listener();
    } catch (thrown) {
      const { code, message: reason } = asBusError(thrown, 'throttle');
      emit({ name: 'store-failed', at: clock.now(), data: { subscriber: 'throttle', code, reason } });
    }
  }

  /** Of active subscribers that this host runs. */
  async function waitingBy(): Promise<Map<string, number>> {
    const [{ deliveries }, stopped] = await Promise.all([box.inspection.counts(clock.now()), box.inspection.stopped()]);
    const still = new Set([...idle(), ...stopped.map(({ subscriber }) => subscriber)]);
    const counted = deliveries.filter(
      ({ subscriber, state }) => state === 'ready' && own.has(subscriber) && !still.has(subscriber),
    );
    return new Map(counted.map(({ subscriber, count }) => [subscriber, count]));
  }

  function judge(port: string, fed: ReadonlySet<string>, waiting: ReadonlyMap<string, number>): void {
    const share = on.has(port) ? policy.resume : 1;
    const over = reason(fed, waiting, share);
    if ((over !== undefined) === on.has(port)) return;
    if (over) on.add(port);
    else on.delete(port);
    const name = over ? 'throttling-began' : 'throttling-ended';
    emit({ name, at: clock.now(), data: { port, ...over } });
  }

  function reason(fed: ReadonlySet<string>, waiting: ReadonlyMap<string, number>, share: number) {
    const total = [...waiting.values()].reduce((sum, count) => sum + count, 0);
    const { waiting: most, perPort } = policy;
    if (most !== undefined && total > most * share) return { waiting: total, limit: most };
    if (perPort === undefined) return undefined;
    const full = [...waiting].find(([subscriber, count]) => fed.has(subscriber) && count > perPort * share);
    return full && { subscriber: full[0], waiting: full[1], limit: perPort };
  }

  function again(): void {
    if (isStopped) return;
    cancel = clock.schedule(EVERY, () => {
      looking = look().then(again);
    });
  }

  return {
    isOn: (port) => on.has(port),
    onChange: (listener) => void listeners.push(listener),
    start: async () => {
      isStopped = false;
      looking = look().then(again);
      await looking;
    },
    stop: async () => {
      isStopped = true;
      cancel();
      await looking;
    },
  };
}
