/** XML Encryption: what is encrypted for us is read, whatever else is refused, and all failures of decryption look the same. */
import { createCipheriv, privateDecrypt, publicEncrypt, randomBytes, X509Certificate } from 'node:crypto';
import { WSSecurityCert } from 'soap';
import { soap } from '../../../adapters/soap/adapter.ts';
import { readEnvelope } from '../../../adapters/soap/envelope.ts';
import type { SoapReceiveConfig } from '../../../adapters/soap/receive.ts';
import { compileEncrypt } from '../../../adapters/soap/security/encrypt.ts';
import type { EncryptConfig, EncryptionConfig } from '../../../adapters/soap/security/encryption-config.ts';
import { SecurityProblem } from '../../../adapters/soap/security/names.ts';
import { compileSecurity, type SecurityConfig } from '../../../adapters/soap/security/open-security.ts';
import type { SoapSendConfig } from '../../../adapters/soap/send.ts';
import { XmlProblem } from '../../../adapters/soap/xml-reader.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { openSink } from '../../contract/http-sink.ts';
import { fc } from '../../properties.ts';
import { type Authority, type Certificate, createAuthority } from '../../servers/certificates.ts';
import { answering, bodyText, closeLocation, envelope, openLocation, S11, S12 } from './open-location.ts';

const WSDL = 'tests/adapters/soap/wsdl/desk.wsdl';
const OPEN = '<t:OpenCase xmlns:t="urn:test:types"><t:Title>Größe &amp; mehr</t:Title></t:OpenCase>';
const ANSWER = '<OpenCaseResponse xmlns="urn:test:types"><Number>0042</Number></OpenCaseResponse>';
const XENC = 'http://www.w3.org/2001/04/xmlenc#';
const BLIND = 'it cannot be decrypted, or is not what was encrypted and signed';
let authority: Authority;
let bus: Certificate;
let ada: Certificate;

beforeAll(async () => {
  authority = await createAuthority();
  [bus, ada] = await Promise.all([authority.issue('bus'), authority.issue('ada')]);
});
afterEach(closeLocation);

const secret = (name: string) =>
  ({
    CA: authority.certificate,
    BUS: bus.certificate,
    BUS_KEY: bus.key,
    ADA: ada.certificate,
    ADA_KEY: ada.key,
  })[name] ?? `the ${name}`;
const context = () => testAdapterContext({ secret, twoWay: true });
const keys = [{ certificate: { secret: 'BUS' }, key: { secret: 'BUS_KEY' } }];
const trusted = [{ secret: 'CA' }];

const plainEnvelope = (header = '', body = OPEN) =>
  `<soap:Envelope xmlns:soap="${S11}"><soap:Header>${header}</soap:Header><soap:Body>${body}</soap:Body></soap:Envelope>`;
const signed = (text = plainEnvelope(), who = ada) =>
  new WSSecurityCert(who.key, who.certificate, '', { signerOptions: { idMode: 'wssecurity' } }).postProcess(
    text,
    'soap',
  );
const sealed = (text = plainEnvelope(), config: EncryptConfig = {}) =>
  compileEncrypt({ certificate: { secret: 'BUS' }, ...config }, context())(text);

function read(text: string, encryption: Partial<EncryptionConfig> = {}, more: SecurityConfig = {}) {
  const security = compileSecurity({ encryption: { keys, ...encryption }, ...more }, context())!;
  const decrypted = security.decrypt({ ...readEnvelope(text), text, attachments: [] });
  return { ...decrypted, signer: security.check(decrypted)?.name, body: decrypted.message.body[0]?.xml };
}

function problemOf(...given: Parameters<typeof read>): string {
  try {
    read(...given);
  } catch (thrown) {
    if (thrown instanceof SecurityProblem) return `${thrown.problem}: ${thrown.message}`;
    throw thrown;
  }
  return 'none';
}

describe('what is encrypted for us', () => {
  const ciphers = ['aes128-gcm', 'aes192-gcm', 'aes256-gcm', 'aes128-cbc', 'aes192-cbc', 'aes256-cbc'] as const;
  test.each(ciphers)('by %s is read', (cipher) => {
    const text = sealed(undefined, { cipher });
    expect(text).not.toContain('OpenCase');
    expect(read(text, { cbc: cipher.endsWith('cbc') }).body).toBe(OPEN);
  });

  test.each([
    ['rsa-oaep', 'thumbprint'],
    ['rsa-oaep-sha256', 'certificate'],
    ['rsa-oaep', 'issuerSerial'],
  ] as const)('by a key by %s that names the %s', (keyTransport, reference) => {
    expect(read(sealed(undefined, { keyTransport, reference })).body).toBe(OPEN);
    const both = [{ certificate: { secret: 'ADA' }, key: { secret: 'ADA_KEY' } }, ...keys];
    expect(read(sealed(undefined, { keyTransport, reference }), { keys: both }).body).toBe(OPEN);
  });

  test('with its signature inside, or outside', () => {
    const demand = { signature: { trusted } };
    const inside = sealed(signed(), { parts: ['body', 'signature'] });
    expect(inside).not.toContain('SignatureValue');
    expect(read(inside, {}, demand)).toMatchObject({ body: OPEN, signer: 'ada' });
    expect(read(sealed(signed()), {}, demand)).toMatchObject({ body: OPEN, signer: 'ada' });
    const outside = signedOutside();
    expect(outside.indexOf('<Signature')).toBeLessThan(outside.indexOf('<xenc:EncryptedKey'));
    expect(read(outside, {}, demand)).toMatchObject({ body: OPEN, signer: 'ada' });
  });

  test('in SOAP 1.2, and without a header', () => {
    const text = sealed(envelope(OPEN, { namespace: S12 }));
    expect(read(text)).toMatchObject({ body: OPEN, message: { version: '1.2' } });
    const empty = `<e:Envelope xmlns:e="${S11}"><e:Header/><e:Body>${OPEN}</e:Body></e:Envelope>`;
    expect(read(sealed(empty)).body).toBe(OPEN);
  });

  test('as a header block of WS-Security 1.1', () => {
    const block = '<k:Ticket xmlns:k="urn:k">7</k:Ticket>';
    const text = sealed(envelope(block));
    const data = /<xenc:EncryptedData.*<\/xenc:EncryptedData>/s.exec(text)![0];
    const around = `<h:EncryptedHeader xmlns:h="http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd">${data}</h:EncryptedHeader>`;
    const moved = text.replace(data, OPEN).replace('</e:Header>', `${around}</e:Header>`);
    const { message, body } = read(moved, { required: false });
    expect(message.header.map(({ local }) => local)).toEqual(['Security', 'Ticket']);
    expect(body).toBe(OPEN);
    expect(problemOf(moved)).toBe('InvalidSecurity: its body is not encrypted');
  });

  test('need not be, where that is said', () => {
    expect(read(plainEnvelope(), { required: false }).body).toBe(OPEN);
    expect(problemOf(plainEnvelope())).toBe('InvalidSecurity: its body is not encrypted');
  });
});

/** Encrypted first, then signed: the signature comes first in the header. */
function signedOutside(text = sealed()): string {
  const both = signed(text.replace(/ e:mustUnderstand="1"/, '')); // node-soap writes it itself, by its own prefix.
  const signature = /<Signature[\s\S]*<\/Signature>/.exec(both)![0];
  const rest = both.replace(signature, '');
  const at = rest.indexOf('<xenc:EncryptedKey');
  return rest.slice(0, at) + signature + rest.slice(at);
}

/** Bytes of the n-th CipherValue changed by hand: 0 is that of the key. */
function withCipher(text: string, which: number, change: (bytes: Buffer) => Buffer): string {
  let at = -1;
  return text.replace(/(<xenc:CipherValue>)([^<]*)/g, (whole, tag: string, value: string) => {
    at += 1;
    return at === which ? tag + change(Buffer.from(value, 'base64')).toString('base64') : whole;
  });
}

const flipped = (index: number) => (bytes: Buffer) => {
  const changed = Buffer.from(bytes);
  changed[index < 0 ? changed.length + index : index]! ^= 1;
  return changed;
};

/** An envelope whose body is what we say, under keys and algorithms that we choose. */
function handmade(content: Buffer | string, { cipher = 'aes128-cbc', padding = 4, hash = 'sha1' } = {}): string {
  const text = sealed(undefined, { cipher: 'aes128-gcm' });
  const key = randomBytes(16);
  const wrapped = publicEncrypt({ key: new X509Certificate(bus.certificate).publicKey, padding, oaepHash: hash }, key);
  const vector = randomBytes(16);
  const sealing = createCipheriv('aes-128-cbc', key, vector);
  const bytes = Buffer.concat([vector, sealing.update(content), sealing.final()]);
  const method = text
    .replace(/http:\/\/www.w3.org\/2009\/xmlenc11#aes128-gcm/, `${XENC}${cipher}`)
    .replace(`${XENC}rsa-oaep-mgf1p`, padding === 1 ? `${XENC}rsa-1_5` : `${XENC}rsa-oaep-mgf1p`);
  return withCipher(
    withCipher(method, 0, () => wrapped),
    1,
    () => bytes,
  );
}

describe('what cannot be decrypted is told in one way', () => {
  const cbc = { cbc: true };
  test.each([
    ['a key that was changed', () => withCipher(sealed(), 0, flipped(5)), {}],
    ['a key that is no number of its modulus', () => withCipher(sealed(), 0, () => Buffer.alloc(256, 255)), {}],
    ['a key of no bytes', () => withCipher(sealed(), 0, () => Buffer.alloc(0)), {}],
    ['a tag that was changed', () => withCipher(sealed(), 1, flipped(-1)), {}],
    ['content that was changed', () => withCipher(sealed(), 1, flipped(20)), {}],
    ['content that is too short', () => withCipher(sealed(), 1, () => Buffer.alloc(3)), {}],
    [
      'CBC with a padding that is wrong',
      () => withCipher(sealed(undefined, { cipher: 'aes256-cbc' }), 1, flipped(-17)),
      cbc,
    ],
    [
      'CBC with a block that was changed',
      () => withCipher(sealed(undefined, { cipher: 'aes256-cbc' }), 1, flipped(40)),
      cbc,
    ],
    [
      'CBC of half a block',
      () => withCipher(sealed(undefined, { cipher: 'aes256-cbc' }), 1, () => Buffer.alloc(40)),
      cbc,
    ],
    ['content that is no text', () => handmade(Buffer.from([0xff, 0xfe, 0x3c])), cbc],
    ['content that is not well-formed', () => handmade('<a>'), cbc],
    ['content that reaches out of its place', () => handmade('</w><w>'), cbc],
    ['content that ends the body', () => handmade('<a/></soap:Body><soap:Body><b/>'), cbc],
    ['content with a document type', () => handmade('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), cbc],
    ['content with an entity', () => handmade('<a>&b;</a>'), cbc],
    ['content whose prefix nothing declares', () => handmade('<q:a/>'), cbc],
    ['content that is encrypted again', () => handmade(`<x:EncryptedData xmlns:x="${XENC}"/>`), cbc],
    [
      'keys by RSA 1.5 that were changed',
      () => withCipher(handmade(OPEN, { padding: 1 }), 0, flipped(9)),
      { ...cbc, rsa15: true },
    ],
    ['a signature inside that is not right', () => sealed(signed().replace('Größe', 'Grosse')), {}],
  ] as [string, () => string, Partial<EncryptionConfig>][])('%s', (title, text, config) => {
    const demand = /signature/.test(title) ? { signature: { trusted } } : {};
    expect(problemOf(text(), config, demand)).toBe(`FailedCheck: ${BLIND}`);
  });

  test('and nothing of it can be told apart, while operators are told', () => {
    const causes = [withCipher(sealed(), 0, flipped(5)), withCipher(sealed(), 1, flipped(-1)), signedWrong()].map(
      (text) => {
        try {
          return read(text, {}, { signature: { trusted } });
        } catch (thrown) {
          return String((thrown as SecurityProblem).cause);
        }
      },
    );
    expect(causes[0]).toMatch(/does not fit its key/);
    expect(causes[2]).toMatch(/digest|changed|invalid/i);
  });
  const signedWrong = () => sealed(signed().replace('Größe', 'Grosse'));
});

describe('refused before any key is used', () => {
  const many = (text: string, times: number) => {
    const key = /<xenc:EncryptedKey[\s\S]*?<\/xenc:EncryptedKey>/.exec(text)![0];
    const others = Array.from({ length: times }, (_, at) => key.replace(/Id="[^"]+"/, `Id="other-${at}"`));
    return text.replace(key, key + others.join(''));
  };
  const data = (text: string) => /<xenc:EncryptedData[\s\S]*<\/xenc:EncryptedData>/.exec(text)![0];

  test.each([
    ['for another', () => sealed(undefined, { certificate: { secret: 'ADA' } }), /^SecurityTokenUnavailable/],
    ['by CBC, where that is not said', () => sealed(undefined, { cipher: 'aes256-cbc' }), /^UnsupportedAlgorithm/],
    ['by triple DES', () => sealed().replace(/#aes256-gcm/, '#tripledes-cbc'), /^UnsupportedAlgorithm/],
    [
      'by a key by RSA 1.5',
      () =>
        handmade(OPEN, { cipher: 'aes128-gcm', padding: 1 }).replace(
          /http:[^"]*#aes128-gcm/,
          'http://www.w3.org/2009/xmlenc11#aes128-gcm',
        ),
      /^UnsupportedAlgorithm: keys by .*rsa-1_5/,
    ],
    ['by a digest that is not known', () => sealed().replace('xmldsig#sha1', 'xmldsig#md5'), /^UnsupportedAlgorithm/],
    ['many keys', () => many(sealed(), 20), /more than 10 encrypted keys/],
    [
      'many parts',
      () =>
        sealed().replace(
          /(<xenc:EncryptedData)/,
          `${'<xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"/>'.repeat(30)}$1`,
        ),
      /more than 20 encrypted parts/,
    ],
    [
      'two parts of one id',
      () => sealed().replace(/<xenc:EncryptedData[\s\S]*<\/xenc:EncryptedData>/, (one) => one + one),
      /the same id/,
    ],
    ['a part that no list names', () => sealed().replace(/<xenc:DataReference[^>]*>/, ''), /does not tell of/],
    [
      'a list that names nothing',
      () => sealed().replace(/(<xenc:DataReference)/, '<xenc:DataReference URI="#gone"/>$1'),
      /is not there/,
    ],
    [
      'a part in the wrong place',
      () => {
        const text = sealed();
        return text.replace(data(text), OPEN).replace('<soap:Header>', `<soap:Header><w>${data(text)}</w>`);
      },
      /where nothing may be/,
    ],
    [
      'a part behind the body',
      () => {
        const text = sealed();
        return text.replace(data(text), OPEN).replace('</soap:Body>', `</soap:Body>${data(text)}`);
      },
      /where nothing may be/,
    ],
    [
      'content that lies elsewhere',
      () =>
        sealed().replace(
          /<xenc:CipherValue>[^<]*<\/xenc:CipherValue>(?![\s\S]*CipherValue)/,
          '<xenc:CipherReference URI="http://127.0.0.1/x"/>',
        ),
      /does not stand where/,
    ],
    [
      'content of another type',
      () => sealed().replace('xmlenc#Content', 'xmlenc#EncryptedKey'),
      /neither an element nor content/,
    ],
    [
      'a header block that a signature outside does not reach',
      () => {
        const text = sealed();
        return signedOutside(text)
          .replace(data(text), OPEN)
          .replace('</soap:Header>', `${data(text)}</soap:Header>`);
      },
      /no signature reaches/,
    ],
    [
      'only half of the body',
      () => sealed().replace('</soap:Body>', '<more/></soap:Body>'),
      /its body is not encrypted/,
    ],
  ] as [string, () => string, RegExp][])('what is encrypted %s', (_title, text, problem) => {
    expect(problemOf(text())).toMatch(problem);
  });

  test('a body that was wrapped, whose signature is outside', () => {
    const text = signedOutside();
    const body = /<soap:Body[\s\S]*<\/soap:Body>/.exec(text)![0];
    const evil = sealed(plainEnvelope('', OPEN.replace('Größe', 'evil')));
    const evilKey = /<xenc:EncryptedKey[\s\S]*<\/xenc:EncryptedKey>/.exec(evil)![0];
    const moved = text
      .replace(body, `<soap:Body>${data(evil)}</soap:Body>`)
      .replace('</wsse:Security>', `${evilKey}</wsse:Security><w>${body}</w>`);
    expect(problemOf(moved, {}, { signature: { trusted } })).toMatch(/^(InvalidSecurity|FailedCheck)/);
    const without = text
      .replace(body, `<soap:Body>${data(evil)}</soap:Body>`)
      .replace(/<xenc:EncryptedKey[\s\S]*<\/xenc:EncryptedKey>/, evilKey);
    expect(problemOf(without, {}, { signature: { trusted } })).toMatch(/^FailedCheck/);
  });
});

test('whatever is changed on the way, what is read is what was written, or nothing', () => {
  const texts = [sealed(signed(), { parts: ['body', 'signature'] }), signedOutside()];
  const demand = { signature: { trusted, parts: ['body'] as const } };
  fc.assert(
    fc.property(
      fc.constantFrom(...texts),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom('', 'A', '"', '<', '&lt;'),
      (text, where, put) => {
        const at = Math.floor(where * (text.length - 1));
        const changed = text.slice(0, at) + put + text.slice(at + 1);
        try {
          expect(read(changed, {}, demand).body).toBe(OPEN);
        } catch (thrown) {
          if (!(thrown instanceof SecurityProblem) && !(thrown instanceof XmlProblem)) throw thrown;
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('a key is opened by the mask that it names', () => {
  const text = sealed(undefined, { keyTransport: 'rsa-oaep-sha256' });
  const key = privateDecrypt(
    { key: bus.key, padding: 4, oaepHash: 'sha256' },
    Buffer.from(/<xenc:CipherValue>([^<]*)/.exec(text)![1]!, 'base64'),
  );
  expect(key).toHaveLength(32);
  expect(read(text).body).toBe(OPEN);
  // Without its MGF the mask is one by SHA-1, which this key was not made with.
  expect(problemOf(text.replace(/<xenc11:MGF[^>]*>/, ''))).toBe(`FailedCheck: ${BLIND}`);
});

describe('over HTTP', () => {
  const serve = (config: Partial<SoapReceiveConfig> = {}) =>
    openLocation({ wsdl: WSDL, encryption: { keys }, ...config }, answering(ANSWER), { twoWay: true, secret });
  const message = testMessage({ id: 'm', bytes: Buffer.from(OPEN), contentType: 'text/xml' });

  async function call(url: string, config: Partial<SoapSendConfig>) {
    const port = soap.send!({ wsdl: WSDL, url, ...config }, context());
    try {
      return await port.send(message, new AbortController().signal);
    } finally {
      await port.close();
    }
  }

  test.each([false, true])('both ends sign and encrypt, calls and answers; SOAP 1.2: %s', async (soap12) => {
    const own = { certificate: { secret: 'BUS' }, key: { secret: 'BUS_KEY' } };
    const theirs = { certificate: { secret: 'ADA' }, key: { secret: 'ADA_KEY' } };
    const { url, seen, post } = await serve({
      signature: { trusted },
      sign: own,
      encrypt: { parts: ['body', 'signature'] },
    });
    const answer = await call(url, {
      soap12,
      sign: theirs,
      encrypt: { certificate: { secret: 'BUS' }, parts: ['body', 'signature'] },
      encryption: { keys: [theirs] },
      signature: { trusted },
      addressing: {},
    });
    expect(await bodyText(answer)).toContain('0042');
    expect(await bodyText(seen[0])).toBe(OPEN);
    expect(seen[0]!.context.get('http.caller')?.value).toBe('ada');
    const { text } = await post(sealed(signed()));
    expect(text).toMatch(/EncryptedKey/);
    expect(text).not.toMatch(/0042|SignatureValue/);
  });

  test('a fault behind encryption is encrypted, too, and one before it is told by its name', async () => {
    const { url, post } = await openLocation(
      { wsdl: WSDL, encryption: { keys }, encrypt: { certificate: { secret: 'ADA' } } },
      async () => ({ outcome: 'suspended' }),
      { twoWay: true, secret },
    );
    const { status, text } = await post(sealed());
    expect(status).toBe(500);
    expect(text).not.toContain('waits for an operator');
    const theirs = [{ certificate: { secret: 'ADA' }, key: { secret: 'ADA_KEY' } }];
    const asked = call(url, { encrypt: { certificate: { secret: 'BUS' } }, encryption: { keys: theirs } });
    await expect(asked).rejects.toMatchObject({
      code: 'ENDPOINT_FAULT',
      message: expect.stringContaining('waits for an operator'),
    });
    const refused = await post(withCipher(sealed(), 0, flipped(5)));
    expect(refused.text).toContain(`c:FailedCheck</faultcode><faultstring>The message is refused: ${BLIND}.`);
    expect((await post(plainEnvelope())).text).toContain('c:InvalidSecurity');
  });

  test('a UsernameToken goes encrypted, and is found', async () => {
    const users = [{ user: 'ada', password: { secret: 'P' } }];
    const { url, seen } = await serve({ usernameToken: { users } });
    const auth = { type: 'usernameToken', user: 'ada', password: { secret: 'P' } } as const;
    await call(url, { auth, encrypt: { certificate: { secret: 'BUS' }, parts: ['body', 'usernameToken'] } });
    expect(seen[0]!.context.get('http.caller')?.value).toBe('ada');
  });

  test('answers that are plain, or for another, are refused', async () => {
    const sink = await openSink((_body, response) => response.end(answer));
    let answer = plainEnvelope('', ANSWER);
    const encryption = { keys };
    try {
      await expect(call(sink.address, { encryption })).rejects.toThrow(/its body is not encrypted/);
      answer = sealed(plainEnvelope('', ANSWER), { certificate: { secret: 'ADA' } });
      await expect(call(sink.address, { encryption })).rejects.toThrow(/not encrypted for a certificate that is known/);
      answer = sealed(plainEnvelope('', ANSWER));
      expect(await bodyText(await call(sink.address, { encryption }))).toBe(ANSWER);
    } finally {
      await sink.close();
    }
  });
});

test.each([
  ['encrypt', 'error', 'receive', { encrypt: {} }],
  ['sign.parts', 'error', 'receive', { sign: { certificate: 'a', key: { secret: 'K' }, parts: ['addressing'] } }],
  ['encryption.cbc', 'warning', 'receive', { encryption: { keys: [], cbc: true } }],
  ['encrypt.parts', 'error', 'send', { encrypt: { certificate: 'a', parts: ['signature'] } }],
  ['encrypt.parts', 'error', 'send', { encrypt: { certificate: 'a', parts: ['usernameToken'] } }],
  ['attachments.send', 'error', 'send', { encrypt: { certificate: 'a' }, attachments: { send: 'mtom' } }],
] as const)('%s is found wrong', (path, severity, direction, options) => {
  const config = { wsdl: 'a.wsdl', path: '/a', ...options } as unknown as SoapSendConfig;
  expect(soap.check(config, direction)).toEqual([expect.objectContaining({ path, severity })]);
});

test('keys that do not fit, and certificates that are none, open nothing', () => {
  const wrong = [{ certificate: { secret: 'ADA' }, key: { secret: 'BUS_KEY' } }];
  expect(() => compileSecurity({ encryption: { keys: wrong } }, context())).toThrow(
    /encryption.keys\[0\].*not that of the certificate/,
  );
  expect(() => compileEncrypt({ certificate: { secret: 'NONE' } }, context())).toThrow(
    /encrypt.certificate cannot be used/,
  );
});
