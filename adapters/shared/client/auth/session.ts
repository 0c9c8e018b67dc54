/** A logon whose cookies or token serve for what follows. */
import { CookieJar } from 'tough-cookie';
import type { Dispatcher } from 'undici';
import type { AdapterContext } from '../../../../runtime/contracts/adapter.ts';
import { parseDuration } from '../../../../runtime/contracts/duration.ts';
import { busError } from '../../../../runtime/errors/bus-error.ts';
import type { Answer } from '../exchange.ts';
import { textFrom } from '../schema.ts';
import { ask, jsonOf, type Question } from './ask.ts';
import { authDefaults, type SessionAuth } from './config.ts';
import type { Fetched } from './renewed.ts';
import { tokenHeader } from './token.ts';

export interface Session {
  readonly headers: Readonly<Record<string, string>>;
  readonly jar: CookieJar;
}

export function compileLogon(
  auth: SessionAuth,
  dispatcher: Dispatcher,
  context: AdapterContext,
): (signal: AbortSignal) => Promise<Fetched<Session>> {
  const question = questionFor(auth, context);
  const { url, token, header, prefix = '' } = auth;
  const goodFor = parseDuration(auth.lifetime ?? authDefaults.sessionLifetime)!;
  const inHeader = tokenHeader(header);
  return async (signal) => {
    const answer = await ask(question, dispatcher, context, signal);
    const jar = new CookieJar();
    await keepCookies(jar, url, answer.headers);
    const headers = token === undefined ? {} : inHeader(`${prefix}${tokenIn(answer, token, url)}`);
    if (token === undefined && (await jar.getCookies(url)).length === 0) {
      throw busError('ENDPOINT_DENIED', { endpoint: url, reason: 'the logon gave no cookie' });
    }
    return { value: { headers, jar }, goodFor };
  };
}

/** What cannot be a cookie of that address is passed over, as browsers do. */
export async function keepCookies(jar: CookieJar, url: string, headers: Answer['headers']): Promise<void> {
  for (const cookie of [headers['set-cookie'] ?? []].flat()) {
    await jar.setCookie(cookie, url, { ignoreError: true, loose: true });
  }
}

function tokenIn(answer: Answer, path: string, endpoint: string): string {
  const document = path === '.' ? (jsonOf(answer) ?? textOf(answer)) : at(jsonOf(answer), path.split('.'));
  if (typeof document === 'string' && /^[\x21-\x7e]+$/.test(document)) return document;
  if (typeof document === 'number') return String(document);
  throw busError('ENDPOINT_DENIED', { endpoint, reason: `the answer of the logon has no token at ${path}` });
}

const at = (document: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, step) => (value === null || typeof value !== 'object' ? undefined : Reflect.get(value, step)),
    document,
  );

const textOf = ({ body }: Answer) => (body instanceof Uint8Array ? Buffer.from(body).toString().trim() : undefined);

function questionFor(auth: SessionAuth, { secret }: AdapterContext): Question {
  const { url, method = authDefaults.method, as = method === 'GET' ? 'query' : authDefaults.as } = auth;
  const filled = (values: SessionAuth['fields'] = {}) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, textFrom(value, secret)]));
  const fields = filled(auth.fields);
  const headers = filled(auth.headers);
  const form = new URLSearchParams(fields).toString();
  if (as === 'query') return { url: `${url}${url.includes('?') ? '&' : '?'}${form}`, method, headers };
  const json = as === 'json';
  const type = json ? 'application/json' : 'application/x-www-form-urlencoded';
  return { url, method, headers: { 'content-type': type, ...headers }, body: json ? JSON.stringify(fields) : form };
}
