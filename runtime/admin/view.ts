/** Messages as the admin API shows them. */

import type { Instant } from '../contracts/clock.ts';
import type { Message, Part } from '../contracts/message.ts';
import { isBusError } from '../errors/as-bus-error.ts';

export function summaryOf({ id, interchange, type, context, parts }: Message, at: Instant) {
  return {
    id,
    interchange,
    type: type ?? null,
    at: new Date(at).toISOString(),
    size: parts.reduce((sum, part) => sum + (part.size ?? 0), 0),
    properties: Object.fromEntries([...context].map(([name, { value }]) => [name, value])),
    promoted: [...context].filter(([, property]) => property.promoted).map(([name]) => name),
  };
}

/** Bodies up to this size are shown whole. */
const SHOWN = 256 * 1024;

export async function bodyOf(
  message: Message,
): Promise<{ contentType: string; text?: string; base64?: string; cut: boolean; gone?: true }> {
  const { contentType, size } = message.parts[0];
  const shown = await beginningOf(message.parts[0]).catch(goneOr);
  if ('gone' in shown) return { contentType, ...shown };
  const cut = (size ?? 0) > SHOWN;
  try {
    return { contentType, text: new TextDecoder('utf-8', { fatal: !cut }).decode(shown), cut };
  } catch {
    return { contentType, base64: shown.toString('base64'), cut }; // Not UTF-8: shown as it is.
  }
}

/** No more of it is read than is shown. */
async function beginningOf(part: Part): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of part.open()) {
    pieces.push(piece);
    size += piece.byteLength;
    if (size >= SHOWN) break;
  }
  return Buffer.concat(pieces).subarray(0, SHOWN);
}

/** The record is shown though its bytes are gone; anything else that went wrong is told as that. */
function goneOr(thrown: unknown): { text: string; cut: boolean; gone: true } {
  if (!isBusError(thrown) || thrown.code !== 'BODY_PURGED') throw thrown;
  return { text: thrown.message, cut: false, gone: true };
}
