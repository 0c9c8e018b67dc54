/** Who may call: addresses, keys, passwords, tokens, signatures, over real HTTP; and that a refusal gives nothing away. */
import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { rest } from '../../../adapters/rest/adapter.ts';
import type { AccessConfig } from '../../../adapters/shared/access/config.ts';
import { createSystemClock } from '../../../runtime/clock/system.ts';
import type { Incoming } from '../../../runtime/contracts/adapter.ts';
import { createHttpListener } from '../../../runtime/host/http-listener.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

const SECRETS: Readonly<Record<string, string>> = {
  PORTAL: 'portal-key',
  OLD: 'old-key',
  PASSWORD: 'pä:ss',
  HMAC: 'hush',
  HS: 'x'.repeat(32),
};

async function open(access: AccessConfig, secrets = SECRETS) {
  const listener = createHttpListener('127.0.0.1:0', createSystemClock());
  await listener.start();
  const seen: Incoming[] = [];
  const stopping = new AbortController();
  const context = testAdapterContext({ http: listener, secret: (name) => secrets[name]! });
  const running = rest.receive!({ path: '/in', access }, context).run(async ([incoming]) => {
    seen.push(incoming!);
    return [{ messageId: 'm', outcome: 'accepted' }];
  }, stopping.signal);
  close = async () => {
    stopping.abort();
    await running;
    await listener.stop();
  };
  const call = async (headers: Record<string, string> = {}, body = '{"a":1}') => {
    const response = await fetch(`${listener.address}/in`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body,
    });
    return {
      status: response.status,
      challenge: response.headers.get('www-authenticate'),
      text: await response.text(),
    };
  };
  const caller = () => seen.at(-1)?.context.get('http.caller')?.value;
  return { call, seen, caller };
}

const basic = (user: string, password: string) => ({
  Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

describe('API keys', () => {
  const access = {
    apiKey: {
      keys: [
        { caller: 'portal', key: { secret: 'PORTAL' } },
        { caller: 'portal', key: { secret: 'OLD' } },
      ],
    },
  };

  test('a known key lets in, and who has it is kept', async () => {
    const { call, caller } = await open(access);
    expect(await call({ 'X-API-Key': 'portal-key' })).toMatchObject({ status: 202 });
    expect(caller()).toBe('portal');
    expect(await call({ 'x-api-key': 'old-key' })).toMatchObject({ status: 202 });
  });

  test.each([{}, { 'X-API-Key': '' }, { 'X-API-Key': 'portal-ke' }, { 'X-API-Key': 'portal-key, portal-key' }])(
    '%j does not',
    async (headers) => {
      const { call, seen } = await open(access);
      const answer = await call(headers as Record<string, string>);
      expect(answer).toMatchObject({ status: 401, challenge: 'ApiKey' });
      expect(JSON.parse(answer.text)).toMatchObject({ type: 'urn:guildhall:error:ACCESS_REFUSED', status: 401 });
      expect(answer.text).not.toContain('portal');
      expect(seen).toEqual([]);
    },
  );

  test('in a header of its own', async () => {
    const { call } = await open({ apiKey: { header: 'Ocp-Key', ...access.apiKey } });
    expect(await call({ 'Ocp-Key': 'old-key' })).toMatchObject({ status: 202 });
    expect(await call({ 'X-API-Key': 'old-key' })).toMatchObject({ status: 401 });
  });
});

describe('HTTP Basic', () => {
  const access = { basic: [{ user: 'works', password: { secret: 'PASSWORD' } }] };

  test('a user with a password that has a colon and an umlaut', async () => {
    const { call, caller } = await open(access);
    expect(await call(basic('works', 'pä:ss'))).toMatchObject({ status: 202 });
    expect(caller()).toBe('works');
  });

  test.each([{}, basic('works', 'pass'), basic('', ''), { Authorization: 'Basic ***' }, { Authorization: 'Bearer x' }])(
    '%j is refused',
    async (headers) => {
      const { call } = await open(access);
      expect(await call(headers as Record<string, string>)).toMatchObject({
        status: 401,
        challenge: 'Basic realm="bus", charset="UTF-8"',
      });
    },
  );
});

describe('bearer tokens', () => {
  let server: Server;
  let keys: string;
  let sign: (payload: JWTPayload, more?: { readonly expires?: string; readonly issuer?: string }) => Promise<string>;
  let jwks: object;
  let down = false;
  beforeAll(async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] };
    server = createServer((_, response) => (down ? response.writeHead(500).end() : response.end(JSON.stringify(jwks))));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    keys = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
    sign = (payload, { expires = '5m', issuer = 'https://id.example' } = {}) =>
      new SignJWT(payload)
        .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
        .setIssuer(issuer)
        .setAudience('bus')
        .setExpirationTime(expires)
        .sign(privateKey);
  });
  afterAll(() => server.close());
  const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
  const rules = { issuer: 'https://id.example', audience: 'bus', claims: { scope: 'reports:write' } };

  test('a token of the provider lets in whom it names', async () => {
    const { call, caller } = await open({ jwt: { keys, ...rules } });
    const token = await sign({ sub: 'portal', scope: 'read reports:write' });
    expect(await call(bearer(token))).toMatchObject({ status: 202 });
    expect(caller()).toBe('portal');
  });

  test('a set of keys that is a secret', async () => {
    const { call } = await open({ jwt: { keys: { secret: 'JWKS' }, ...rules } }, { JWKS: JSON.stringify(jwks) });
    expect(await call(bearer(await sign({ scope: 'reports:write' })))).toMatchObject({ status: 202 });
  });

  test('what is wrong with it: expired, another issuer, changed, unsigned, or without the claim', async () => {
    const { call, seen } = await open({ jwt: { keys, ...rules } });
    const good = await sign({ scope: 'reports:write' });
    const [head, body, signature] = good.split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`;
    const forged = `${head}.${Buffer.from('{"scope":"reports:write","exp":9999999999}').toString('base64url')}.${signature}`;
    for (const token of [
      await sign({ scope: 'reports:write' }, { expires: '-5m' }),
      await sign({ scope: 'reports:write' }, { issuer: 'https://evil.example' }),
      forged,
      none,
      'x',
    ])
      expect(await call(bearer(token))).toMatchObject({ status: 401 });
    expect(await call(bearer(await sign({ scope: 'read' })))).toMatchObject({ status: 403 });
    expect(await call()).toMatchObject({ status: 401, challenge: 'Bearer' });
    expect(seen).toEqual([]);
  });

  test('a token that is signed by the public key as if it were a shared one is refused', async () => {
    const { call } = await open({ jwt: { keys, ...rules } });
    const token = await new SignJWT({ scope: 'reports:write' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('https://id.example')
      .setAudience('bus')
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode(JSON.stringify(jwks)));
    expect(await call(bearer(token))).toMatchObject({ status: 401 });
  });

  test('a shared text', async () => {
    const { call } = await open({ jwt: { keys: { secret: 'HS' } } });
    const signed = (text: string) =>
      new SignJWT({ sub: 's' })
        .setProtectedHeader({ alg: 'HS256' })
        .setExpirationTime('1m')
        .sign(new TextEncoder().encode(text));
    expect(await call(bearer(await signed(SECRETS['HS']!)))).toMatchObject({ status: 202 });
    expect(await call(bearer(await signed('y'.repeat(32))))).toMatchObject({ status: 401 });
  });

  test('a provider that is down is no fault of the caller', async () => {
    down = true;
    try {
      const { call } = await open({ jwt: { keys, ...rules } });
      expect(await call(bearer(await sign({ scope: 'reports:write' })))).toMatchObject({ status: 503 });
    } finally {
      down = false;
    }
  });
});

describe('signatures', () => {
  const signature = (body: string, hash = 'sha256', encoding: 'hex' | 'base64' = 'hex') =>
    createHmac(hash, SECRETS['HMAC']!).update(body).digest(encoding);

  test('over the body as it was sent', async () => {
    const { call } = await open({ hmac: { header: 'Pay-Signature', keys: [{ secret: 'OLD' }, { secret: 'HMAC' }] } });
    const body = '{"a": "£5"}';
    expect(await call({ 'Pay-Signature': signature(body) }, body)).toMatchObject({ status: 202 });
    expect(await call({ 'Pay-Signature': signature(body) }, `${body} `)).toMatchObject({ status: 401 });
    expect(await call({ 'Pay-Signature': signature(body).slice(2) }, body)).toMatchObject({ status: 401 });
    expect(await call({}, body)).toMatchObject({ status: 401 });
  });

  describe.each(['hex', 'base64'] as const)('in %s', (encoding) => {
    const right = signature('{"a":1}', 'sha256', encoding);
    const hmac = { header: 'X-Sig', keys: [{ secret: 'HMAC' }], encoding, prefix: 'v1=' };
    test.each([
      ['followed by what is no such text', `${right}!`],
      ['followed by words', `${right} and more`],
      ['followed by more of it', `${right}00`],
      ['with a blank in it', `${right.slice(0, 8)} ${right.slice(8)}`],
      ['with a character in it that does not count', `${right.slice(0, 8)}-${right.slice(8)}`],
      ['cut', right.slice(0, -4)],
      ['twice', `${right}, v1=${right}`],
      ['in the other encoding', signature('{"a":1}', 'sha256', encoding === 'hex' ? 'base64' : 'hex')],
      ['of nothing', ''],
    ])('a signature %s is refused', async (_, given) => {
      const { call, seen } = await open({ hmac });
      expect(await call({ 'X-Sig': `v1=${given}` })).toMatchObject({ status: 401, challenge: 'Signature' });
      expect(seen).toEqual([]);
      expect(await call({ 'X-Sig': `v1=${right}` })).toMatchObject({ status: 202 });
    });
  });

  test('hexadecimal digits may be capitals', async () => {
    const { call } = await open({ hmac: { header: 'X-Sig', keys: [{ secret: 'HMAC' }] } });
    expect(await call({ 'X-Sig': signature('{"a":1}').toUpperCase() })).toMatchObject({ status: 202 });
  });

  test('base64 that spells the same bytes otherwise is refused', async () => {
    const { call } = await open({ hmac: { header: 'X-Sig', keys: [{ secret: 'HMAC' }], encoding: 'base64' } });
    const right = signature('{"a":1}', 'sha256', 'base64'); // 32 bytes: the last letter has two bits that say nothing.
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    const other = `${right.slice(0, 42)}${letters[letters.indexOf(right[42]!) ^ 1]}=`;
    expect(Buffer.from(other, 'base64')).toEqual(Buffer.from(right, 'base64'));
    expect(await call({ 'X-Sig': other })).toMatchObject({ status: 401 });
    expect(await call({ 'X-Sig': right })).toMatchObject({ status: 202 });
  });

  test('with a prefix, in base64, by another hash', async () => {
    const hmac = {
      header: 'X-Sig',
      keys: [{ secret: 'HMAC' }],
      hash: 'sha512',
      encoding: 'base64',
      prefix: 'v1=',
    } as const;
    const { call } = await open({ hmac });
    expect(await call({ 'X-Sig': `v1=${signature('{"a":1}', 'sha512', 'base64')}` })).toMatchObject({ status: 202 });
    expect(await call({ 'X-Sig': signature('{"a":1}', 'sha512', 'base64') })).toMatchObject({ status: 401 });
  });
});

describe('addresses', () => {
  test.each([
    [['127.0.0.0/8'], 0, undefined, 202],
    [['10.0.0.0/8'], 0, undefined, 403],
    [['10.0.0.0/8'], 0, '10.1.1.1', 403],
    [['10.0.0.0/8'], 1, '10.1.1.1', 202],
    [['10.0.0.0/8'], 1, '10.1.1.1, 8.8.8.8', 403],
    [['10.0.0.0/8'], 2, '10.1.1.1, 8.8.8.8', 202],
    [['2001:db8::/32'], 1, '2001:db8::1', 202],
    [['10.0.0.0/8'], 1, 'nonsense', 403],
    [['10.0.0.0/8'], 3, '10.1.1.1', 403],
  ])('%j behind %d proxies, told %s: %d', async (addresses, proxies, forwarded, status) => {
    const { call } = await open({ addresses, proxies });
    expect(await call(forwarded === undefined ? {} : { 'X-Forwarded-For': forwarded })).toMatchObject({ status });
  });
});

test('everything that is given must hold', async () => {
  const { call, caller } = await open({
    addresses: ['127.0.0.1'],
    basic: [{ user: 'works', password: { secret: 'PASSWORD' } }],
    hmac: { header: 'X-Sig', keys: [{ secret: 'HMAC' }] },
  });
  const signed = { 'X-Sig': createHmac('sha256', 'hush').update('{"a":1}').digest('hex') };
  expect(await call({ ...basic('works', 'pä:ss'), ...signed })).toMatchObject({ status: 202 });
  expect(caller()).toBe('works');
  expect(await call(signed)).toMatchObject({ status: 401 });
  expect(await call(basic('works', 'pä:ss'))).toMatchObject({ status: 401 });
});

test.each([
  [{ addresses: ['10.0.0.0/40'] }, ['access.addresses']],
  [{ addresses: ['10.0.0'] }, ['access.addresses']],
  [
    { basic: [{ user: 'u', password: { secret: 'P' } }], jwt: { keys: 'https://id', issuer: 'i', audience: 'a' } },
    ['access.jwt'],
  ],
])('check finds %j', (access, paths) => {
  expect(rest.check({ path: '/in', access }, 'receive').map(({ path }) => path)).toEqual(paths);
});

test.each([
  [{}, ['access.jwt.issuer', 'access.jwt.audience']],
  [{ issuer: 'https://id' }, ['access.jwt.audience']],
  [{ audience: 'bus' }, ['access.jwt.issuer']],
  [{ issuer: 'https://id', audience: 'bus' }, []],
])('check warns of tokens of anybody or for anybody: %j', (more, paths) => {
  const found = rest.check({ path: '/in', access: { jwt: { keys: 'https://id', ...more } } }, 'receive');
  expect(found.map(({ path }) => path)).toEqual(paths);
  expect(found.every(({ severity, help }) => severity === 'warning' && /`(iss|aud)`/.test(help))).toBe(true);
});
