/**
 * A transaction cannot wait for a stream, and a large part must not hold up the transactions of others: such parts are staged
 * before their unit is queued, and the unit then refers to them.
 */
import type { Instant } from '../contracts/clock.ts';
import type { Message, Part } from '../contracts/message.ts';
import type { Unit } from '../contracts/message-box.ts';
import type { Staged, Stager } from './stage-parts.ts';

export interface Loader {
  isLoaded(unit: Unit): boolean;
  /** Rejects with what staging a part rejects with; then nothing was queued. */
  load(unit: Unit): Promise<LoadedUnit>;
}

export interface LoadedUnit {
  readonly unit: Unit;
  /** To be called once the unit was written or refused. */
  release(): Promise<void>;
}

/** A part while units refer to it that are under way. */
interface Loading {
  readonly staged: Promise<Staged>;
  users: number;
}

export function createLoader(stager: Stager): Loader {
  /** So that messages which share bytes go on sharing them. */
  const loading = new WeakMap<object, Loading>();

  const isWhole = ({ parts }: Message) => parts.every(stager.holds);

  async function load(unit: Unit): Promise<LoadedUnit> {
    const used = new Map<object, Loading>();
    const release = async () => {
      await Promise.all([...used].map(([key, entry]) => leave(key, entry)));
    };
    const whole = (message: Message) => wholeMessage(message, unit.now, used);
    const wholeOf = <T extends { readonly message: Message }>(entries: readonly T[] = []) =>
      settled(entries.map(async (entry) => ({ ...entry, message: await whole(entry.message) })));
    try {
      const [keep, publish, suspend] = await settled([
        settled((unit.keep ?? []).map(whole)),
        wholeOf(unit.publish),
        wholeOf(unit.suspend),
      ] as const);
      return { unit: { ...unit, keep, publish, suspend }, release };
    } catch (thrown) {
      await release();
      throw thrown;
    }
  }

  async function wholeMessage(message: Message, now: Instant, used: Map<object, Loading>): Promise<Message> {
    const parts: Part[] = [];
    for (const part of message.parts) parts.push(stager.holds(part) ? part : await stage(part, now, used));
    const [body, ...rest] = parts;
    return { ...message, parts: [body!, ...rest] };
  }

  async function stage(part: Part, now: Instant, used: Map<object, Loading>): Promise<Part> {
    const key = part.bytes ?? part;
    let entry = loading.get(key);
    if (!entry) {
      entry = { staged: stager.stage(part, now), users: 0 };
      loading.set(key, entry);
      entry.staged.catch(() => loading.delete(key));
    }
    if (!used.has(key)) {
      used.set(key, entry);
      entry.users += 1;
    }
    return (await entry.staged).as(part);
  }

  async function leave(key: object, entry: Loading): Promise<void> {
    entry.users -= 1;
    if (entry.users > 0) return;
    const staged = await entry.staged.catch(() => undefined);
    if (staged && (await staged.release())) loading.delete(key);
  }

  return {
    isLoaded: ({ keep = [], publish = [], suspend = [] }) =>
      keep.every(isWhole) &&
      publish.every(({ message }) => isWhole(message)) &&
      suspend.every(({ message }) => isWhole(message)),
    load,
  };
}

/** Waits for all of them, also after one has failed: nothing is under way any more when this rejects. */
async function settled<const T extends readonly unknown[]>(
  promises: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(promises);
  return (await Promise.all(promises)) as { -readonly [K in keyof T]: Awaited<T[K]> };
}
