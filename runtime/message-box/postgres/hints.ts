/**
 * Tells other hosts for whom there is work, and hears it from them. Hints only: they may be late or lost. They are sent after
 * the commit and beside it, since a NOTIFY within it would make all hosts commit one after the other.
 */
import type { Clock } from '../../contracts/clock.ts';
import { createLink, type LinkOptions } from './link.ts';
import { type Statement, step } from './pipeline.ts';

const CHANNEL = 'guildhall_work';
const LISTEN: Statement = { name: 'hints_listen', text: `LISTEN ${CHANNEL}` };
const NOTIFY: Statement = { name: 'hints_notify', text: `SELECT pg_notify('${CHANNEL}', $1)` };

/** Nothing may pass for so long (ms): a connection that fell silent is found out by asking. */
const QUIET = 20_000;
const PING: Statement = { name: 'hints_ping', text: 'SELECT 1' };

/** Bytes: the server takes payloads of less than 8000. */
const LONGEST = 7000;
const PAUSE = 250;

export interface Hints {
  /** To the other hosts. */
  send(subscribers: Iterable<string>): void;
  /** Resolves when this host hears the others. */
  listening(): Promise<void>;
  close(): Promise<void>;
}

export interface HintOptions extends Pick<LinkOptions, 'config' | 'patience' | 'deadline'> {
  readonly clock: Clock;
  /** Not told of its own. */
  readonly self: () => string;
  readonly heard: (subscriber: string) => void;
}

export function createHints({ self, heard, clock, ...options }: HintOptions): Hints {
  const unsent = new Set<string>();
  let sending: Promise<void> | undefined;
  let closed = false;
  let quiet = false;
  let cancelPing = clock.schedule(QUIET, ping);
  const link = createLink({
    ...options,
    clock,
    setUp: async (run) => void (await run([step(LISTEN)])),
    notified: hear,
    dropped: () => void keepListening(),
  });

  function hear(payload: string): void {
    const told = decode(payload);
    if (!told || told.from === self()) return;
    for (const subscriber of told.subscribers) heard(subscriber);
  }

  /** A lost connection comes back by itself, however long that takes. */
  async function keepListening(): Promise<void> {
    while (!closed) {
      try {
        await link.connect();
        return;
      } catch {
        await clock.sleep(PAUSE); // The server is still away; hosts poll meanwhile.
      }
    }
  }

  async function sendAll(): Promise<void> {
    while ((unsent.size > 0 || quiet) && !closed) {
      const payloads = encode(self(), [...unsent]);
      unsent.clear();
      quiet = false;
      await link.run([step(PING), ...payloads.map((payload) => step(NOTIFY, payload))]).catch(() => {}); // Others poll.
    }
    sending = undefined;
  }

  function ping(): void {
    quiet = true;
    sending ??= sendAll();
    cancelPing = clock.schedule(QUIET, ping);
  }

  return {
    send: (subscribers) => {
      for (const subscriber of subscribers) unsent.add(subscriber);
      if (unsent.size > 0) sending ??= sendAll();
    },
    listening: () => link.connect(),
    close: async () => {
      closed = true;
      cancelPing();
      await sending;
      await link.close();
    },
  };
}

function encode(from: string, subscribers: readonly string[]): string[] {
  if (subscribers.length === 0) return [];
  const text = JSON.stringify([from, ...subscribers]);
  if (Buffer.byteLength(text) <= LONGEST) return [text];
  if (subscribers.length < 2) return [];
  const half = subscribers.length >> 1;
  return [...encode(from, subscribers.slice(0, half)), ...encode(from, subscribers.slice(half))];
}

/** Anybody may send on the channel. */
function decode(payload: string): { readonly from: string; readonly subscribers: readonly string[] } | undefined {
  try {
    const told: unknown = JSON.parse(payload);
    if (!Array.isArray(told) || !told.every((word) => typeof word === 'string')) return undefined;
    const [from = '', ...subscribers] = told as string[];
    return { from, subscribers };
  } catch {
    return undefined;
  }
}
