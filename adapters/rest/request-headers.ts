/** The headers of every request of a send port: worked out once, secrets included. */
import type { AdapterContext } from '../../runtime/contracts/adapter.ts';

export interface SecretRef {
  readonly secret: string;
}

export type Auth =
  | { readonly type: 'basic'; readonly user: string; readonly password: SecretRef }
  | { readonly type: 'bearer'; readonly token: SecretRef };

export interface HeaderConfig {
  readonly headers?: Readonly<Record<string, string | SecretRef>>;
  readonly auth?: Auth;
}

/** Headers that the adapter or the HTTP client writes itself. */
const OWN = new Set(['content-length', 'transfer-encoding', 'host', 'connection', 'content-type', 'idempotency-key']);

export const isOwnHeader = (name: string) => OWN.has(name.toLowerCase());

/** Names in lower case. Throws BusError kind `config` when a secret is not set. */
export function compileHeaders(
  { headers = {}, auth }: HeaderConfig,
  { secret }: AdapterContext,
): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    result[name.toLowerCase()] = typeof value === 'string' ? value : secret(value.secret);
  }
  if (auth) result['authorization'] = authorization(auth, secret);
  return result;
}

function authorization(auth: Auth, secret: AdapterContext['secret']): string {
  if (auth.type === 'bearer') return `Bearer ${secret(auth.token.secret)}`;
  return `Basic ${Buffer.from(`${auth.user}:${secret(auth.password.secret)}`).toString('base64')}`;
}
