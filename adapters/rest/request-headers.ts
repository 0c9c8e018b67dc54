/** The headers and the fields of the query that are the same for every message of a port: worked out once, secrets included. */
import type { AdapterContext } from '../../runtime/contracts/adapter.ts';
import { fixedProof } from '../shared/client/auth/authorisation.ts';
import { type Auth, isFixed } from '../shared/client/auth/config.ts';
import { type TextOrSecret, textFrom } from '../shared/client/schema.ts';

export interface HeaderConfig {
  readonly headers?: Readonly<Record<string, TextOrSecret>>;
  readonly auth?: Auth;
}

/** Headers that the adapter or the HTTP client writes itself. */
const OWN = new Set(['content-length', 'transfer-encoding', 'host', 'connection', 'content-type', 'idempotency-key']);

export const isOwnHeader = (name: string) => OWN.has(name.toLowerCase());

export interface Fixed {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: string | undefined;
}

/** Throws BusError kind `config` when a secret is not set. */
export function compileFixed({ headers = {}, auth }: HeaderConfig, context: AdapterContext): Fixed {
  const own = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), textFrom(value, context.secret)]);
  const proof = auth && isFixed(auth) ? fixedProof(auth, context) : { headers: {}, query: {} };
  const query = new URLSearchParams(proof.query).toString();
  return { headers: { ...Object.fromEntries(own), ...proof.headers }, query: query === '' ? undefined : query };
}
