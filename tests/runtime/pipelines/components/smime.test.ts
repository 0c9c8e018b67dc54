/** S/MIME against OpenSSL, both ways: what it signs and seals is opened, what we sign and seal it opens; what does not fit is refused. */
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesOf, type Message, partOf } from '../../../../runtime/contracts/message.ts';
import type { PipelineContext } from '../../../../runtime/contracts/pipeline.ts';
import { type SmimeDecodeOptions, smimeDecode } from '../../../../runtime/pipelines/components/smime-decode.ts';
import { type SmimeEncodeOptions, smimeEncode } from '../../../../runtime/pipelines/components/smime-encode.ts';
import { contextOf, failure, messageOf } from '../runs.ts';

let root: string;
const file = (name: string) => join(root, name);
const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
const TEXT = 'Schöne Grüße £5\r\nline two\r\n';

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'smime-'));
  const make = (name: string, ...key: string[]) =>
    openssl(
      'req',
      '-x509',
      '-nodes',
      '-newkey',
      ...key,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-subj',
      `/CN=${name}`,
      '-days',
      '30',
    );
  for (const name of ['council', 'bank', 'other']) make(name, 'rsa:2048');
  make('curve', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1');
  openssl('pkey', '-in', 'council.key', '-aes256', '-passout', 'pass:hush', '-out', 'sealed.key');
  writeFileSync(file('HUSH'), 'hush');
  writeFileSync(file('both.pem'), `${readFileSync(file('bank.pem'))}${readFileSync(file('curve.pem'))}`);
  writeFileSync(file('text'), TEXT);
  writeFileSync(file('entity'), `Content-Type: application/xml\r\n\r\n<a/>`);
}, 30_000);
afterAll(() => rmSync(root, { recursive: true }));

const given = (): PipelineContext => ({
  ...contextOf([]),
  now: () => Date.UTC(2026, 5, 1),
  secret: (name) => readFileSync(file(name), 'utf8'),
});
const secret = (name: string) => ({ secret: name });
const OURS = { key: secret('council.key') };
const BANK = { from: secret('bank.pem') };
const decode = (bytes: Uint8Array, options: SmimeDecodeOptions, type = 'application/octet-stream') =>
  smimeDecode.execute(messageOf(partOf(bytes, type)), options, given()) as Promise<Message>;
const encode = (options: SmimeEncodeOptions, text = TEXT, type = 'text/plain') =>
  smimeEncode.execute(messageOf(partOf(Buffer.from(text), type)), options, given()) as Promise<Message>;
const told = async (made: Message | Promise<Message>) => {
  const { parts, context } = await made;
  return [parts[0].contentType, Buffer.from(await bytesOf(parts[0])).toString(), context.get('smime.signer')?.value];
};
const thumbprint = (name: string) => new X509Certificate(readFileSync(file(name))).fingerprint256.replaceAll(':', '');

describe('what OpenSSL makes', () => {
  test.each(['-aes256', '-aes-128-cbc', '-des3', '-aes-256-gcm'])(
    'sealed by %s, as mail, DER and PEM',
    async (cipher) => {
      for (const [form, type] of [
        ['SMIME', 'x/y'],
        ['DER', 'application/pkcs7-mime'],
        ['PEM', 'x/y'],
      ] as const) {
        const sealed = openssl(
          'cms',
          '-encrypt',
          cipher,
          '-in',
          'text',
          '-binary',
          '-outform',
          form,
          'other.pem',
          'council.pem',
        );
        expect(await told(decode(sealed, OURS, type))).toEqual(['application/octet-stream', TEXT, undefined]);
        const named = { ...OURS, certificate: secret('council.pem') };
        expect((await told(decode(sealed, named, type)))[1]).toBe(TEXT);
      }
    },
  );

  test('written as a stream, its key by OAEP with SHA-1 or SHA-256, for a key identifier', async () => {
    const stream = openssl(
      'cms',
      '-encrypt',
      '-aes256',
      '-in',
      'text',
      '-binary',
      '-stream',
      '-outform',
      'DER',
      'council.pem',
    );
    expect((await told(decode(stream, OURS)))[1]).toBe(TEXT);
    for (const digest of ['sha1', 'sha256']) {
      const options = ['-keyopt', 'rsa_padding_mode:oaep', '-keyopt', `rsa_oaep_md:${digest}`];
      const sealed = openssl(
        'cms',
        '-encrypt',
        '-aes256',
        '-keyid',
        '-in',
        'text',
        '-binary',
        '-outform',
        'DER',
        '-recip',
        'council.pem',
        ...options,
      );
      expect((await told(decode(sealed, { ...OURS, certificate: secret('council.pem') })))[1]).toBe(TEXT);
    }
  });

  test.each([
    ['bank', []],
    ['curve', []],
    ['bank', ['-keyopt', 'rsa_padding_mode:pss']],
    ['bank', ['-md', 'sha512']],
    ['bank', ['-noattr']],
    ['bank', ['-keyid']],
  ])('signed by %s %j, in the content and beside it', async (who, more) => {
    const from = { from: secret('both.pem') };
    for (const form of [
      ['-nodetach'],
      [],
      ['-nodetach', '-outform', 'DER'],
      ['-nodetach', '-outform', 'PEM', ...(more.length > 1 ? [] : ['-stream'])],
    ]) {
      const by = ['-signer', `${who}.pem`, '-inkey', `${who}.key`, ...more];
      const signed = openssl('cms', '-sign', '-in', 'entity', ...form, ...by);
      expect(await told(decode(signed, from))).toEqual(['application/xml', '<a/>', thumbprint(`${who}.pem`)]);
    }
  });

  test('signed, then sealed with a key that is sealed itself', async () => {
    writeFileSync(
      file('signed'),
      openssl('cms', '-sign', '-in', 'entity', '-signer', 'bank.pem', '-inkey', 'bank.key'),
    );
    const sealed = openssl('cms', '-encrypt', '-aes256', '-in', 'signed', 'council.pem');
    const options = { key: secret('sealed.key'), passphrase: secret('HUSH'), ...BANK };
    expect(await told(decode(sealed, options))).toEqual(['application/xml', '<a/>', thumbprint('bank.pem')]);
  });
});

describe('OpenSSL opens', () => {
  const verified = (name: string, ...more: string[]) =>
    openssl('cms', '-verify', '-in', name, '-CAfile', 'bank.pem', '-purpose', 'any', ...more).toString();
  const signing = { key: secret('bank.key'), certificate: secret('bank.pem') };
  const written = async (made: Promise<Message>) => writeFileSync(file('ours'), await bytesOf((await made).parts[0]));

  test.each([
    ['aes-256-cbc', 'pkcs1'],
    ['aes-256-gcm', 'pkcs1'],
    ['aes-128-cbc', 'oaep'],
    ['aes-128-gcm', 'oaep'],
  ] as const)('what is sealed by %s, %s', async (cipher, keyTransport) => {
    const to = { to: secret('council.pem'), cipher, keyTransport };
    const wanted = `Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(TEXT).toString('base64')}\r\n`;
    await written(encode({ ...to, headers: true }));
    expect(openssl('cms', '-decrypt', '-in', 'ours', '-inkey', 'council.key', '-recip', 'council.pem').toString()).toBe(
      wanted,
    );
    await written(encode(to));
    expect(openssl('cms', '-decrypt', '-inform', 'DER', '-in', 'ours', '-inkey', 'council.key').toString()).toBe(
      wanted,
    );
  });

  test.each([true, false])('what is signed, beside the content: %s', async (detached) => {
    await written(encode({ ...signing, detached, headers: true }));
    expect(verified('ours')).toContain(Buffer.from(TEXT).toString('base64'));
  });

  test('what is signed by a curve', async () => {
    const curve = { key: secret('curve.key'), certificate: secret('curve.pem') };
    await written(encode({ ...curve, headers: true }));
    const text = openssl('cms', '-verify', '-in', 'ours', '-CAfile', 'curve.pem', '-purpose', 'any').toString();
    expect(text).toContain(Buffer.from(TEXT).toString('base64'));
  });

  test.each([
    [{ detached: true, headers: true }],
    [{ detached: true }],
    [{ headers: true, cipher: 'aes-256-gcm' }],
    [{}],
  ] as [SmimeEncodeOptions][])('and so do we: %j', async (options) => {
    const made = await encode({ ...signing, to: secret('council.pem'), ...options });
    const [body] = made.parts;
    const opened = decode(await bytesOf(body), { ...OURS, ...BANK }, body.contentType);
    expect(await told(opened)).toEqual(['text/plain', TEXT, thumbprint('bank.pem')]);
  });
});

describe('what does not fit is refused', () => {
  const reason = async (work: Promise<Message>) => {
    const error = await failure(work);
    expect(error).toMatchObject({ code: 'PACKING_BROKEN', kind: 'message' });
    return error.message;
  };
  const sealedFor = (name: string, cipher = '-aes256') =>
    openssl('cms', '-encrypt', cipher, '-in', 'text', '-outform', 'DER', name);
  const signedBy = (...more: string[]) =>
    openssl('cms', '-sign', '-in', 'entity', '-signer', 'bank.pem', '-inkey', 'bank.key', ...more);

  test('another key, in the same words as a body that was altered', async () => {
    const shut = await reason(decode(sealedFor('other.pem'), OURS));
    expect(shut).toContain('cannot be opened with this key');
    for (const cipher of ['-aes256', '-aes-256-gcm']) {
      const altered = sealedFor('council.pem', cipher);
      altered[altered.length - (cipher === '-aes256' ? 20 : 40)]! ^= 1;
      const outcome = await decode(altered, OURS).then(told, ({ message }: Error) => message);
      if (cipher === '-aes-256-gcm') expect(outcome).toBe(shut);
      else expect(outcome === shut || (outcome as string[])[1] !== TEXT).toBe(true);
    }
    const others = { ...OURS, certificate: secret('council.pem') };
    expect(await reason(decode(sealedFor('other.pem'), others))).toContain('sealed for others');
  });

  test('content that was altered, another signer, a weak digest', async () => {
    const altered = Buffer.from(signedBy().toString('latin1').replace('<a/>', '<b/>'), 'latin1');
    expect(await reason(decode(altered, BANK))).toContain('does not fit its content');
    expect(await reason(decode(signedBy('-nodetach'), { from: secret('other.pem') }))).toContain('not among those');
    expect(await reason(decode(signedBy('-nodetach', '-md', 'sha1'), BANK))).toContain('not thought safe');
    const alone = openssl(
      'cms',
      '-sign',
      '-in',
      'entity',
      '-signer',
      'bank.pem',
      '-inkey',
      'bank.key',
      '-outform',
      'DER',
    );
    expect(await reason(decode(alone, BANK))).toContain('is not there');
  });

  test('what is not sealed or not signed where that is asked for, or neither', async () => {
    expect(await reason(decode(signedBy('-nodetach'), { ...OURS, ...BANK }))).toContain('not sealed');
    expect(await reason(decode(sealedFor('council.pem'), { ...OURS, ...BANK }))).toContain('not signed');
    expect(await reason(decode(sealedFor('council.pem'), BANK))).toContain('no `key`');
    expect(await reason(decode(Buffer.from('plain'), { contentType: 'a/b' }))).toContain('neither');
    expect(await reason(decode(Buffer.from('0zzz'), OURS))).toContain('no CMS');
  });

  test('a secret that is no key, or no certificate to seal for', async () => {
    const wrong = failure(decode(sealedFor('council.pem'), { key: secret('text') }));
    expect(await wrong).toMatchObject({ code: 'SMIME_KEY', kind: 'config' });
    expect(await failure(encode({ to: secret('curve.pem') }))).toMatchObject({ code: 'SMIME_KEY', kind: 'config' });
  });

  test('half a signature is found by check', () => {
    expect(smimeEncode.check!({ key: secret('K'), to: secret('T') })).toMatchObject([{ path: 'key' }]);
    expect(smimeEncode.check!({ detached: true })).toMatchObject([{ code: 'OPTION_INVALID' }]);
    expect(smimeEncode.check!({ to: secret('T') })).toEqual([]);
  });
});
