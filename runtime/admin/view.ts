/** Messages as the admin API shows them. */

import type { Instant } from '../contracts/clock.ts';
import { bytesOf, type Message } from '../contracts/message.ts';

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
): Promise<{ contentType: string; text?: string; base64?: string; cut: boolean }> {
  const bytes = await bytesOf(message.parts[0]);
  const { contentType } = message.parts[0];
  const shown = Buffer.from(bytes.subarray(0, SHOWN));
  const cut = bytes.byteLength > SHOWN;
  try {
    return { contentType, text: new TextDecoder('utf-8', { fatal: !cut }).decode(shown), cut };
  } catch {
    return { contentType, base64: shown.toString('base64'), cut }; // Not UTF-8: shown as it is.
  }
}
