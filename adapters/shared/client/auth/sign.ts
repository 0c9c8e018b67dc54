/** JSON Web Tokens that we sign ourselves. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { AdapterContext } from '../../../../runtime/contracts/adapter.ts';
import { parseDuration } from '../../../../runtime/contracts/duration.ts';
import { reasonOf } from '../../../../runtime/errors/as-bus-error.ts';
import { busError } from '../../../../runtime/errors/bus-error.ts';
import { authDefaults, type Signing } from './config.ts';

export type Sign = (claims: Readonly<Record<string, string | undefined>>) => Promise<string>;

/** With an end (`exp`). Throws BusError SECRET_MISSING, or ADAPTER_CONFIG for what is no key. */
export function compileSigning(config: Signing, context: AdapterContext): Sign {
  const lifetime = parseDuration(config.lifetime ?? authDefaults.lifetime)! / 1000;
  const signed = compileOpenSigning(config, context);
  return (claims) => signed(claims, lifetime);
}

/** Without an end where no `lifetime` (seconds) is handed in. */
export function compileOpenSigning(
  { key, algorithm = 'RS256', keyId, claims: fixed = {} }: Signing,
  context: AdapterContext,
): (claims: Readonly<Record<string, string | undefined>>, lifetime?: number) => Promise<string> {
  const material = keyOf(context.secret(key.secret), algorithm, context);
  const header = { alg: algorithm, typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) };
  return (claims, lifetime) => {
    const now = Math.floor(context.clock.now() / 1000);
    const payload = { ...claims, ...fixed, iat: now, ...(lifetime === undefined ? {} : { exp: now + lifetime }) };
    return new SignJWT(payload).setProtectedHeader(header).sign(material);
  };
}

function keyOf(text: string, algorithm: string, { name }: AdapterContext): KeyObject | Uint8Array {
  if (algorithm.startsWith('HS')) return new TextEncoder().encode(text);
  try {
    return createPrivateKey(text);
  } catch (thrown) {
    const reason = `the key of \`auth\` is no private key in PEM form: ${reasonOf(thrown)}`;
    throw busError('ADAPTER_CONFIG', { name, reason }, { cause: thrown });
  }
}
