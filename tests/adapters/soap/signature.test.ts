/** Signatures by certificates: what node-soap signs is taken, what was changed, moved, wrapped or signed by others is not. */
import { createHash, X509Certificate } from 'node:crypto';
import { createClientAsync, type ISecurity, WSSecurity, WSSecurityCert } from 'soap';
import { SignedXml } from 'xml-crypto';
import { soap } from '../../../adapters/soap/adapter.ts';
import { readEnvelope } from '../../../adapters/soap/envelope.ts';
import type { SoapReceiveConfig } from '../../../adapters/soap/receive.ts';
import type { SignatureConfig, SignConfig } from '../../../adapters/soap/security/config.ts';
import { SecurityProblem } from '../../../adapters/soap/security/names.ts';
import { compileSignatureCheck } from '../../../adapters/soap/security/verify.ts';
import type { SoapSendConfig } from '../../../adapters/soap/send.ts';
import { createSimulatedClock } from '../../../runtime/clock/simulated.ts';
import { createSystemClock } from '../../../runtime/clock/system.ts';
import type { AdapterContext } from '../../../runtime/contracts/adapter.ts';
import type { BusError } from '../../../runtime/contracts/errors.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { openSink } from '../../contract/http-sink.ts';
import { type Authority, type Certificate, createAuthority } from '../../servers/certificates.ts';
import { answering, closeLocation, openLocation, S11 } from './open-location.ts';

const WSDL = 'tests/adapters/soap/wsdl/desk.wsdl';
const OPEN = '<t:OpenCase xmlns:t="urn:test:types"><t:Text>b</t:Text><t:Title>A &amp; B</t:Title></t:OpenCase>';
const ANSWER = '<OpenCaseResponse xmlns="urn:test:types"><Number>0042</Number></OpenCaseResponse>';
const EXC = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const OASIS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';
const WSSE = `${OASIS}-wssecurity-secext-1.0.xsd`;
const WSU = `${OASIS}-wssecurity-utility-1.0.xsd`;
let authority: Authority;
let ada: Certificate;
let mallory: Certificate;

beforeAll(async () => {
  authority = await createAuthority();
  ada = await authority.issue('ada');
  mallory = await (await createAuthority('Another')).issue('ada');
});

afterEach(() => closeLocation());

const secret = (name: string) =>
  ({
    CA: authority.certificate,
    ADA: ada.certificate,
    ADA_KEY: ada.key,
    MALLORY: mallory.certificate,
    MALLORY_KEY: mallory.key,
  })[name] ?? `the ${name}`;
const context = (more: Partial<AdapterContext> = {}) => testAdapterContext({ secret, twoWay: true, ...more });
const trusted = [{ secret: 'CA' }];

const signedBy = ({ certificate, key }: Certificate, options: object = {}): ISecurity =>
  new WSSecurityCert(key, certificate, '', { signerOptions: { idMode: 'wssecurity' }, ...options });

/** An envelope as node-soap signs it. */
const enveloped = (header = '', body = OPEN) =>
  `<soap:Envelope xmlns:soap="${S11}"><soap:Header>${header}</soap:Header><soap:Body>${body}</soap:Body></soap:Envelope>`;
const signed = (who = ada, options: object = {}, text = enveloped()) =>
  (signedBy(who, options) as unknown as { postProcess(xml: string, key: string): string }).postProcess(text, 'soap');

function check(
  text: string,
  config: Partial<SignatureConfig> = {},
  more: Partial<AdapterContext> = {},
  attachments: readonly unknown[] = [],
): string {
  const verify = compileSignatureCheck({ trusted, ...config }, 'signature', context(more));
  return verify({ ...readEnvelope(text), text, attachments }).name;
}

function problemOf(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof SecurityProblem) return `${thrown.problem}: ${thrown.message}`;
    throw thrown;
  }
  return 'none';
}

describe("node-soap's client", () => {
  const open = (signature: Partial<SignatureConfig> = {}, config: Partial<SoapReceiveConfig> = {}) =>
    openLocation({ wsdl: WSDL, signature: { trusted, ...signature }, ...config }, answering(ANSWER), {
      twoWay: true,
      secret,
    });

  async function call(url: string, security?: ISecurity): Promise<unknown> {
    const client = await createClientAsync(WSDL, { disableCache: true, endpoint: url });
    if (security) client.setSecurity(security);
    const operation = (client as unknown as Record<string, (args: object) => Promise<[unknown]>>)['OpenCaseAsync']!;
    return (await operation({ Title: 'Größe & mehr' }))[0];
  }

  test.each([
    ['as it does it usually', {}],
    ['without ids of WS-Security', { signerOptions: {} }],
    [
      'by RSA-SHA512',
      {
        signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
        digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha512',
      },
    ],
  ])('signs %s', async (_title, options) => {
    const { url, seen } = await open();
    expect(await call(url, signedBy(ada, options))).toEqual({ Number: '0042' });
    expect(seen[0]!.context.get('http.caller')?.value).toBe('ada');
  });

  test.each([
    ['nothing', () => undefined, 'InvalidSecurity'],
    ['with a certificate of a stranger', () => signedBy(mallory), 'FailedAuthentication'],
    ['with a key that is not of its certificate', () => signedBy({ ...ada, key: mallory.key }), 'FailedCheck'],
    ['no timestamp', () => signedBy(ada, { hasTimeStamp: false }), 'InvalidSecurity'],
    ['no body', () => signedBy(ada, { excludeReferencesFromSigning: ['Body'] }), 'FailedCheck'],
    ['a name only', () => new WSSecurity('ada', 'x'), 'InvalidSecurity'],
  ])('that signs %s is refused', async (_title, security, problem) => {
    const { url, seen } = await open();
    await expect(call(url, security())).rejects.toThrow(new RegExp(`${problem}: The message is refused`));
    expect(seen).toEqual([]);
  });
});

describe('what was signed', () => {
  test('is taken, whoever of the trusted issued or is it', () => {
    expect(check(signed())).toBe('ada');
    expect(check(signed(), { trusted: [{ secret: 'ADA' }] })).toBe('ada');
  });

  test('leaves out what lies beside the envelope, which is refused', () => {
    expect(problemOf(() => check(signed(), {}, {}, ['a part']))).toBe('FailedCheck: its attachments are not signed');
  });

  test('with its binary content in place, as MTOM has it signed', async () => {
    const { post, seen } = await openLocation({ wsdl: WSDL, signature: { trusted } }, answering(ANSWER), {
      twoWay: true,
      secret,
    });
    const text = signed(ada, {}, enveloped('', OPEN.replace('A &amp; B', 'AAEC')));
    const include = '<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:1"/>';
    const type = 'application/xop+xml; type="text/xml"';
    const send = (content: Buffer, more = '') =>
      post(
        `--M\r\nContent-Type: ${type}\r\n\r\n${text.replace('AAEC', include)}\r\n--M\r\nContent-ID: <1>\r\n\r\n${content.toString('latin1')}\r\n${more}--M--`,
        { 'Content-Type': 'multipart/related; type="application/xop+xml"; boundary=M' },
      );
    expect((await send(Buffer.from([0, 1, 2]))).status).toBe(200);
    expect((await send(Buffer.from([0, 1, 3]))).text).toContain('c:FailedCheck');
    expect((await send(Buffer.from([0, 1, 2]), '--M\r\nContent-ID: <2>\r\n\r\nx\r\n')).text).toContain(
      'attachments are not signed',
    );
    expect(seen).toHaveLength(1);
  });

  test('and changed', () => {
    expect(problemOf(() => check(signed().replace('A &amp; B', 'A &amp; C')))).toMatch(/^FailedCheck/);
  });

  const bodyOf = (text: string) => /<soap:Body[\s\S]*<\/soap:Body>/.exec(text)![0];
  const evil = (id = '') =>
    `<soap:Body${id}><t:OpenCase xmlns:t="urn:test:types"><t:Title>evil</t:Title></t:OpenCase></soap:Body>`;
  const wrap = (text: string, id = '') =>
    text
      .replace(bodyOf(text), evil(id))
      .replace('<soap:Header>', `<soap:Header><w:Wrapper xmlns:w="urn:w">${bodyOf(text)}</w:Wrapper>`);

  test.each([
    ['into a header, with another body in its place', wrap],
    ['into a header, with a body of another id', (text: string) => wrap(text, ` wsu:Id="_9" xmlns:wsu="${WSU}"`)],
    ['into a header, with a body of the same id', (text: string) => wrap(text, ` wsu:Id="_0" xmlns:wsu="${WSU}"`)],
    [
      'into the security header',
      (text: string) =>
        text.replace(bodyOf(text), evil()).replace('</wsse:Security>', `${bodyOf(text)}</wsse:Security>`),
    ],
    ['behind another body', (text: string) => text.replace(bodyOf(text), evil() + bodyOf(text))],
    ['before another body', (text: string) => text.replace(bodyOf(text), bodyOf(text) + evil())],
  ])('and moved %s', (_title, attack) => {
    expect(problemOf(() => check(attack(signed())))).toMatch(/^(FailedCheck|InvalidSecurity)/);
  });

  test('and filled with what its transforms leave out', () => {
    const text = signed(ada, { signatureTransformations: [ENVELOPED, EXC] });
    const filled = text.replace(
      '</t:OpenCase>',
      '<t:Extra><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></t:Extra></t:OpenCase>',
    );
    expect(problemOf(() => check(filled))).toMatch(/^FailedCheck/);
    const hidden = text.replace(
      '</soap:Body>',
      '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><x/></Signature></soap:Body>',
    );
    expect(problemOf(() => check(hidden))).toMatch(/^FailedCheck/);
  });

  test('is not all that counts', () => {
    const addressing = '<wsa:To xmlns:wsa="http://www.w3.org/2005/08/addressing">urn:desk</wsa:To>';
    const only = signed(ada, {}, enveloped(addressing));
    expect(problemOf(() => check(only, { parts: ['body', 'addressing'] }))).toBe(
      'FailedCheck: its To is not what was signed',
    );
    const both = signed(ada, { additionalReferences: ['wsa:To'] }, enveloped(addressing));
    expect(check(both, { parts: ['body', 'addressing'] })).toBe('ada');
    expect(problemOf(() => check(both.replace('urn:desk', 'urn:evil'), { parts: ['body'] }))).toMatch(/^FailedCheck/);
  });

  test('long ago, or in the time to come', () => {
    const text = signed();
    for (const shift of [-600_000, 600_000]) {
      const clock = createSimulatedClock(Date.now() + shift);
      expect(problemOf(() => check(text, {}, { clock }))).toMatch(/^MessageExpired/);
    }
    const later = createSimulatedClock(Date.now() + 600_000);
    expect(check(text, { maxAge: '1h' }, { clock: createSystemClock() })).toBe('ada');
    expect(check(text, { parts: ['body'] }, { clock: later })).toBe('ada');
    const old = createSimulatedClock(Date.now() + 800 * 86_400_000);
    expect(problemOf(() => check(text, {}, { clock: old }))).toMatch(
      /^InvalidSecurityToken: the certificate of ada is not valid now/,
    );
  });

  test('by SHA-1 counts only where that is allowed', () => {
    const sha1 = {
      signatureAlgorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
      digestAlgorithm: 'http://www.w3.org/2000/09/xmldsig#sha1',
    };
    expect(problemOf(() => check(signed(ada, sha1)))).toMatch(/^UnsupportedAlgorithm/);
    expect(check(signed(ada, sha1), { sha1: true })).toBe('ada');
  });

  test('by a key that both ends know does not count', () => {
    const text = signed().replace(
      'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
      'http://www.w3.org/2000/09/xmldsig#hmac-sha1',
    );
    expect(problemOf(() => check(text, { sha1: true }))).toMatch(/^(UnsupportedAlgorithm|FailedCheck)/);
  });

  test('more than once, in two headers, or by far too many references', () => {
    const text = signed();
    const signature = /<Signature[\s\S]*<\/Signature>/.exec(text)![0];
    expect(problemOf(() => check(text.replace(signature, signature + signature)))).toMatch(/more than once/);
    const header = /<wsse:Security[\s\S]*<\/wsse:Security>/.exec(text)![0];
    expect(problemOf(() => check(text.replace(header, header + header)))).toMatch(/several security headers/);
    const reference = /<Reference[\s\S]*?<\/Reference>/.exec(text)![0];
    expect(problemOf(() => check(text.replace(reference, reference.repeat(30))))).toMatch(/more than 20 elements/);
  });
});

describe('a certificate that is named', () => {
  function by(info: (certificate: X509Certificate) => string): string {
    const signer = new SignedXml({
      privateKey: ada.key,
      signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
      canonicalizationAlgorithm: EXC,
      getKeyInfoContent: () => info(new X509Certificate(ada.certificate)),
    });
    const digestAlgorithm = 'http://www.w3.org/2001/04/xmlenc#sha256';
    signer.addReference({ xpath: "//*[local-name(.)='Body']", transforms: [EXC], digestAlgorithm });
    const security = `<wsse:Security xmlns:wsse="${WSSE}" xmlns:wsu="${WSU}"></wsse:Security>`;
    signer.computeSignature(enveloped(security), {
      location: { reference: "//*[local-name(.)='Security']", action: 'append' },
      existingPrefixes: { wsse: WSSE },
    });
    return signer.getSignedXml();
  }

  const base64 = ({ raw }: X509Certificate) => raw.toString('base64');
  const identifier = (type: string, value: string) =>
    `<wsse:SecurityTokenReference><wsse:KeyIdentifier ValueType="${type}">${value}</wsse:KeyIdentifier></wsse:SecurityTokenReference>`;

  test.each([
    ['as itself', (c: X509Certificate) => `<X509Data><X509Certificate>${base64(c)}</X509Certificate></X509Data>`],
    ['in an identifier', (c: X509Certificate) => identifier(`${OASIS}-x509-token-profile-1.0#X509v3`, base64(c))],
    [
      'by its thumbprint',
      ({ raw }: X509Certificate) =>
        identifier(
          'http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.1#ThumbprintSHA1',
          createHash('sha1').update(raw).digest('base64'),
        ),
    ],
    [
      'by its number',
      ({ serialNumber }: X509Certificate) =>
        `<wsse:SecurityTokenReference><X509Data><X509IssuerSerial><X509IssuerName>CN=x</X509IssuerName><X509SerialNumber>${BigInt(`0x${serialNumber}`)}</X509SerialNumber></X509IssuerSerial></X509Data></wsse:SecurityTokenReference>`,
    ],
  ])('%s', (_title, info) => {
    const given = { parts: ['body'], trusted: [{ secret: 'ADA' }] } as const;
    expect(check(by(info), given)).toBe('ada');
    expect(problemOf(() => check(by(info), { ...given, trusted: [{ secret: 'MALLORY' }] }))).toMatch(
      /^FailedAuthentication/,
    );
  });

  test.each([
    ['in no way', () => '', /names no certificate|not known/],
    ['by a key alone', () => '<KeyName>ada</KeyName>', /not known/],
    ['as what it is not', () => '<X509Data><X509Certificate>AAAA</X509Certificate></X509Data>', /cannot be read/],
    [
      'by a token that is not there',
      () => '<wsse:SecurityTokenReference><wsse:Reference URI="#none"/></wsse:SecurityTokenReference>',
      /no token #none/,
    ],
  ])('%s is none', (_title, info, reason) => {
    expect(problemOf(() => check(by(info), { parts: ['body'] }))).toMatch(reason);
  });
});

describe('our own calls', () => {
  const sign: SignConfig = { certificate: { secret: 'ADA' }, key: { secret: 'ADA_KEY' } };
  const message = testMessage({ id: 'm', bytes: Buffer.from(OPEN), contentType: 'text/xml' });
  const never = new AbortController().signal;

  async function sent(config: Partial<SoapSendConfig>, answer = enveloped('', ANSWER), times = 1): Promise<string[]> {
    const received: string[] = [];
    const sink = await openSink((body, response) => {
      received.push(body.toString());
      response.end(answer);
    });
    try {
      const port = soap.send!({ wsdl: WSDL, url: sink.address, ...config }, context());
      for (let time = 0; time < times; time += 1) await port.send(message, never);
      await port.close();
      return received;
    } finally {
      await sink.close();
    }
  }

  test.each([false, true])('are signed, each anew; SOAP 1.2: %s', async (soap12) => {
    const answer = soap12 ? enveloped('', ANSWER).replace(S11, 'http://www.w3.org/2003/05/soap-envelope') : undefined;
    const [first, second] = await sent({ sign, soap12 }, answer, 2);
    expect([check(first!), check(second!)]).toEqual(['ada', 'ada']);
    expect(first).not.toBe(second);
    expect(readEnvelope(first!).header).toMatchObject([{ local: 'Security', mustUnderstand: true }]);
  });

  test('with addressing, with a UsernameToken, and by SHA-1', async () => {
    const all = { sign: { ...sign, parts: ['body', 'timestamp', 'addressing'] as const }, addressing: {} };
    expect(check((await sent(all))[0]!, { parts: ['body', 'timestamp', 'addressing'] })).toBe('ada');
    const auth = { type: 'usernameToken', user: 'u', password: { secret: 'P' }, timestamp: true } as const;
    const [both] = await sent({ sign, auth });
    expect(check(both!)).toBe('ada');
    expect(both).toContain('>the P<');
    const [old] = await sent({ sign: { ...sign, sha1: true } });
    expect(check(old!, { sha1: true })).toBe('ada');
  });

  test('whose key does not fit, or is none, open no port', async () => {
    await expect(sent({ sign: { ...sign, key: { secret: 'MALLORY_KEY' } } })).rejects.toThrow(
      /the key is not that of the certificate/,
    );
    await expect(sent({ sign: { ...sign, key: { secret: 'NONE' } } })).rejects.toMatchObject({
      code: 'ADAPTER_CONFIG',
    });
  });

  test('have signed answers where they are demanded', async () => {
    const signature = { trusted };
    const answer = signed(ada, {}, enveloped('', ANSWER));
    await sent({ signature }, answer);
    const failure = (await sent({ signature }, answer.replace('0042', '0043')).catch((thrown) => thrown)) as BusError;
    expect(failure).toMatchObject({
      code: 'ENDPOINT_ANSWER_INVALID',
      message: expect.stringContaining('its security is refused'),
    });
    await expect(sent({ signature })).rejects.toMatchObject({ code: 'ENDPOINT_ANSWER_INVALID' });
  });

  test('carry a timestamp and a nonce beside a password where it is said', async () => {
    const auth = { type: 'usernameToken', user: 'u', password: { secret: 'P' }, timestamp: true, nonce: true } as const;
    const [text] = await sent({ auth });
    expect(text).toMatch(/<wsu:Timestamp[\s\S]*<wsse:Nonce/);
  });
});

test.each([
  ['sign.parts', { wsdl: 'a.wsdl', sign: { certificate: 'a', key: { secret: 'K' }, parts: ['addressing'] } }],
] as [string, SoapSendConfig][])('%s is found wrong', (path, config) => {
  expect(soap.check(config, 'send')).toEqual([expect.objectContaining({ path, severity: 'error' })]);
});

test('what is no certificate opens no location', () => {
  const trust = [{ secret: 'OTHER' }];
  expect(() => compileSignatureCheck({ trusted: trust }, 'signature', context())).toThrow(
    /signature.trusted\[0\] cannot be used/,
  );
});
