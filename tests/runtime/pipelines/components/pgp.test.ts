/** OpenPGP there and back: signatures that are demanded, keys that do not fit, bodies that are none. */
import { generateKey } from 'openpgp';
import { bytesOf, type Message, partOf } from '../../../../runtime/contracts/message.ts';
import type { PipelineContext } from '../../../../runtime/contracts/pipeline.ts';
import { pgpDecrypt } from '../../../../runtime/pipelines/components/pgp-decrypt.ts';
import { pgpEncrypt } from '../../../../runtime/pipelines/components/pgp-encrypt.ts';

const secrets = new Map<string, string>();
const context = {
  schemas: { find: () => undefined, findByRoot: () => [], types: [], properties: new Map() },
  expected: [],
  newId: () => 'n',
  signal: new AbortController().signal,
  secret: (name: string) => secrets.get(name)!,
} satisfies PipelineContext;
const secret = (name: string) => ({ secret: name });
const message = (bytes: Uint8Array): Message => ({
  id: 'm',
  interchange: 'm',
  type: undefined,
  parts: [partOf(bytes, 'text/plain'), partOf(Buffer.from('other'), 'text/plain', 'other')],
  context: new Map(),
});
const bytes = Buffer.from('Schöne Grüße \u0000 £5');

beforeAll(async () => {
  for (const name of ['BANK', 'COUNCIL', 'OTHER']) {
    const made = await generateKey({ userIDs: [{ name }], passphrase: name === 'COUNCIL' ? 'hush' : '' });
    secrets.set(`${name}_PRIVATE`, made.privateKey).set(`${name}_PUBLIC`, made.publicKey);
  }
  secrets.set('PASSPHRASE', 'hush').set('WRONG', 'no key');
}, 60_000);

const sealed = (config: object = {}) =>
  pgpEncrypt.execute(message(bytes), { to: secret('COUNCIL_PUBLIC'), ...config }, context) as Promise<Message>;
const opened = (given: Message, config: object = {}) =>
  pgpDecrypt.execute(
    given,
    { key: secret('COUNCIL_PRIVATE'), passphrase: secret('PASSPHRASE'), ...config },
    context,
  ) as Promise<Message>;
const signed = { sign: secret('BANK_PRIVATE') };

test.each([{}, { armor: false }, signed])('there and back with %j', async (config) => {
  const between = await sealed(config);
  expect(Buffer.from(await bytesOf(between.parts[0])).includes('Grüße')).toBe(false);
  const back = await opened(between, { contentType: 'text/csv' });
  expect(Buffer.from(await bytesOf(back.parts[0])).equals(bytes)).toBe(true);
  expect([back.parts[0].contentType, back.parts.length]).toEqual(['text/csv', 2]);
});

test('the signature that is demanded', async () => {
  const from = { from: secret('BANK_PUBLIC') };
  await opened(await sealed(signed), from);
  await expect(opened(await sealed(), from)).rejects.toMatchObject({ code: 'PACKING_BROKEN', kind: 'message' });
  await expect(opened(await sealed({ sign: secret('OTHER_PRIVATE') }), from)).rejects.toMatchObject({
    code: 'PACKING_BROKEN',
  });
});

test('a body for another, and one that is none', async () => {
  await expect(opened(await sealed({ to: secret('BANK_PUBLIC') }))).rejects.toMatchObject({
    code: 'PACKING_BROKEN',
    kind: 'message',
  });
  for (const text of ['', 'plain text', '-----BEGIN PGP MESSAGE-----\n\nx\n-----END PGP MESSAGE-----'])
    await expect(opened(message(Buffer.from(text)))).rejects.toMatchObject({ code: 'PACKING_BROKEN', kind: 'message' });
  const between = Buffer.from(await bytesOf((await sealed({ armor: false })).parts[0]));
  between[between.length - 10]! ^= 1;
  await expect(opened(message(between))).rejects.toMatchObject({ code: 'PACKING_BROKEN' });
});

test('a secret that is no key, or sealed by another passphrase', async () => {
  await expect(sealed({ to: secret('WRONG') })).rejects.toMatchObject({ code: 'PGP_KEY', kind: 'config' });
  const failure = await opened(await sealed(), { passphrase: secret('WRONG') }).catch((thrown: Error) => thrown);
  expect(failure).toMatchObject({ code: 'PGP_KEY' });
  expect((failure as Error).message).not.toContain('no key');
});
