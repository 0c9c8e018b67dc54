/**
 * HTTP Digest (RFC 7616): proves that we know a password without sending it. The far end's challenge serves for all requests of a port
 * until it gives another. Bodies are not hashed (qop auth, or none as in RFC 2069).
 */
import { createHash } from 'node:crypto';
import type { AdapterContext } from '../../../../runtime/contracts/adapter.ts';
import type { Answer } from '../exchange.ts';
import type { Authorisation } from './authorisation.ts';
import type { DigestAuth } from './config.ts';

interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly algorithm: string | undefined;
  readonly qop: boolean;
  /** Requests that were made by it. */
  count: number;
}

/** By preference. */
const HASHES: Readonly<Record<string, string>> = { 'SHA-512-256': 'sha512-256', 'SHA-256': 'sha256', MD5: 'md5' };

/** Throws BusError SECRET_MISSING. `method`: that of all requests. */
export function createDigest(auth: DigestAuth, method: string, { secret, newId }: AdapterContext): Authorisation {
  const password = secret(auth.password.secret);
  let challenge: Challenge | undefined;

  function proofFor(held: Challenge, url: string): string {
    held.count += 1;
    const uri = url.replace(/^https?:\/\/[^/?]*/i, '') || '/';
    const algorithm = held.algorithm ?? 'MD5';
    const hash = hashOf(algorithm);
    const [cnonce, nc] = [newId(), held.count.toString(16).padStart(8, '0')];
    const plain = hash(`${auth.user}:${held.realm}:${password}`);
    const one = /-sess$/i.test(algorithm) ? hash(`${plain}:${held.nonce}:${cnonce}`) : plain;
    const two = hash(`${method}:${uri}`);
    const middle = held.qop ? `${held.nonce}:${nc}:${cnonce}:auth` : held.nonce;
    const fields = [
      `username=${quoted(auth.user)}`,
      `realm=${quoted(held.realm)}`,
      `nonce=${quoted(held.nonce)}`,
      `uri=${quoted(uri)}`,
      `response="${hash(`${one}:${middle}:${two}`)}"`,
      ...(held.algorithm === undefined ? [] : [`algorithm=${held.algorithm}`]),
      ...(held.opaque === undefined ? [] : [`opaque=${quoted(held.opaque)}`]),
      ...(held.qop ? [`qop=auth, nc=${nc}, cnonce=${quoted(cnonce)}`] : []),
    ];
    return `Digest ${fields.join(', ')}`;
  }

  return {
    prove: async (url, signal) => {
      signal.throwIfAborted();
      const used = challenge;
      const heard = async ({ status, headers }: Answer) => {
        const told = status === 401 ? challengeIn([headers['www-authenticate'] ?? []].flat()) : undefined;
        if (!told) return false;
        if (challenge === used) challenge = told;
        return told.nonce !== used?.nonce;
      };
      return { headers: used ? { authorization: proofFor(used, url) } : {}, heard };
    },
    close: async () => {},
  };
}

function hashOf(algorithm: string): (text: string) => string {
  const name = HASHES[algorithm.replace(/-sess$/i, '').toUpperCase()]!;
  return (text) => createHash(name).update(text).digest('hex');
}

const quoted = (text: string) => `"${text.replace(/[\\"]/g, '\\$&')}"`;

/** The best of those that we can answer. */
function challengeIn(headers: readonly string[]): Challenge | undefined {
  const offered = headers.flatMap((header) => header.split(/(?:^|,)\s*(?=Digest\s)/i)).flatMap(challengeOf);
  const rank = ({ algorithm = 'MD5' }: Challenge) =>
    Object.keys(HASHES).indexOf(algorithm.replace(/-sess$/i, '').toUpperCase());
  return offered.filter((each) => rank(each) >= 0).sort((one, other) => rank(one) - rank(other))[0];
}

const FIELD = /([A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;

function challengeOf(text: string): Challenge[] {
  if (!/^Digest\s/i.test(text)) return [];
  const fields = new Map<string, string>();
  for (const [, name, inside, plain] of text.slice(6).matchAll(FIELD)) {
    const known = fields.get(name!.toLowerCase());
    if (known === undefined) fields.set(name!.toLowerCase(), inside?.replace(/\\(.)/g, '$1') ?? plain ?? '');
  }
  const [nonce, qop] = [fields.get('nonce'), fields.get('qop')];
  const ways = qop?.split(',').map((way) => way.trim().toLowerCase());
  if (nonce === undefined || (ways && !ways.includes('auth'))) return [];
  const { realm = '', opaque, algorithm } = Object.fromEntries(fields);
  return [{ realm, nonce, opaque, algorithm, qop: ways !== undefined, count: 0 }];
}
