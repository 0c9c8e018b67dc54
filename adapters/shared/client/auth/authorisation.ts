/**
 * Proves to a far end who we are. Tokens and sessions are shared by all requests of a port; the far end's word that one is no
 * longer good makes for one new try.
 */
import type { Dispatcher } from 'undici';
import type { AdapterContext } from '../../../../runtime/contracts/adapter.ts';
import type { Answer } from '../exchange.ts';
import { type Auth, authDefaults, type FixedAuth, isFixed, type RenewedAuth } from './config.ts';
import { createDigest } from './digest.ts';
import { createRenewed } from './renewed.ts';
import { compileLogon, keepCookies, type Session } from './session.ts';
import { compileGrant, compileJwt, compileNotify, type FetchToken, tokenHeader } from './token.ts';

/** What one request carries. */
export interface Proof {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Hears what the request was answered with: true when the proof is no longer good, and the same request may be tried once more with
   * a new one.
   */
  heard(answer: Answer): Promise<boolean>;
}

export interface Authorisation {
  /** For a request to that address. Rejects with BusError when it cannot be had. */
  prove(url: string, signal: AbortSignal): Promise<Proof>;
  close(): Promise<void>;
}

/** What every request carries: headers with names in lower case, and fields of the query. */
export interface FixedProof {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

export function fixedProof(auth: FixedAuth, { secret }: AdapterContext): FixedProof {
  if (auth.type === 'bearer') return { headers: { authorization: `Bearer ${secret(auth.token.secret)}` }, query: {} };
  if (auth.type === 'basic') {
    const encoded = Buffer.from(`${auth.user}:${secret(auth.password.secret)}`).toString('base64');
    return { headers: { authorization: `Basic ${encoded}` }, query: {} };
  }
  const { name, in: place = authDefaults.in, key } = auth;
  const value = secret(key.secret);
  return place === 'query'
    ? { headers: {}, query: { [name]: value } }
    : { headers: { [name.toLowerCase()]: value }, query: {} };
}

/**
 * Undefined where every request carries the same. `method` is that of all requests. The authorisation owns the dispatcher that `open` gives, by which it asks for tokens.
 * Throws BusError SECRET_MISSING or ADAPTER_CONFIG.
 */
export function compileAuthorisation(
  auth: Auth | undefined,
  open: () => Dispatcher,
  context: AdapterContext,
  method: string,
): Authorisation | undefined {
  if (!auth || isFixed(auth)) return undefined;
  if (auth.type === 'digest') return createDigest(auth, method, context);
  const dispatcher = open();
  if (auth.type === 'session') return bySession(compileLogon(auth, dispatcher, context), dispatcher, context);
  const header = tokenHeader('header' in auth ? auth.header : undefined);
  return byToken(fetchFor(auth, dispatcher, context), header, dispatcher, context);
}

/** Asks with a proof of who we are; once more with a new one when the far end does not take it any longer. */
export async function askProven(
  authorisation: Authorisation,
  url: string,
  signal: AbortSignal,
  ask: (proof: Proof) => Promise<Answer>,
): Promise<Answer> {
  const proof = await authorisation.prove(url, signal);
  const answer = await ask(proof);
  if (!(await proof.heard(answer))) return answer;
  const second = await authorisation.prove(url, signal);
  const last = await ask(second);
  await second.heard(last);
  return last;
}

function fetchFor(
  auth: Exclude<RenewedAuth, { type: 'session' }>,
  dispatcher: Dispatcher,
  context: AdapterContext,
): FetchToken {
  if (auth.type === 'jwt') return compileJwt(auth, context);
  if (auth.type === 'notify') return compileNotify(auth, context);
  return compileGrant(auth, dispatcher, context);
}

function byToken(
  fetch: FetchToken,
  header: ReturnType<typeof tokenHeader>,
  dispatcher: Dispatcher,
  { clock }: AdapterContext,
): Authorisation {
  const tokens = createRenewed(clock, fetch);
  return {
    prove: async (_url, signal) => {
      const token = await tokens.get(signal);
      const heard = async ({ status }: Answer) => {
        if (status === 401) tokens.drop(token);
        return status === 401;
      };
      return { headers: header(token), heard };
    },
    close: () => closed(tokens, dispatcher),
  };
}

/** Far ends that know no 401 send whoever is not logged on to their logon page. */
const LOGGED_OUT = new Set([401, 301, 302, 303, 307, 308]);

function bySession(
  logon: ReturnType<typeof compileLogon>,
  dispatcher: Dispatcher,
  { clock }: AdapterContext,
): Authorisation {
  const sessions = createRenewed<Session>(clock, logon);
  return {
    prove: async (url, signal) => {
      const session = await sessions.get(signal);
      const cookie = await session.jar.getCookieString(url);
      const heard = async ({ status, headers }: Answer) => {
        if (!LOGGED_OUT.has(status)) {
          await keepCookies(session.jar, url, headers);
          return false;
        }
        sessions.drop(session);
        return true;
      };
      return { headers: cookie === '' ? session.headers : { ...session.headers, cookie }, heard };
    },
    close: () => closed(sessions, dispatcher),
  };
}

async function closed(renewed: { close(): void }, dispatcher: Dispatcher): Promise<void> {
  renewed.close();
  await dispatcher.destroy();
}
