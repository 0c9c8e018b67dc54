/** XML Encryption against others: xmlsec1 for what is encrypted, OpenSSL for its keys. One that is not installed is skipped, and says so. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvelope } from '../../../../adapters/soap/envelope.ts';
import { compileEncrypt } from '../../../../adapters/soap/security/encrypt.ts';
import type { EncryptConfig } from '../../../../adapters/soap/security/encryption-config.ts';
import { compileSecurity } from '../../../../adapters/soap/security/open-security.ts';
import { testAdapterContext } from '../../../../runtime/testing/adapter-context.ts';
import { type Certificate, createAuthority } from '../../../servers/certificates.ts';
import { S11 } from '../open-location.ts';

const has = (program: string, version: string) => spawnSync(program, [version]).status === 0;
/** Whoever runs the tests need not have these. */
const eachWith = (program: string, version: string) => (has(program, version) ? test.each : test.skip.each);

const OPEN = '<t:OpenCase xmlns:t="urn:test:types"><t:Title>Größe &amp; mehr</t:Title></t:OpenCase>';
const XENC = 'http://www.w3.org/2001/04/xmlenc#';
const XENC11 = 'http://www.w3.org/2009/xmlenc11#';
const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const DSIG = 'http://www.w3.org/2000/09/xmldsig#';

let bus: Certificate;
let folder: string;
beforeAll(async () => {
  bus = await (await createAuthority()).issue('bus');
  folder = mkdtempSync(join(tmpdir(), 'guildhall-encryption-'));
  writeFileSync(join(folder, 'key.pem'), bus.key);
  writeFileSync(join(folder, 'cert.pem'), bus.certificate);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text?: string | Uint8Array): string => {
  const path = join(folder, name);
  if (text !== undefined) writeFileSync(path, text);
  return path;
};
const context = () =>
  testAdapterContext({ secret: (name) => (name === 'BUS' ? bus.certificate : bus.key), twoWay: true });

function read(text: string): string | undefined {
  const keys = [{ certificate: { secret: 'BUS' }, key: { secret: 'KEY' } }];
  const security = compileSecurity({ encryption: { keys, cbc: true, rsa15: true } }, context())!;
  const decrypted = security.decrypt({ ...readEnvelope(text), text, attachments: [] });
  security.check(decrypted);
  return decrypted.message.body[0]?.xml;
}

const plain = `<soap:Envelope xmlns:soap="${S11}"><soap:Header/><soap:Body>${OPEN}</soap:Body></soap:Envelope>`;
const sealed = (config: EncryptConfig) =>
  compileEncrypt({ certificate: { secret: 'BUS' }, ...config }, context())(plain);

const CIPHERS: readonly (readonly [string, string])[] = [
  ['aes128-cbc', `${XENC}aes128-cbc`],
  ['aes192-cbc', `${XENC}aes192-cbc`],
  ['aes256-cbc', `${XENC}aes256-cbc`],
  ['aes128-gcm', `${XENC11}aes128-gcm`],
  ['aes256-gcm', `${XENC11}aes256-gcm`],
];

eachWith(
  'xmlsec1',
  '--version',
)(
  CIPHERS.flatMap(([name, uri]) => [
    [name, 'Content', uri, `${XENC}rsa-oaep-mgf1p`],
    [name, 'Element', uri, `${XENC}rsa-1_5`],
  ]),
)('xmlsec1 encrypts by %s, as %s', (name, type, uri, transport) => {
  const template =
    `<xenc:EncryptedData xmlns:xenc="${XENC}" Id="ED-1" Type="${XENC}${type}"><xenc:EncryptionMethod Algorithm="${uri}"/>` +
    `<ds:KeyInfo xmlns:ds="${DSIG}"><xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="${transport}"/><ds:KeyInfo><ds:X509Data/></ds:KeyInfo>` +
    '<xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedData>';
  const list = `<wsse:Security xmlns:wsse="${WSSE}"><x:ReferenceList xmlns:x="${XENC}"><x:DataReference URI="#ED-1"/></x:ReferenceList></wsse:Security>`;
  const data = file('data.xml', plain.replace('<soap:Header/>', `<soap:Header>${list}</soap:Header>`));
  const place = type === 'Content' ? "//*[local-name()='Body']" : "//*[local-name()='OpenCase']";
  const args = [
    '--encrypt',
    '--pubkey-cert-pem',
    join(folder, 'cert.pem'),
    '--session-key',
    name.slice(0, 6).replace('aes', 'aes-'),
  ];
  args.push('--xml-data', data, '--node-xpath', place, '--output', file('out.xml'), file('template.xml', template));
  execFileSync('xmlsec1', args);
  const text = readFileSync(file('out.xml'), 'utf8');
  expect(text).not.toContain('Größe');
  expect(read(text)).toBe(OPEN);
});

eachWith('xmlsec1', '--version')(CIPHERS.map(([name]) => [name]))('xmlsec1 decrypts %s', (name) => {
  const text = sealed({ cipher: name as NonNullable<EncryptConfig['cipher']> });
  const key = /<xenc:EncryptedKey[\s\S]*<\/xenc:EncryptedKey>/.exec(text)![0];
  // It knows no references of WS-Security: the key goes where plain XML Encryption has it.
  const bare = key
    .replace(/<ds:KeyInfo[\s\S]*?<\/ds:KeyInfo>/, '')
    .replace(/<xenc:ReferenceList>.*<\/xenc:ReferenceList>/, '');
  const moved = text
    .replace(key, '')
    .replace(/(<xenc:EncryptedData[\s\S]*?<ds:KeyInfo[^>]*>)[\s\S]*?(<\/ds:KeyInfo>)/, `$1${bare}$2`);
  const args = ['--decrypt', '--privkey-pem', join(folder, 'key.pem'), file('sealed.xml', moved)];
  const decrypted = execFileSync('xmlsec1', args, { encoding: 'utf8' }).replaceAll(/&#x(\w+);/g, (_, hex) =>
    String.fromCodePoint(Number.parseInt(hex, 16)),
  );
  expect(decrypted).toContain(`<soap:Body>${OPEN}</soap:Body>`);
});

const cipherValues = (text: string) =>
  [...text.matchAll(/<xenc:CipherValue>([^<]*)/g)].map(([, value]) => Buffer.from(value!, 'base64'));
const oaep = (hash: string, mask: string) => [
  '-pkeyopt',
  'rsa_padding_mode:oaep',
  '-pkeyopt',
  `rsa_oaep_md:${hash}`,
  '-pkeyopt',
  `rsa_mgf1_md:${mask}`,
];

eachWith(
  'openssl',
  'version',
)([
  ['sha1', 'sha1'],
  ['sha256', 'sha1'],
  ['sha256', 'sha256'],
  ['sha512', 'sha1'],
  ['sha512', 'sha384'],
])('OpenSSL wraps a key by RSA-OAEP with %s and a mask by %s', (hash, mask) => {
  const text = sealed({ keyTransport: 'rsa-oaep-sha256' });
  const [wrapped] = cipherValues(text);
  const unwrap = ['pkeyutl', '-decrypt', '-inkey', join(folder, 'key.pem'), '-in', file('wrapped', wrapped!)];
  const key = execFileSync('openssl', [...unwrap, ...oaep('sha256', 'sha256')]);
  const wrap = ['pkeyutl', '-encrypt', '-certin', '-inkey', join(folder, 'cert.pem'), '-in', file('key', key)];
  const again = execFileSync('openssl', [...wrap, ...oaep(hash, mask)]);
  const digest = hash === 'sha1' ? `${DSIG}sha1` : `${XENC}${hash}`;
  const changed = text
    .replace(wrapped!.toString('base64'), again.toString('base64'))
    .replace(`${XENC}sha256`, digest)
    .replace('#mgf1sha256', `#mgf1${mask}`);
  expect(read(changed)).toBe(OPEN);
  expect(() => read(changed.replace(`#mgf1${mask}`, '#mgf1sha224'))).toThrow(/digest of its RSA-OAEP/);
});
