/** Tokens of OAuth 2 (RFC 6749, 7523), and those that we sign ourselves. */
import type { Dispatcher } from 'undici';
import type { AdapterContext } from '../../../../runtime/contracts/adapter.ts';
import { parseDuration } from '../../../../runtime/contracts/duration.ts';
import { busError } from '../../../../runtime/errors/bus-error.ts';
import { textFrom } from '../schema.ts';
import { ask, jsonOf } from './ask.ts';
import {
  authDefaults,
  type ClientCredentialsAuth,
  type JwtAuth,
  type JwtGrantAuth,
  type NotifyAuth,
  type PasswordAuth,
} from './config.ts';
import type { Fetched } from './renewed.ts';
import { compileOpenSigning, compileSigning, type Sign } from './sign.ts';

export type FetchToken = (signal: AbortSignal) => Promise<Fetched<string>>;

/** How long (ms) a token of which the far end does not say it is taken to be good. */
const UNTOLD = 300_000;
/** How long (ms) a token without an end is used; far ends allow it to be so old (Notify: 30 s). */
const WITHOUT_END = 10_000;

type Grant = ClientCredentialsAuth | PasswordAuth | JwtGrantAuth;
type Fields = Record<string, string>;

export function compileGrant(auth: Grant, dispatcher: Dispatcher, context: AdapterContext): FetchToken {
  const { tokenUrl } = auth;
  const fieldsOf = compileFields(auth, context);
  const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };
  const client = clientHeader(auth, context);
  return async (signal) => {
    const body = new URLSearchParams(await fieldsOf()).toString();
    const question = { url: tokenUrl, method: 'POST', headers: { ...headers, ...client }, body };
    return tokenIn(jsonOf(await ask(question, dispatcher, context, signal)), tokenUrl);
  };
}

function tokenIn(answer: unknown, endpoint: string): Fetched<string> {
  const { access_token: value, expires_in: seconds } = (answer ?? {}) as Record<string, unknown>;
  if (typeof value !== 'string' || value === '') {
    throw busError('ENDPOINT_DENIED', { endpoint, reason: 'its answer holds no access_token' });
  }
  const told = Number(seconds);
  return { value, goodFor: told > 0 ? told * 1000 : UNTOLD };
}

function compileFields(auth: Grant, context: AdapterContext): () => Promise<Fields> {
  const { scope, parameters = {} } = auth;
  const more = Object.entries(parameters).map(([name, value]) => [name, textFrom(value, context.secret)]);
  const fixed: Fields = {
    ...(scope === undefined ? {} : { scope }),
    ...Object.fromEntries(more),
    ...clientFields(auth, context),
  };
  if (auth.type === 'password') {
    const { user: username, password } = auth;
    const fields = { grant_type: 'password', username, password: context.secret(password.secret), ...fixed };
    return async () => fields;
  }
  if (auth.type === 'jwtGrant') {
    const sign = compileSigning(auth, context);
    const { issuer: iss, subject: sub = auth.issuer, audience: aud = auth.tokenUrl } = auth;
    const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
    return async () => ({ grant_type, assertion: await sign({ iss, sub, aud, jti: context.newId() }), ...fixed });
  }
  const proof = auth.assertion && compileAssertion(auth, compileSigning(auth.assertion, context), context);
  return async () => ({ grant_type: 'client_credentials', ...fixed, ...(await proof?.()) });
}

/** RFC 7523, 2.2: the client proves who it is by a token that it has signed. */
function compileAssertion({ client, tokenUrl }: ClientCredentialsAuth, sign: Sign, { newId }: AdapterContext) {
  return async (): Promise<Fields> => ({
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await sign({ iss: client, sub: client, aud: tokenUrl, jti: newId() }),
  });
}

function clientOf(auth: Grant, { secret }: AdapterContext) {
  if (auth.type === 'jwtGrant' || auth.client === undefined) return undefined;
  return { id: auth.client, secret: auth.clientSecret && secret(auth.clientSecret.secret) };
}

function clientFields(auth: Grant, context: AdapterContext): Fields {
  const client = clientOf(auth, context);
  if (!client) return {};
  if (client.secret === undefined) return { client_id: client.id };
  return auth.clientIn === 'body' ? { client_id: client.id, client_secret: client.secret } : {};
}

/** RFC 6749, 2.3.1: both are encoded as a form is, then put together. */
function clientHeader(auth: Grant, context: AdapterContext): Fields {
  const client = clientOf(auth, context);
  if (client?.secret === undefined || auth.clientIn === 'body') return {};
  const [id, secret] = [client.id, client.secret].map((each) => new URLSearchParams({ '': each }).toString().slice(1));
  return { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
}

export function compileJwt(auth: JwtAuth, context: AdapterContext): FetchToken {
  const sign = compileOpenSigning(auth, context);
  const { issuer: iss, audience: aud, lifetime } = auth;
  const claims = { iss, ...(aud === undefined ? {} : { aud }) };
  const ms = lifetime === undefined ? undefined : parseDuration(lifetime)!;
  return async () => ({
    value: await sign(claims, ms === undefined ? undefined : ms / 1000),
    goodFor: ms ?? WITHOUT_END,
  });
}

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const NOTIFY_KEY = new RegExp(`(${UUID})-(${UUID})$`, 'i');

/** The API key is a name, the service's id and its secret, with dashes between them. */
export function compileNotify({ key }: NotifyAuth, context: AdapterContext): FetchToken {
  const { name, secret } = context;
  const [, issuer, own] = NOTIFY_KEY.exec(secret(key.secret).trim()) ?? [];
  if (issuer === undefined || own === undefined) {
    throw busError('ADAPTER_CONFIG', { name, reason: `the secret ${key.secret} is no API key of GOV.UK Notify` });
  }
  const signing = { type: 'jwt', issuer, key, algorithm: 'HS256' } as const;
  return compileJwt(signing, { ...context, secret: () => own });
}

export const tokenHeader = (header: string = authDefaults.header) => {
  const name = header.toLowerCase();
  const prefix = name === 'authorization' ? 'Bearer ' : '';
  return (token: string) => ({ [name]: `${prefix}${token}` });
};
