/** Message ids for WS-Addressing: absolute URIs, the same for every attempt to send a message. */
import { createHash } from 'node:crypto';

/** `urn:uuid:` with a UUID made of the key (RFC 9562, version 8). */
export function messageIdOf(key: string): string {
  const bytes = createHash('sha256').update(key).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
