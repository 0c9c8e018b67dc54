/** Who we are to a far end: tokens, keys and sessions, against servers that ask for them. */
import { generateKeyPairSync } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { rest } from '../../../adapters/rest/adapter.ts';
import type { RestSendConfig } from '../../../adapters/rest/send.ts';
import type { Auth } from '../../../adapters/shared/client/auth/config.ts';
import { createSimulatedClock } from '../../../runtime/clock/simulated.ts';
import type { AdapterContext, SendPort } from '../../../runtime/contracts/adapter.ts';
import type { BusError } from '../../../runtime/contracts/errors.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { type HttpSink, openSink } from '../../contract/http-sink.ts';

type Serve = (response: ServerResponse, request: IncomingMessage, body: string) => void;

const never = new AbortController().signal;
let secrets: Record<string, string> = {};
let far: HttpSink;
let port: SendPort | undefined;
/** The token endpoint or logon, and the service behind it. */
let logon: Serve;
let serve: Serve;
let bodies: string[];

beforeEach(async () => {
  secrets = {};
  bodies = [];
  serve = (response) => response.end();
  far = await openSink((body, response, request) => {
    if (!request.url!.startsWith('/logon')) return serve(response, request, body.toString());
    bodies.push(body.toString());
    return logon(response, request, body.toString());
  });
});

afterEach(async () => {
  await port?.close();
  await far.close();
});

function open(auth: Auth, context: Partial<AdapterContext> = {}, config: Partial<RestSendConfig> = {}): SendPort {
  const secret = (name: string) => secrets[name] ?? `the ${name}`;
  const options = { url: `${far.address}/out?v=1`, auth, ...config };
  port = rest.send!(options, testAdapterContext({ secret, ...context }));
  return port;
}

let sent = 0;
const send = (to: SendPort) =>
  to.send(testMessage({ id: `m${++sent}`, bytes: Buffer.from('{}'), contentType: 'application/json' }), never);

const failure = (work: Promise<unknown>): Promise<BusError> =>
  work.then(
    () => Promise.reject(new Error('It resolved.')),
    (thrown) => thrown as BusError,
  );

const gives =
  (token: string, more: object = { expires_in: 3600 }): Serve =>
  (response) =>
    response
      .writeHead(200, { 'Content-Type': 'application/json' })
      .end(JSON.stringify({ access_token: token, token_type: 'bearer', ...more }));

const calls = () => far.requests.filter(({ url }) => !url!.startsWith('/logon'));
const used = () => calls().map(({ headers }) => headers.authorization);
const client = (more: Partial<Extract<Auth, { type: 'clientCredentials' }>> = {}): Auth => ({
  type: 'clientCredentials',
  tokenUrl: `${far.address}/logon`,
  client: 'the bus',
  clientSecret: { secret: 'S' },
  ...more,
});

describe('an API key', () => {
  test('in a header, and in the query', async () => {
    await send(open({ type: 'apiKey', name: 'X-Api-Key', key: { secret: 'K' } }));
    expect(far.requests[0]!.headers['x-api-key']).toBe('the K');
    await port!.close();
    await send(open({ type: 'apiKey', name: 'api_key', in: 'query', key: { secret: 'K' } }));
    expect(far.requests[1]!.url).toBe('/out?v=1&api_key=the+K');
  });
});

describe('OAuth 2', () => {
  test('client credentials: one token for all that ask at once', async () => {
    logon = gives('t1');
    const open1 = open(client({ scope: 'a b', parameters: { audience: 'cases', code: { secret: 'C' } } }));
    await Promise.all(Array.from({ length: 20 }, () => send(open1)));
    expect(bodies).toEqual(['grant_type=client_credentials&scope=a+b&audience=cases&code=the+C']);
    const asked = far.requests.find(({ url }) => url === '/logon')!;
    expect(Buffer.from(asked.headers.authorization!.slice(6), 'base64').toString()).toBe('the+bus:the+S');
    expect(new Set(used())).toEqual(new Set(['Bearer t1']));
  });

  test('client and secret in the body; the token in a header of its own', async () => {
    logon = gives('t1');
    await send(open(client({ clientIn: 'body', header: 'AccessToken' })));
    expect(bodies).toEqual(['grant_type=client_credentials&client_id=the+bus&client_secret=the+S']);
    expect(calls()[0]!.headers['accesstoken']).toBe('t1');
  });

  test('a password', async () => {
    logon = gives('t1');
    const auth = { type: 'password', tokenUrl: `${far.address}/logon`, user: 'u', password: { secret: 'P' } } as const;
    await send(open({ ...auth, client: 'c' }));
    expect(bodies).toEqual(['grant_type=password&username=u&password=the+P&client_id=c']);
    expect(used()).toEqual(['Bearer t1']);
  });

  test('it is renewed before it ends, while the old one still serves', async () => {
    const clock = createSimulatedClock(Date.parse('2026-11-23T12:00:00Z'));
    let count = 0;
    logon = (...args) => gives(`t${++count}`, { expires_in: '100' })(...args);
    const port = open(client(), { clock });
    await send(port);
    await clock.advance(89_000);
    await send(port);
    expect(count).toBe(1);
    await clock.advance(2000);
    await send(port);
    expect(used()).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t1']);
    while (count < 2) await new Promise(setImmediate);
    while (used().at(-1) !== 'Bearer t2') await send(port);
    expect(count).toBe(2);
  });

  test('a 401 makes for one new token and one more try, with the whole body', async () => {
    let count = 0;
    const seen: string[] = [];
    logon = (...args) => gives(`t${++count}`)(...args);
    serve = (response, request, body) => {
      seen.push(body);
      response.writeHead(request.headers.authorization === 'Bearer t2' ? 200 : 401).end();
    };
    const port = open(client());
    await Promise.all([send(port), send(port), send(port)]);
    expect(count).toBe(2);
    expect(new Set(seen)).toEqual(new Set(['{}']));
    serve = (response) => response.writeHead(401).end();
    expect(await failure(send(port))).toMatchObject({ code: 'ENDPOINT_DENIED', kind: 'transient' });
    expect(count).toBe(3);
  });

  test.each([
    [
      400,
      '{"error":"invalid_client","error_description":"Unknown client"}',
      'ENDPOINT_DENIED',
      /invalid_client: Unknown client/,
    ],
    [401, 'no', 'ENDPOINT_DENIED', /status 401/],
    [503, '', 'ENDPOINT_BUSY', /status 503/],
    [200, '{}', 'ENDPOINT_DENIED', /no access_token/],
    [200, '<html>', 'ENDPOINT_DENIED', /no access_token/],
  ])('a token that cannot be had (%i %s) is no fault of the message', async (status, body, code, text) => {
    logon = (response) => response.writeHead(status).end(body);
    const error = await failure(send(open(client())));
    expect(error).toMatchObject({ code, kind: 'transient' });
    expect(error.message).toMatch(text);
    expect(error.message).not.toContain('the S');
    expect(calls()).toHaveLength(0);
    logon = gives('t1');
    await send(port!);
    expect(used()).toEqual(['Bearer t1']);
  });

  test('whoever waits for a token hears an abort; the others get it', async () => {
    const asked = Promise.withResolvers<ServerResponse>();
    logon = (response) => asked.resolve(response);
    const port = open(client());
    const giveUp = new AbortController();
    const message = testMessage({ id: 'first', bytes: Buffer.from('{}'), contentType: 'application/json' });
    const first = failure(port.send(message, giveUp.signal));
    const second = send(port);
    const response = await asked.promise;
    giveUp.abort(new Error('late'));
    expect(await first).toBe(giveUp.signal.reason);
    gives('t1')(response, far.requests[0]!, '');
    await second;
    expect(used()).toEqual(['Bearer t1']);
  });

  test('closing the port ends a token request that hangs', async () => {
    const asked = Promise.withResolvers<void>();
    logon = () => asked.resolve();
    const sending = failure(send(open(client())));
    await asked.promise;
    await port!.close();
    expect(await sending).toMatchObject({ kind: 'transient' });
  });

  test('a token of ours for one of theirs, and in place of a secret', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    secrets['KEY'] = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    logon = gives('t1');
    const tokenUrl = `${far.address}/logon`;
    await send(
      open({ type: 'jwtGrant', tokenUrl, key: { secret: 'KEY' }, issuer: 'i', subject: 's', audience: 'https://a' }),
    );
    const asked = new URLSearchParams(bodies[0]);
    expect(asked.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const { payload } = await jwtVerify(asked.get('assertion')!, publicKey, { audience: 'https://a' });
    expect(payload).toMatchObject({ iss: 'i', sub: 's', exp: payload.iat! + 300 });
    await port!.close();
    const assertion = { key: { secret: 'KEY' }, algorithm: 'RS512', keyId: 'k1' } as const;
    await send(open({ type: 'clientCredentials', tokenUrl, client: 'c', assertion }));
    const proof = new URLSearchParams(bodies[1]);
    expect(proof.get('client_id')).toBe('c');
    expect(decodeProtectedHeader(proof.get('client_assertion')!)).toMatchObject({ alg: 'RS512', kid: 'k1' });
    expect(decodeJwt(proof.get('client_assertion')!)).toMatchObject({ iss: 'c', sub: 'c', aud: tokenUrl });
  });
});

describe('a token that we sign', () => {
  test('as GOV.UK Notify has it', async () => {
    const [issuer, key] = ['26785a09-ab16-4eb0-8407-a37497a57506', '3d844edf-8d35-48ac-975b-e847b4f122b0'];
    secrets['N'] = `casework-${issuer}-${key}`;
    await send(open({ type: 'notify', key: { secret: 'N' } }));
    const token = used()[0]!.slice(7);
    const { payload, protectedHeader } = await jwtVerify(token, Buffer.from(key));
    expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(payload).toEqual({ iss: issuer, iat: expect.any(Number) });
  });

  test('it is made anew every ten seconds, and with an end before that', async () => {
    const clock = createSimulatedClock(Date.parse('2026-11-23T12:00:00Z'));
    const auth = { type: 'jwt', issuer: 'bus', key: { secret: 'K' }, algorithm: 'HS256' } as const;
    const iat = () => decodeJwt(used().at(-1)!.slice(7)).iat! * 1000 - Date.parse('2026-11-23T12:00:00Z');
    const port = open(auth, { clock });
    await send(port);
    await clock.advance(11_000);
    await send(port);
    expect(iat()).toBe(11_000);
    await port.close();
    await send(open({ ...auth, lifetime: '1m', audience: 'a', claims: { tenant: 'x' } }, { clock }));
    expect(decodeJwt(used().at(-1)!.slice(7))).toMatchObject({ aud: 'a', tenant: 'x', exp: expect.any(Number) });
  });

  test('what is no key is found when the port is opened', () => {
    expect(() => open({ type: 'notify', key: { secret: 'N' } })).toThrow(
      expect.objectContaining({ code: 'ADAPTER_CONFIG' }),
    );
    expect(() => open({ type: 'jwt', issuer: 'i', key: { secret: 'K' } })).toThrow(/no private key in PEM form/);
  });
});

describe('a session', () => {
  const session = (more: Partial<Extract<Auth, { type: 'session' }>> = {}): Auth => ({
    type: 'session',
    url: `${far.address}/logon`,
    fields: { user: 'bus', password: { secret: 'P' } },
    ...more,
  });

  test('by cookies, which the far end may change, and a new logon where it redirects to it', async () => {
    let count = 0;
    logon = (response) =>
      response
        .writeHead(302, {
          Location: '/home',
          'Set-Cookie': [`sid=${++count}; Path=/; HttpOnly`, 'other=1; Path=/elsewhere'],
        })
        .end();
    serve = (response, request) => {
      const old = request.headers.cookie?.includes('sid=1');
      if (old && count === 1 && calls().length > 2) response.writeHead(302, { Location: '/logon' }).end();
      else response.writeHead(200, { 'Set-Cookie': 'seen=yes; Path=/' }).end();
    };
    const port = open(session());
    await send(port);
    await send(port);
    await send(port);
    expect(bodies).toEqual(['user=bus&password=the+P', 'user=bus&password=the+P']);
    expect(calls().map(({ headers }) => headers.cookie)).toEqual([
      'sid=1',
      'sid=1; seen=yes',
      'sid=1; seen=yes',
      'sid=2',
    ]);
  });

  test('by a token in its answer', async () => {
    logon = (response) => response.end('{"session":{"token":"abc"}}');
    await send(
      open(session({ as: 'json', token: 'session.token', header: 'X-API-TOKEN', headers: { 'X-API-KEY': 'k' } })),
    );
    expect(bodies).toEqual(['{"user":"bus","password":"the P"}']);
    expect(far.requests[0]!.headers['x-api-key']).toBe('k');
    expect(calls()[0]!.headers['x-api-token']).toBe('abc');
    await port!.close();
    logon = (response) => response.end('"abc"');
    await send(open(session({ method: 'GET', token: '.' })));
    expect(far.requests[2]!.url).toBe('/logon?user=bus&password=the+P');
    expect(used().at(-1)).toBe('Bearer abc');
  });

  test('it is opened anew when its time is over', async () => {
    const clock = createSimulatedClock(Date.parse('2026-11-23T12:00:00Z'));
    logon = (response) => response.end('abc');
    const port = open(session({ token: '.', lifetime: '1m' }), { clock });
    await send(port);
    await clock.advance(61_000);
    await send(port);
    expect(bodies).toHaveLength(2);
  });

  test.each([
    [{}, /gave no cookie/],
    [{ token: 'a.b' }, /no token at a.b/],
  ])('a logon that gives nothing is no access: %j', async (more, text) => {
    logon = (response) => response.end('{"a":null}');
    const error = await failure(send(open(session(more))));
    expect(error).toMatchObject({ code: 'ENDPOINT_DENIED', kind: 'transient' });
    expect(error.message).toMatch(text);
  });
});

describe('options', () => {
  const tokenUrl = 'https://a/token';
  test.each([
    ['auth', { type: 'clientCredentials', tokenUrl, client: 'c' }],
    [
      'auth.assertion',
      {
        type: 'clientCredentials',
        tokenUrl,
        client: 'c',
        clientSecret: { secret: 'S' },
        assertion: { key: { secret: 'K' } },
      },
    ],
    [
      'auth.clientSecret',
      { type: 'password', tokenUrl, user: 'u', password: { secret: 'P' }, clientSecret: { secret: 'S' } },
    ],
    ['auth', { type: 'apiKey', name: 'x-TWICE', key: { secret: 'K' } }],
  ] as [string, Auth][])('%s is found wrong in %j', (path, auth) => {
    const config = { url: 'http://a/', headers: { 'X-Twice': 'a' }, auth };
    expect(rest.check(config, 'send')).toEqual([expect.objectContaining({ path, severity: 'error' })]);
  });
});
