/**
 * A dynamic send port: each address has a sender, a circuit, a limit and places of its own, so that one that is down or slow
 * holds up no other. What finds its address closed or full is given back untouched, and spends no attempt.
 */
import type { AdapterContext, SendPort } from '../contracts/adapter.ts';
import type { BoundSendPort } from '../contracts/deployment.ts';
import type { DynamicPolicy } from '../contracts/dynamic.ts';
import type { Limiter } from '../contracts/limiter.ts';
import type { Message } from '../contracts/message.ts';
import type { Delivery } from '../contracts/message-box.ts';
import { type Destination, destinationOf } from './destination.ts';
import { createGate, type Gate } from './gate.ts';
import { guardedLookup } from './guarded-lookup.ts';
import { openSender } from './open-sender.ts';
import type { FarEndStatus } from './part-status.ts';
import { createSendRunner, type SendOptions, type SendRunner } from './send.ts';

export interface DynamicOptions extends Omit<SendOptions, 'sender'> {
  readonly context: AdapterContext;
}

export interface DynamicRunner extends SendRunner {
  /** Far ends that failed last. */
  farEnds(): FarEndStatus[];
  close(): Promise<void>;
}

interface FarEnd {
  readonly name: string;
  readonly gate: Gate;
  readonly senders: Map<string, Sender>;
  busy: number;
}

interface Sender {
  readonly runner: SendRunner;
  readonly sender: SendPort;
  busy: number;
}

/** Deliveries that one host handles at a time, over all far ends. */
export const CONCURRENT = 64;
/** So many senders are kept, those used last; and so many far ends remembered, with their circuits. */
const KEPT = 128;
/** What finds its far end full is offered again after so long (ms). */
const AGAIN = 500;
/** A far end lets one message try: the others look again after so long (ms). */
const TRYING = 2000;

export function createDynamicRunner(options: DynamicOptions, policy: DynamicPolicy): DynamicRunner {
  const { port, box, clock } = options;
  const farEnds = new Map<string, FarEnd>();
  const refusals = createSendRunner({ ...options, sender: refusing(port, policy) });

  async function handle(delivery: Delivery, signal: AbortSignal): Promise<void> {
    if (delivery.work.kind !== 'message') return;
    const destination = known(delivery.work.message);
    if (!destination) return refusals.handle(delivery, signal);
    const farEnd = farEndOf(destination);
    const at = opensAt(farEnd);
    if (at !== undefined) return giveBack(delivery, at);
    const sender = senderOf(farEnd, destination);
    farEnd.busy += 1;
    sender.busy += 1;
    try {
      await sender.runner.handle(delivery, signal);
    } finally {
      farEnd.busy -= 1;
      sender.busy -= 1;
      forget();
    }
  }

  /** What has no address fails like any send, by the port's policy for failures. */
  function known(message: Message): Destination | undefined {
    try {
      return destinationOf(port, policy, message);
    } catch {
      return undefined; // The runner for refusals meets it again, and says what it is.
    }
  }

  function opensAt({ gate, busy }: FarEnd): number | undefined {
    const now = clock.now();
    const opens = gate.opensAt(now);
    if (opens > now) return opens;
    if (busy < Math.min(gate.most(), port.concurrent)) return undefined;
    return now + (gate.most() === 1 ? TRYING : AGAIN);
  }

  async function giveBack({ lease }: Delivery, at: number): Promise<void> {
    await box.commit({ now: clock.now(), settle: [{ lease, as: 'release', at }] });
  }

  function farEndOf({ farEnd: name }: Destination): FarEnd {
    const found = farEnds.get(name) ?? { name, gate: gateOf(name), senders: new Map(), busy: 0 };
    farEnds.delete(name);
    farEnds.set(name, found); // The one used last stands last.
    return found;
  }

  const gateOf = (name: string) =>
    createGate({ ...options, name: `${port.name} ${name}`, window: undefined, breaker: port.breaker });

  function senderOf({ name, gate, senders }: FarEnd, { config, guarded }: Destination): Sender {
    const key = JSON.stringify([config, guarded]);
    const context = guarded ? { ...options.context, lookup: guardedLookup(port.name) } : options.context;
    const found = senders.get(key) ?? open();
    senders.delete(key);
    senders.set(key, found);
    return found;

    function open(): Sender {
      const sender = openSender(port, config, context);
      const limiter = named(options.limiter, name);
      return { sender, runner: createSendRunner({ ...options, sender, gate, limiter }), busy: 0 };
    }
  }

  /** Those that are not at work and were used longest ago. */
  function forget(): void {
    const all = [...farEnds.values()].flatMap(({ senders }) =>
      [...senders].map(([key, sender]) => ({ senders, key, sender })),
    );
    const idle = all.filter(({ sender }) => sender.busy === 0).slice(0, Math.max(0, all.length - KEPT));
    for (const { senders, key } of idle) senders.delete(key);
    for (const { name, senders, busy, gate } of farEnds.values()) {
      if (farEnds.size > KEPT && senders.size === 0 && busy === 0 && gate.state === 'open') farEnds.delete(name);
    }
    for (const { sender } of idle) void sender.sender.close();
  }

  const runners = () => [
    refusals,
    ...[...farEnds.values()].flatMap(({ senders }) => [...senders.values()].map(({ runner }) => runner)),
  ];

  return {
    handle,
    hurry: () => {},
    get status() {
      return runners().find(({ status }) => status.failures > 0)?.status ?? { failures: 0 };
    },
    farEnds: () => [...farEnds.values()].flatMap(failingOf),
    async close() {
      const senders = [...farEnds.values()].flatMap((farEnd) => [...farEnd.senders.values()]);
      farEnds.clear();
      await Promise.all(senders.map(({ sender }) => sender.close()));
    },
  };
}

function failingOf({ name, gate, senders }: FarEnd): FarEndStatus[] {
  const failing = [...senders.values()].find(({ runner }) => runner.status.failures > 0)?.runner.status;
  if (gate.state === 'open' && !failing) return [];
  const { failures = 0, error } = failing ?? {};
  const told = error ? { error: { code: error.code, reason: error.message } } : {};
  return [{ address: name, state: gate.state === 'circuit-open' ? 'circuit-open' : 'failing', failures, ...told }];
}

function refusing(port: BoundSendPort, policy: DynamicPolicy): SendPort {
  return {
    send: async (message) => void destinationOf(port, policy, message),
    close: async () => {},
  };
}

/** A limit for each far end. */
function named(limiter: Limiter, farEnd: string): Limiter {
  const of = (name: string) => `${name} ${farEnd}`;
  return {
    acquire: (name, limit, signal) => limiter.acquire(of(name), limit, signal),
    ...(limiter.tryAcquire ? { tryAcquire: (name, limit) => limiter.tryAcquire!(of(name), limit) } : {}),
    close: async () => {},
  };
}
