/** Opens a body that was sealed with OpenPGP, armoured or not, and checks who signed it where that is asked for. */
import { decrypt, readMessage } from 'openpgp';
import { derive, partOf } from '../../contracts/message.ts';
import type { PipelineComponent } from '../../contracts/pipeline.ts';
import { isBusError, reasonOf } from '../../errors/as-bus-error.ts';
import { busError } from '../../errors/bus-error.ts';
import { privateKey, publicKey, type Secret, secretOf, secretSchema } from '../packing/pgp.ts';
import { bytesIn } from '../packing/whole.ts';

interface Config {
  readonly key: Secret;
  readonly passphrase?: Secret;
  readonly from?: Secret;
  readonly contentType?: string;
}

const ARMOUR = '-----BEGIN PGP MESSAGE-----';

export const pgpDecrypt: PipelineComponent<Config> = {
  name: 'pgp-decrypt',
  summary: 'Opens a body that was sealed with OpenPGP, and checks who signed it.',
  stages: ['decode'],
  config: {
    type: 'object',
    additionalProperties: false,
    required: ['key'],
    properties: {
      key: secretSchema('Our private key, armoured'),
      passphrase: secretSchema('What the key is sealed with'),
      from: secretSchema("The sender's public key, armoured: what it has not signed is refused"),
      contentType: {
        type: 'string',
        description: 'The media type of what comes out. Default: application/octet-stream',
      },
    },
  },
  async execute(message, { key, passphrase, from, contentType = 'application/octet-stream' }, context) {
    const decryptionKeys = await privateKey(
      secretOf(key, context),
      passphrase && secretOf(passphrase, context),
      key.secret,
    );
    const sender = from && (await publicKey(secretOf(from, context), from.secret));
    const bytes = await bytesIn(message, 'pgp');
    try {
      const text = Buffer.from(bytes).toString('latin1');
      const sealed = await (text.trimStart().startsWith(ARMOUR)
        ? readMessage({ armoredMessage: text.trimStart() })
        : readMessage({ binaryMessage: bytes }));
      const { data } = await decrypt({
        message: sealed,
        decryptionKeys,
        format: 'binary',
        ...(sender ? { verificationKeys: sender, expectSigned: true } : {}),
      });
      const [body, ...others] = message.parts;
      return derive(message, { parts: [partOf(data as Uint8Array, contentType, body.name), ...others] });
    } catch (thrown) {
      if (isBusError(thrown)) throw thrown;
      throw busError('PACKING_BROKEN', { format: 'pgp', reason: reasonOf(thrown) }, { cause: thrown });
    }
  },
};
