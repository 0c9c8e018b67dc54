/** Opens what was sealed by S/MIME (or CMS alone) and checks who signed it, however often it is signed and sealed in one another. */
import { derive, type Message, type Property, partOf, withProperties } from '../../contracts/message.ts';
import type { PipelineComponent } from '../../contracts/pipeline.ts';
import { certificatesIn, privateKeyIn, thumbprintOf } from '../packing/cms/keys.ts';
import { type Opened, openLayers } from '../packing/cms/layers.ts';
import { cmsBroken } from '../packing/cms/read.ts';
import { type Secret, secretOf, secretSchema } from '../packing/pgp.ts';
import { bytesIn } from '../packing/whole.ts';

export interface SmimeDecodeOptions {
  readonly key?: Secret;
  readonly passphrase?: Secret;
  readonly certificate?: Secret;
  readonly from?: Secret;
  readonly contentType?: string;
}

/** The context property with the SHA-256 fingerprint of who signed. Carried. */
const SIGNER = 'smime.signer';

export const smimeDecode: PipelineComponent<SmimeDecodeOptions> = {
  name: 'smime-decode',
  summary: 'Opens a body that was sealed by S/MIME, and checks who signed it.',
  stages: ['decode'],
  config: {
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    properties: {
      key: secretSchema('Our private key in PEM: what is not sealed is refused'),
      passphrase: secretSchema('What the key is sealed with'),
      certificate: secretSchema('Our certificate in PEM, which finds our key among those of several receivers'),
      from: secretSchema(
        'The certificates of senders in PEM, one behind another: what none of them has signed is refused',
      ),
      contentType: {
        type: 'string',
        description: 'The media type of what comes out without one. Default: application/octet-stream',
      },
    },
  },
  async execute(message, { key, passphrase, certificate, from, contentType = 'application/octet-stream' }, context) {
    const certificates = (of: Secret | undefined) => of && certificatesIn(secretOf(of, context), of.secret);
    const opening = {
      key: key && privateKeyIn(secretOf(key, context), passphrase && secretOf(passphrase, context), key.secret),
      own: certificates(certificate) ?? [],
      from: certificates(from),
    };
    const [body] = message.parts;
    const opened = openLayers(await bytesIn(message, 's/mime'), body.contentType, opening);
    if (key && !opened.sealed) throw cmsBroken('it is not sealed');
    if (from && !opened.signer) throw cmsBroken('it is not signed');
    if (!opened.sealed && !opened.signed) throw cmsBroken('it is neither sealed nor signed');
    return withContent(message, opened, contentType);
  },
};

function withContent(message: Message, { content, contentType, signer }: Opened, standard: string): Message {
  const [body, ...others] = message.parts;
  const told: [string, Property][] = signer ? [[SIGNER, { value: thumbprintOf(signer), promoted: false }]] : [];
  return derive(message, {
    parts: [partOf(content, contentType ?? standard, body.name), ...others],
    context: withProperties(message.context, told),
  });
}
