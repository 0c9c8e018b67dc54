/** HTTP Digest: the examples of its RFCs, and a server that checks what it is told. */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { rest } from '../../../adapters/rest/adapter.ts';
import { createDigest } from '../../../adapters/shared/client/auth/digest.ts';
import { soap } from '../../../adapters/soap/adapter.ts';
import type { BusError } from '../../../runtime/contracts/errors.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { type HttpSink, openSink } from '../../contract/http-sink.ts';

const never = new AbortController().signal;
const auth = { type: 'digest', user: 'Mufasa', password: { secret: 'P' } } as const;
const MD5 =
  'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
const SHA256 = MD5.replace('MD5', 'SHA-256');

/** What answers a challenge, by its fields. */
async function answerTo(
  challenges: readonly string[],
  password = 'Circle of Life',
  url = 'http://www.example.org/dir/index.html',
) {
  const newId = () => 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';
  const digest = createDigest(auth, 'GET', testAdapterContext({ secret: () => password, newId }));
  const first = await digest.prove(url, never);
  expect(first.headers).toEqual({});
  const refused = { status: 401, headers: { 'www-authenticate': [...challenges] }, body: new Uint8Array() };
  if (!(await first.heard(refused))) return undefined;
  return (await digest.prove(url, never)).headers['authorization'];
}

test('RFC 7616, by MD5 and by SHA-256, which is preferred', async () => {
  expect(await answerTo([MD5])).toBe(
    'Digest username="Mufasa", realm="http-auth@example.org", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", uri="/dir/index.html", response="8ca523f5e9506fed4657c9700eebdbec", algorithm=MD5, opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", qop=auth, nc=00000001, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"',
  );
  const sha = 'response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1", algorithm=SHA-256';
  expect(await answerTo([MD5, SHA256])).toContain(sha);
  expect(await answerTo([`Basic realm="x", ${MD5}, ${SHA256}`])).toContain(sha);
});

test('RFC 2069: without qop, as old services have it', async () => {
  const challenge =
    'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"';
  const answer = await answerTo([challenge], 'CircleOfLife', 'http://www.nowhere.org/dir/index.html');
  const hash = (text: string) => createHash('md5').update(text).digest('hex');
  const response = hash(
    `${hash('Mufasa:testrealm@host.com:CircleOfLife')}:dcd98b7102dd2f0e8b11d0f600bfb0c093:${hash('GET:/dir/index.html')}`,
  );
  expect(answer).toContain(`response="${response}"`);
  expect(answer).not.toMatch(/qop|cnonce|algorithm/);
});

test.each([
  ['another kind', ['Basic realm="x"', 'NTLM']],
  ['an unknown hash', ['Digest realm="x", nonce="n", algorithm=CRC32']],
  ['bodies that are hashed', ['Digest realm="x", nonce="n", qop="auth-int"']],
  ['no nonce', ['Digest realm="x"']],
])('%s is not answered', async (_title, challenges) => {
  expect(await answerTo(challenges)).toBeUndefined();
});

describe('a server that checks', () => {
  let far: HttpSink;
  let nonce: string;
  let password: string;
  let seen: string[];

  const hash = (text: string) => createHash('sha256').update(text).digest('hex');

  function serve(response: ServerResponse, { method, url, headers }: IncomingMessage): void {
    const told = new Map(
      [...(headers.authorization ?? '').matchAll(/(\w+)="?([^",]*)"?/g)].map(([, name, value]) => [name!, value!]),
    );
    const one = hash(`${hash(`Mufasa:desk:${password}`)}:${nonce}:${told.get('cnonce')}`);
    const wanted = hash(`${one}:${nonce}:${told.get('nc')}:${told.get('cnonce')}:auth:${hash(`${method}:${url}`)}`);
    seen.push(`${told.get('nonce') ?? '-'} ${told.get('nc') ?? '-'}`);
    if (told.get('response') === wanted && told.get('nonce') === nonce && told.get('uri') === url) {
      const answer = '<OpenCaseResponse xmlns="urn:test:types"/>';
      response.end(
        `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>${answer}</e:Body></e:Envelope>`,
      );
      return;
    }
    response
      .writeHead(401, {
        'WWW-Authenticate': `Digest realm="desk", nonce="${nonce}", algorithm=SHA-256-sess, qop="auth"`,
      })
      .end();
  }

  beforeEach(async () => {
    [nonce, password, seen] = ['n1', 'the P', []];
    far = await openSink((_body, response, request) => serve(response, request));
  });

  afterEach(() => far.close());

  const context = testAdapterContext({ twoWay: true, secret: (name) => `the ${name}` });
  const url = () => `${far.address}/desk?v=1`;

  test('rest asks once, then counts; a new nonce is taken; a wrong password is told', async () => {
    const port = rest.send!({ url: url(), auth, method: 'PUT' }, context);
    const send = () =>
      port.send(testMessage({ id: 'm', bytes: Buffer.from('{}'), contentType: 'application/json' }), never);
    await send();
    await send();
    nonce = 'n2';
    await send();
    expect(seen).toEqual(['- -', 'n1 00000001', 'n1 00000002', 'n1 00000003', 'n2 00000001']);
    password = 'other';
    const error = await send().then(
      () => undefined,
      (thrown) => thrown as BusError,
    );
    expect(error).toMatchObject({ code: 'ENDPOINT_DENIED', kind: 'transient' });
    expect(seen).toHaveLength(6);
    await port.close();
  });

  test('soap, too', async () => {
    const port = soap.send!({ wsdl: 'tests/adapters/soap/wsdl/desk.wsdl', url: url(), auth }, context);
    const body = Buffer.from('<OpenCase xmlns="urn:test:types"/>');
    await port.send(testMessage({ id: 'm', bytes: body, contentType: 'text/xml' }), never);
    expect(seen).toEqual(['- -', 'n1 00000001']);
    await port.close();
  });
});
