/** The keys that seal a store: one for what is written now, and older ones for what was written before. */
import { busError } from '../../errors/bus-error.ts';

export interface SealKey {
  /** The name of the secret; it stands in clear beside everything that the key has sealed. */
  readonly name: string;
  readonly bytes: Buffer;
}

export interface SealKeys {
  readonly current: SealKey;
  /** Throws BusError SEAL_KEY_MISSING. */
  find(name: string): SealKey;
}

const BYTES = 32;

/** Throws BusError SEAL_KEY_INVALID, or what `secret` throws for a secret that is not set. */
export function sealKeysOf(current: string, older: readonly string[], secret: (name: string) => string): SealKeys {
  const keys = new Map([current, ...older].map((name) => [name, { name, bytes: bytesOf(name, secret(name)) }]));
  return {
    current: keys.get(current)!,
    find: (name) => {
      const key = keys.get(name);
      if (!key) throw busError('SEAL_KEY_MISSING', { key: name });
      return key;
    },
  };
}

function bytesOf(name: string, text: string): Buffer {
  const trimmed = text.trim();
  const bytes = Buffer.from(trimmed, /^[0-9a-fA-F]{64}$/.test(trimmed) ? 'hex' : 'base64');
  if (bytes.byteLength !== BYTES) throw busError('SEAL_KEY_INVALID', { key: name });
  return bytes;
}
