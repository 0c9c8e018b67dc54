/**
 * Signatures over a body, as GOV.UK Pay, GitHub and payment providers send them with their webhooks. Promises: a signature is taken
 * only as it is written, to the last character, and how long the comparison takes tells nothing of the right one.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AdapterContext } from '../../../runtime/contracts/adapter.ts';
import { defaults, type HmacConfig } from './config.ts';
import type { Refused } from './verdict.ts';

export function compileHmac(config: HmacConfig, { secret }: AdapterContext) {
  const { header, keys, hash, encoding, prefix } = { ...defaults, ...config };
  const name = header.toLowerCase();
  const secrets = keys.map((key) => secret(key.secret));
  const refused: Refused = {
    status: 401,
    code: 'ACCESS_REFUSED',
    reason: `A valid signature of the body is needed in ${header}.`,
    headers: { 'WWW-Authenticate': 'Signature' },
  };
  return ({ headers }: IncomingMessage, body: Uint8Array): Refused | undefined => {
    const given = headers[name];
    if (typeof given !== 'string' || !given.startsWith(prefix)) return refused;
    const signature = decoded(given.slice(prefix.length), encoding);
    const fits = secrets.filter((key) => {
      const wanted = createHmac(hash, key).update(body).digest();
      return wanted.length === signature?.length && timingSafeEqual(wanted, signature);
    });
    return fits.length > 0 ? undefined : refused;
  };
}

/** Undefined for what is not written so throughout: Buffer.from forgives what it cannot read, and takes what stands before it. */
function decoded(text: string, encoding: 'hex' | 'base64'): Buffer | undefined {
  const bytes = Buffer.from(text, encoding);
  const written = bytes.toString(encoding);
  return written === (encoding === 'hex' ? text.toLowerCase() : text) ? bytes : undefined;
}
