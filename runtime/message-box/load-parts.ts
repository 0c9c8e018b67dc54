/** A transaction cannot wait for a stream: parts whose bytes are not at hand are read before their unit is queued. */
import { bytesOf, type Message, type Part, partOf } from '../contracts/message.ts';
import type { Unit } from '../contracts/message-box.ts';

export interface Loader {
  isLoaded(unit: Unit): boolean;
  /** Rejects with what reading a part rejects with; then nothing was queued. */
  load(unit: Unit): Promise<Unit>;
}

export function createLoader(store: { holds(part: Part): boolean }): Loader {
  /** So that messages which share a part go on sharing it. */
  const loaded = new WeakMap<Part, Promise<Part>>();

  const isReady = (part: Part) => part.bytes !== undefined || store.holds(part);
  const isWhole = ({ parts }: Message) => parts.every(isReady);

  function loadPart(part: Part): Part | Promise<Part> {
    if (isReady(part)) return part;
    let loading = loaded.get(part);
    if (!loading) {
      loading = bytesOf(part).then((bytes) => partOf(bytes, part.contentType, part.name));
      loaded.set(part, loading);
      loading.catch(() => loaded.delete(part));
    }
    return loading;
  }

  async function whole(message: Message): Promise<Message> {
    const [body, ...rest] = await Promise.all(message.parts.map(loadPart));
    return { ...message, parts: [body!, ...rest] };
  }

  const wholeOf = <T extends { readonly message: Message }>(entries: readonly T[] = []) =>
    Promise.all(entries.map(async (entry) => ({ ...entry, message: await whole(entry.message) })));

  return {
    isLoaded: ({ keep = [], publish = [], suspend = [] }) =>
      keep.every(isWhole) &&
      publish.every(({ message }) => isWhole(message)) &&
      suspend.every(({ message }) => isWhole(message)),
    load: async (unit) => ({
      ...unit,
      keep: await Promise.all((unit.keep ?? []).map(whole)),
      publish: await wholeOf(unit.publish),
      suspend: await wholeOf(unit.suspend),
    }),
  };
}
