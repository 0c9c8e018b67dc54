/**
 * Limits that all hosts of a bus share through Redis. A slot of `concurrent` is a lease: its host renews it as long as the
 * send is under way, so the slots of a host that died come free. One host asks for one permit of a name at a time, in the
 * order of the calls; no host waits for ever while another sends.
 */
import type { Clock, NewId } from '../contracts/clock.ts';
import type { Limit, Permit } from '../contracts/limiter.ts';
import { capacityOf } from './capacity.ts';
import { createLocalLimiter } from './local.ts';
import { type Client, connectRedis } from './redis-link.ts';

export interface RedisLimiterOptions {
  readonly url: string;
  /** The bus: hosts of one name share their limits. */
  readonly bus: string;
  readonly clock: Clock;
  readonly newId: NewId;
  /** How long (ms) a slot outlives the host that holds it. */
  readonly lease?: number;
  /** Redis went away, for this reason, or came back. */
  readonly changed: (reason: string | undefined) => void;
}

export interface RedisLimiter {
  readonly up: boolean;
  /** How many hosts shared the limits when Redis was last there, this one included. */
  readonly hosts: number;
  /** Resolves once it is known for the first time whether Redis is there. */
  readonly known: Promise<void>;
  /** As a Limiter does, but resolves with undefined when Redis is away or goes away; nothing is then taken. */
  acquire(name: string, limit: Limit, signal: AbortSignal): Promise<Permit | undefined>;
  /** Counts a send that was permitted while Redis was away: Redis is told as soon as it is back. */
  adopt(name: string, limit: Limit): Permit;
  close(): Promise<void>;
}

const LEASE = 15_000;
const BEATS_IN_LEASE = 3;
/** How long (ms) a Redis that started anew waits for hosts to tell what is under way; longer than they take to reconnect. */
const SETTLE = 2000;
/** How soon (ms) a host asks again that waits for another's slot, and how late at most. */
const POLL = 25;
const LONGEST = 1000;
/** How long (ms) a host waits before it goes before others that ask. */
const TURN = 250;

export function createRedisLimiter(options: RedisLimiterOptions): RedisLimiter {
  const { bus, clock, newId, lease = LEASE } = options;
  const host = newId();
  /** One host asks for one permit of a name at a time. */
  const turns = createLocalLimiter(clock);
  /** Permit to name: those that hold a slot, and those whose slot Redis may not know to be free. */
  const held = new Map<string, string>();
  const returned = new Map<string, string>();
  const waking = new Map<string, () => void>();
  /** Names of which a send ended since they last asked. */
  const freed = new Set<string>();
  const releasing = new Set<Promise<unknown>>();
  let hosts = 1;

  const link = connectRedis({
    url: options.url,
    clock,
    every: lease / BEATS_IN_LEASE,
    beat,
    changed: (reason) => {
      for (const wake of waking.values()) wake();
      options.changed(reason);
    },
  });

  const key = (...parts: readonly string[]) => [`{guildhall:${bus}}`, 'limits', ...parts].join(':');
  const slotsOf = (name: string) => key('port', name, 'slots');

  async function beat(client: Client): Promise<void> {
    const told = [...returned];
    const permits = [...[...held].map(([id, name]) => [`+${id}`, name]), ...told.map(([id, name]) => [`-${id}`, name])];
    const keys = [key('hosts'), ...permits.map(([, name]) => slotsOf(name!))];
    hosts = await client.beat(keys.length, ...keys, host, lease, ...permits.map(([id]) => id!));
    for (const [id] of told) returned.delete(id);
  }

  async function acquire(name: string, limit: Limit, signal: AbortSignal): Promise<Permit | undefined> {
    const turn = await turns.acquire(name, { concurrent: 1 }, signal);
    const id = newId();
    try {
      for (;;) {
        freed.delete(name);
        const wait = await ask(name, limit, id);
        if (wait === 0) return hold(id, name, limit);
        if (wait === undefined) return undefined;
        if (!freed.has(name)) await pause(name, wait, signal);
      }
    } catch (thrown) {
      track(link.call((client) => client.zrem(key('port', name, 'queue'), host)));
      throw thrown;
    } finally {
      turn.release();
    }
  }

  /** 0: it is taken. Else how long (ms) to wait; undefined when Redis is away. */
  async function ask(name: string, { concurrent = 0, perSecond = 0 }: Limit, id: string): Promise<number | undefined> {
    const keys = [key('run'), ...['slots', 'queue', 'seen', 'bucket'].map((part) => key('port', name, part))];
    const capacity = perSecond > 0 ? capacityOf(perSecond) : 0;
    const answer = await link.call((client, run) =>
      client.acquire(
        keys.length,
        ...keys,
        run,
        host,
        id,
        concurrent,
        perSecond,
        capacity,
        lease,
        SETTLE,
        POLL,
        LONGEST,
        TURN,
      ),
    );
    if (answer === undefined && concurrent > 0) returned.set(id, name);
    return answer;
  }

  /** Until `ms` have passed, a send of this name has ended, or Redis went or came. Rejects when `signal` aborts. */
  async function pause(name: string, ms: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = () => reject(signal.reason);
    const cancel = clock.schedule(ms, resolve);
    waking.set(name, resolve);
    signal.addEventListener('abort', abort, { once: true });
    try {
      signal.throwIfAborted();
      await promise;
    } finally {
      cancel();
      waking.delete(name);
      signal.removeEventListener('abort', abort);
    }
  }

  function hold(id: string, name: string, limit: Limit): Permit {
    if (limit.concurrent !== undefined) held.set(id, name);
    return {
      release: () => {
        if (held.delete(id)) track(giveBack(id, name));
      },
    };
  }

  async function giveBack(id: string, name: string): Promise<void> {
    returned.set(id, name);
    const telling = link.call((client) => client.zrem(slotsOf(name), id));
    // Whoever waits here asks behind it on the same connection, without waiting for the answer.
    freed.add(name);
    waking.get(name)?.();
    if ((await telling) !== undefined) returned.delete(id);
  }

  function track(work: Promise<unknown>): void {
    releasing.add(work);
    void work.finally(() => releasing.delete(work));
  }

  return {
    get up() {
      return link.up;
    },
    get hosts() {
      return hosts;
    },
    known: link.known,
    acquire,
    adopt: (name, limit) => hold(newId(), name, limit),
    async close() {
      track(link.call((client) => client.zrem(key('hosts'), host)));
      await Promise.all(releasing);
      link.close();
    },
  };
}
