/**
 * WS-Security UsernameTokens of callers: password in the clear or as a digest, which counts once and for a few minutes only.
 * Source: OASIS WSS UsernameToken Profile 1.0, section 3
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { AdapterContext } from '../../runtime/contracts/adapter.ts';
import { parseDuration } from '../../runtime/contracts/duration.ts';
import type { HeaderBlock } from './envelope.ts';
import { SECURITY, SecurityProblem } from './security/names.ts';
import type { Once } from './security/once.ts';
import { checkTimestamp } from './security/timestamp.ts';
import { readXml } from './xml-reader.ts';
import { parseElement } from './xml-tree.ts';

export interface UsernameTokenConfig {
  readonly users: readonly { readonly user: string; readonly password: { readonly secret: string } }[];
  readonly digest?: boolean;
  readonly maxAge?: string;
}

export const TOKEN_DEFAULTS = { digest: false, maxAge: '5m' } as const;

const DIGEST = '#PasswordDigest';

export interface TokenUser {
  readonly name: string;
  /** The nonce of a digest, or of a password that has one. */
  readonly once?: Once;
}

/** Who called; undefined when the token does not prove it. */
export type CheckToken = (header: readonly HeaderBlock[]) => TokenUser | undefined;

interface Token {
  username: string;
  password: string;
  type: string;
  nonce: string;
  created: string;
}

export function compileUsernameToken(config: UsernameTokenConfig, { secret, clock }: AdapterContext): CheckToken {
  const maxAge = parseDuration(config.maxAge ?? TOKEN_DEFAULTS.maxAge)!;
  const passwords = new Map(config.users.map(({ user, password }) => [user, secret(password.secret)]));

  /** Undefined for one that is too old, or has no nonce. */
  function onceOf({ username, nonce, created }: Token): Once | undefined {
    const at = Date.parse(created);
    if (!Number.isFinite(at) || Math.abs(clock.now() - at) > maxAge || nonce === '') return undefined;
    const bytes = Buffer.from(nonce, 'base64').toString('base64'); // However it is written, it is the same.
    return { key: `nonce ${username} ${created} ${bytes}`, until: at + maxAge };
  }

  function isInTime(security: string): boolean {
    try {
      checkTimestamp(parseElement(security), clock.now(), maxAge);
      return true;
    } catch (thrown) {
      if (thrown instanceof SecurityProblem) return false;
      throw thrown;
    }
  }

  return (header) => {
    const block = header.find(({ uri, local }) => uri === SECURITY && local === 'Security');
    const token = block && tokenIn(block.xml);
    if (!token || !isInTime(block.xml)) return undefined;
    const known = passwords.get(token.username);
    const isDigest = token.type.endsWith(DIGEST);
    if (!isDigest && config.digest) return undefined;
    const given = isDigest ? Buffer.from(token.password, 'base64') : hashOf(token.password);
    const wanted = isDigest ? digestOf(token, known ?? '') : hashOf(known ?? '');
    const fits = given.length === wanted.length && timingSafeEqual(given, wanted);
    if (!fits || known === undefined) return undefined;
    if (!isDigest && !isOnce(token)) return { name: token.username };
    const once = onceOf(token);
    return once && { name: token.username, once };
  };
}

/** A password in the clear counts once, too, where it says so. */
const isOnce = ({ nonce, created }: Token) => nonce !== '' && created !== '';

const hashOf = (text: string) => createHash('sha256').update(text).digest();

/** Base64(SHA-1(nonce + created + password)) */
function digestOf({ nonce, created }: Token, password: string): Buffer {
  const bytes = Buffer.concat([Buffer.from(nonce, 'base64'), Buffer.from(created + password)]);
  return createHash('sha1').update(bytes).digest();
}

const FIELDS: Readonly<Record<string, keyof Token>> = {
  Username: 'username',
  Password: 'password',
  Nonce: 'nonce',
  Created: 'created',
};

function tokenIn(xml: string): Token | undefined {
  const token: Token = { username: '', password: '', type: '', nonce: '', created: '' };
  let at: number | undefined;
  let field: { readonly name: keyof Token; readonly depth: number; readonly from: number } | undefined;
  readXml(xml, {
    open(tag) {
      if (tag.local === 'UsernameToken' && tag.uri === SECURITY) at = tag.depth;
      if (at === undefined || tag.depth !== at + 1) return;
      const name = FIELDS[tag.local];
      if (name) field = { name, depth: tag.depth, from: tag.end };
      if (name === 'password')
        token.type = Object.values(tag.attributes).find(({ local }) => local === 'Type')?.value ?? '';
    },
    close(depth, end) {
      if (field?.depth === depth) {
        token[field.name] = unescaped(xml.slice(field.from, xml.lastIndexOf('</', end - 1))).trim();
        field = undefined;
      }
      if (depth === at) at = undefined;
    },
  });
  return token.username === '' ? undefined : token;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(
    /&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (decimal) return String.fromCodePoint(Number(decimal));
      return hex ? String.fromCodePoint(Number.parseInt(hex, 16)) : (ENTITIES[name ?? ''] ?? whole);
    },
  );
}
