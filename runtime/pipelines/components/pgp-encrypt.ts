/** Seals a body with OpenPGP for whoever has the key, and signs it where that is asked for. */
import { createMessage, encrypt } from 'openpgp';
import { derive, partOf } from '../../contracts/message.ts';
import type { PipelineComponent } from '../../contracts/pipeline.ts';
import { privateKey, publicKey, type Secret, secretOf, secretSchema } from '../packing/pgp.ts';
import { bytesIn } from '../packing/whole.ts';

interface Config {
  readonly to: Secret;
  readonly sign?: Secret;
  readonly passphrase?: Secret;
  readonly armor?: boolean;
}

export const pgpEncrypt: PipelineComponent<Config> = {
  name: 'pgp-encrypt',
  summary: 'Seals a body with OpenPGP for whoever has the key, and signs it.',
  stages: ['encode'],
  config: {
    type: 'object',
    additionalProperties: false,
    required: ['to'],
    properties: {
      to: secretSchema("The receiver's public key, armoured"),
      sign: secretSchema('Our private key, armoured: signs what goes out'),
      passphrase: secretSchema('What that is sealed with'),
      armor: { type: 'boolean', default: true, description: 'As text that survives mail; else as bytes' },
    },
  },
  async execute(message, { to, sign, passphrase, armor = true }, context) {
    const encryptionKeys = await publicKey(secretOf(to, context), to.secret);
    const signingKeys =
      sign && (await privateKey(secretOf(sign, context), passphrase && secretOf(passphrase, context), sign.secret));
    const options = {
      message: await createMessage({ binary: await bytesIn(message, 'pgp') }),
      encryptionKeys,
      ...(signingKeys ? { signingKeys } : {}),
    };
    const sealed = armor
      ? Buffer.from(await encrypt({ ...options, format: 'armored' }))
      : await encrypt({ ...options, format: 'binary' });
    const [body, ...others] = message.parts;
    const type = armor ? 'application/pgp-encrypted' : 'application/octet-stream';
    return derive(message, { parts: [partOf(sealed as Uint8Array, type, body.name), ...others] });
  },
};
