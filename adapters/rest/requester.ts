/** Asks one host by HTTP over connections that are kept, saying who we are. */
import type { Dispatcher } from 'undici';
import type { AdapterContext } from '../../runtime/contracts/adapter.ts';
import {
  type Authorisation,
  askProven,
  compileAuthorisation,
  type Proof,
} from '../shared/client/auth/authorisation.ts';
import type { Auth } from '../shared/client/auth/config.ts';
import { type ConnectionConfig, createAgent, createPool } from '../shared/client/dispatcher.ts';
import { type Answer, exchange, type Keep } from '../shared/client/exchange.ts';

export interface Asked {
  readonly method: Dispatcher.HttpMethod;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Gives it anew for each try. */
  readonly body?: () => Dispatcher.RequestOptions['body'];
}

export interface Requester {
  /** Rejects with BusError where no proof can be had, with the signal's reason, or with what became of the connection. */
  ask(asked: Asked, signal: AbortSignal, keep: Keep): Promise<Answer>;
  close(): Promise<void>;
}

export const CONNECTIONS = 64;

/** Throws BusError SECRET_MISSING or ADAPTER_CONFIG. */
export function createRequester(
  origin: string,
  config: ConnectionConfig & { readonly auth?: Auth },
  context: AdapterContext,
): Requester {
  const pool = createPool(origin, { ...config, connections: config.connections ?? CONNECTIONS }, context);
  const open = () => createAgent({ ...config, connections: 2 }, context);
  /** Only digests depend on the method; tokens and sessions are for all. */
  const byMethod = new Map<string, Authorisation | undefined>();

  function authorisationFor(method: string): Authorisation | undefined {
    const key = config.auth?.type === 'digest' ? method : '';
    if (!byMethod.has(key)) byMethod.set(key, compileAuthorisation(config.auth, open, context, method));
    return byMethod.get(key);
  }
  authorisationFor('POST'); // What is wrong with its options is told at once.

  function carried({ method, path, headers, body }: Asked, signal: AbortSignal, keep: Keep, proof?: Proof) {
    const proven = proof ? { ...headers, ...proof.headers } : headers;
    return exchange(pool, { origin, path, method, headers: proven, body: body?.() ?? null }, signal, keep);
  }

  return {
    ask: (asked, signal, keep) => {
      const authorisation = authorisationFor(asked.method);
      if (!authorisation) return carried(asked, signal, keep);
      return askProven(authorisation, origin + asked.path, signal, (proof) => carried(asked, signal, keep, proof));
    },
    close: async () => {
      await Promise.all([pool.destroy(), ...[...byMethod.values()].map((each) => each?.close())]);
    },
  };
}
