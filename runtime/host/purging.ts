/**
 * The retention policy in the background: a round every minute, in small steps with pauses, so that traffic does not feel it.
 * Of the hosts that share a MessageBox one at a time does it.
 */
import type { Clock } from '../contracts/clock.ts';
import type { BusEvent } from '../contracts/events.ts';
import type { MessageBox } from '../contracts/message-box.ts';
import { ownedName } from '../contracts/ownership.ts';
import type { Purged, Retention } from '../contracts/retention.ts';
import type { Service } from '../contracts/service.ts';
import { asBusError } from '../errors/as-bus-error.ts';

export interface PurgingOptions {
  /** One run of this host. */
  readonly owner: string;
  readonly box: MessageBox;
  readonly clock: Clock;
  readonly policy: Retention;
  readonly emit: (event: BusEvent) => void;
}

/** Milliseconds between rounds, and between the steps of one. */
const EVERY = 60_000;
const PAUSE = 10;
/** ms; when the host that did it has died, another does it after this. */
const TENURE = 3 * EVERY;
/** Of a step: some milliseconds of work for the store. */
const LIMIT = 100;

export function createPurging(options: PurgingOptions): Service {
  const { box, clock, owner, emit } = options;
  const stopping = new AbortController();
  let running: Promise<void> | undefined;

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      await clock.sleep(EVERY, stopping.signal).catch(() => {}); // It is to stop: the loop ends.
      if (!stopping.signal.aborted) await round();
    }
  }

  async function round(): Promise<void> {
    try {
      if (!(await isOwner())) return;
      const { more: _, ...removed } = await purgeRound(options, stopping.signal);
      const any = Object.values(removed).some((count) => count > 0);
      if (any) emit({ name: 'messages-purged', at: clock.now(), data: removed });
    } catch (thrown) {
      const { code, message: reason } = asBusError(thrown, 'retention');
      emit({ name: 'store-failed', at: clock.now(), data: { subscriber: 'retention', code, reason } });
    }
  }

  /** Two rounds at a time do no harm, only work twice: so nothing need be fenced. */
  async function isOwner(): Promise<boolean> {
    const now = clock.now();
    const owned = await box.own({ host: owner, names: [ownedName.retention], now, until: now + TENURE });
    return owned.length > 0;
  }

  return {
    start: async () => {
      running ??= loop();
    },
    stop: async () => {
      stopping.abort(new Error('The host is stopping.'));
      await running;
      const now = clock.now();
      await box.disown(owner, [ownedName.retention], now).catch(() => {}); // Else its time runs out.
    },
  };
}

/** Steps until the round is over, or until `signal` aborts: then `more` says that something may be left. */
export async function purgeRound(
  { box, clock, policy }: Pick<PurgingOptions, 'box' | 'clock' | 'policy'>,
  signal?: AbortSignal,
): Promise<Purged> {
  const total = { messages: 0, bodies: 0, instances: 0, keys: 0 };
  for (;;) {
    const { more, ...step } = await box.purge({ now: clock.now(), policy, limit: LIMIT });
    for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += step[name];
    if (!more || signal?.aborted) return { ...total, more };
    await clock.sleep(PAUSE);
  }
}
