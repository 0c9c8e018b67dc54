/** Nonces and signatures of callers count once, on whatever host they come; what was not kept may come again. */
import { WSSecurity, WSSecurityCert } from 'soap';
import { soap } from '../../../adapters/soap/adapter.ts';
import type { SoapReceiveConfig } from '../../../adapters/soap/receive.ts';
import { createSystemClock } from '../../../runtime/clock/system.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import { createLocalReplayCache } from '../../../runtime/replays/local.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { openSink } from '../../contract/http-sink.ts';
import { type Authority, type Certificate, createAuthority } from '../../servers/certificates.ts';
import { answering, closeLocation, openLocation, S11, type Verdict } from './open-location.ts';

const WSDL = 'tests/adapters/soap/wsdl/desk.wsdl';
const OPEN = '<t:OpenCase xmlns:t="urn:test:types"><t:Title>A</t:Title></t:OpenCase>';
const ANSWER = '<OpenCaseResponse xmlns="urn:test:types"><Number>0042</Number></OpenCaseResponse>';
const users = [{ user: 'ada', password: { secret: 'P' } }];
const trusted = [{ secret: 'CA' }];
let authority: Authority;
let ada: Certificate;
beforeAll(async () => {
  authority = await createAuthority();
  ada = await authority.issue('ada');
});
afterEach(closeLocation);

const secret = (name: string) =>
  ({ CA: authority.certificate, ADA: ada.certificate, ADA_KEY: ada.key, P: 'pw' })[name] ?? name;
const enveloped = (header = '', body = OPEN) =>
  `<soap:Envelope xmlns:soap="${S11}"><soap:Header>${header}</soap:Header><soap:Body>${body}</soap:Body></soap:Envelope>`;
const signed = (body = OPEN) =>
  new WSSecurityCert(ada.key, ada.certificate, '', { signerOptions: { idMode: 'wssecurity' } }).postProcess(
    enveloped('', body),
    'soap',
  );
const token = (type: string) => enveloped(new WSSecurity('ada', 'pw', { passwordType: type, hasNonce: true }).toXML());

const serve = (config: Partial<SoapReceiveConfig>, verdict: Verdict = answering(ANSWER), more = {}) =>
  openLocation({ wsdl: WSDL, ...config }, verdict, { twoWay: true, secret, ...more });

test.each([
  ['a signature', { signature: { trusted } }, signed],
  ['a digest', { usernameToken: { users } }, (_body?: string) => token('PasswordDigest')],
  ['a password with a nonce', { usernameToken: { users } }, (_body?: string) => token('PasswordText')],
] as const)('%s that came before is refused, also by another host', async (_title, config, write) => {
  const replays = createLocalReplayCache(createSystemClock());
  const text = write();
  const first = await serve(config as Partial<SoapReceiveConfig>, undefined, { replays });
  expect((await first.post(text)).status).toBe(200);
  const again = await first.post(text);
  expect(again.text).toContain('c:InvalidSecurity');
  expect(again.text).toContain('came before');
  expect(first.seen).toHaveLength(1);
  await closeLocation();
  const other = await serve(config as Partial<SoapReceiveConfig>, undefined, { replays });
  expect((await other.post(text)).text).toContain('came before');
  expect((await other.post(write(OPEN.replace('>A<', '>B<')))).status).toBe(200);
});

test.each([
  ['another writing of its value', (text: string) => text.replace(/(<SignatureValue>)(.{20})/, '$1$2\n  ')],
  ['a comment in its value', (text: string) => text.replace(/(<\/SignatureValue>)/, '<!-- x -->$1')],
  [
    'another value behind its own',
    (text: string) => text.replace(/(<\/SignatureValue>)/, '$1<SignatureValue>AAAA</SignatureValue>'),
  ],
  ['another token id', (text: string) => text.replace(/x509-[0-9a-f]+/g, 'x509-0')],
])('a signature with %s is the same, or none', async (_title, change) => {
  const { post, seen } = await serve({ signature: { trusted } });
  const text = signed();
  await post(text);
  expect((await post(change(text))).text).toMatch(/came before|FailedCheck/);
  expect(seen).toHaveLength(1);
});

test('the same signature may come again where that is said, and where the call was not kept', async () => {
  const text = signed();
  const free = await serve({ signature: { trusted, once: false } });
  expect([(await free.post(text)).status, (await free.post(text)).status]).toEqual([200, 200]);
  await closeLocation();
  let busy = true;
  const { post, seen } = await serve({ signature: { trusted } }, async (incoming) => {
    if (busy) throw busError('BUS_BUSY', {});
    return answering(ANSWER)(incoming);
  });
  expect((await post(text)).headers.get('retry-after')).toBeTruthy();
  busy = false;
  expect((await post(text)).status).toBe(200);
  expect((await post(text)).text).toContain('came before');
  expect(seen).toHaveLength(2);
});

test('callers come again where it cannot be told whether they came before', async () => {
  const replays = {
    first: async () => Promise.reject(busError('BUS_BUSY', {})),
    forget: async () => {},
    close: async () => {},
  };
  const { post, seen } = await serve({ signature: { trusted } }, undefined, { replays });
  const { status, headers } = await post(signed());
  expect([status, headers.has('retry-after')]).toEqual([500, true]);
  expect(seen).toEqual([]);
});

test('our own calls are signed anew, even the same within a second', async () => {
  const { url, seen } = await serve({ signature: { trusted } });
  const port = soap.send!(
    { wsdl: WSDL, url, sign: { certificate: { secret: 'ADA' }, key: { secret: 'ADA_KEY' } } },
    testAdapterContext({ secret, twoWay: true }),
  );
  const message = testMessage({ id: 'm', bytes: Buffer.from(OPEN), contentType: 'text/xml' });
  for (let time = 0; time < 3; time += 1) await port.send(message, new AbortController().signal);
  await port.close();
  expect(seen).toHaveLength(3);
});

test('signed answers may come again: they are answers to what we asked', async () => {
  const answer = signed(ANSWER);
  const sink = await openSink((_body, response) => response.end(answer));
  const port = soap.send!(
    { wsdl: WSDL, url: sink.address, signature: { trusted } },
    testAdapterContext({ secret, twoWay: true }),
  );
  const message = testMessage({ id: 'm', bytes: Buffer.from(OPEN), contentType: 'text/xml' });
  try {
    for (let time = 0; time < 2; time += 1) await port.send(message, new AbortController().signal);
  } finally {
    await port.close();
    await sink.close();
  }
});
