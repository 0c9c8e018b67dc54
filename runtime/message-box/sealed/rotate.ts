/**
 * Rotation: what an older key sealed, or none, is sealed anew under the current one, message by message, while work goes on.
 * Messages that share a part go on sharing it.
 */
import type { Instant } from '../../contracts/clock.ts';
import type { Message, Part } from '../../contracts/message.ts';
import type { MessageBox } from '../../contracts/message-box.ts';
import { isBusError } from '../../errors/as-bus-error.ts';
import type { SealKeys } from './keys.ts';
import { openPart, sealedName, sealPart } from './seal-part.ts';
import { withParts } from './with-parts.ts';

/** One step. */
export type Rotate = (request: RotateRequest) => Promise<Rotated>;

export interface RotateRequest {
  readonly now: Instant;
  /** Messages to look at. */
  readonly limit: number;
  /** Where the step before ended; the first step begins with the newest. */
  readonly before?: string;
}

export interface Rotated {
  /** Messages looked at, and of them those that were sealed anew. */
  readonly seen: number;
  readonly rotated: number;
  /** Still under an older key, since work on them is under way: a later round takes them. */
  readonly left: number;
  /** Where the next step begins; undefined when all have been looked at. */
  readonly before: string | undefined;
}

/** States of deliveries whose workers may be reading the part right now, or will in a moment. */
const UNDER_WAY: ReadonlySet<string> = new Set(['ready', 'leased', 'waiting']);

/** Parts sealed anew that are remembered, for the next message that shares one. */
const RECENT = 64;
/** Of a sealed part these bytes at its beginning are like no other's. */
const MARK = 64;

export function createRotation(inner: MessageBox, keys: SealKeys): Rotate {
  const recent = new Map<string, Part>();
  const isOld = (part: Part) => sealedName(part)?.key !== keys.current.name;

  async function rotate(message: Message, now: Instant): Promise<boolean> {
    const record = await inner.inspection.message(message.id);
    if (!record || record.deliveries.some(({ state }) => UNDER_WAY.has(state))) return false;
    try {
      const anew = new Map<Part, Part>();
      for (const part of message.parts) if (isOld(part)) anew.set(part, await reseal(part));
      await inner.commit({ now, keep: [withParts(message, (part) => anew.get(part) ?? part)] });
    } catch (thrown) {
      if (!isBusError(thrown) || thrown.code !== 'BODY_PURGED') throw thrown; // Gone: there is nothing left to seal.
    }
    return true;
  }

  async function reseal(part: Part): Promise<Part> {
    const mark = await markOf(part);
    const known = mark === undefined ? undefined : recent.get(mark);
    if (known?.contentType === part.contentType) return known;
    const made = sealPart(openPart(part, keys), keys.current);
    if (mark !== undefined) recent.set(mark, made);
    if (recent.size > RECENT) recent.delete(recent.keys().next().value!);
    return made;
  }

  return async ({ now, limit, before }) => {
    const found = await inner.inspection.messages({ limit, ...(before === undefined ? {} : { before }) });
    const old = found.filter(({ message }) => message.parts.some(isOld));
    let rotated = 0;
    for (const { message } of old) if (await rotate(message, now)) rotated += 1;
    const last = found.length < limit ? undefined : found.at(-1)!.message.id;
    return { seen: found.length, rotated, left: old.length - rotated, before: last };
  };
}

/** Undefined of a part that was never sealed. */
async function markOf(part: Part): Promise<string | undefined> {
  if (!sealedName(part)) return undefined;
  for await (const chunk of part.bytes ? [part.bytes] : part.open()) {
    return `${part.name} ${Buffer.from(chunk.subarray(0, MARK)).toString('base64')}`;
  }
  return undefined;
}
