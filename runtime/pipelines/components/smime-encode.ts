/** Signs a body by S/MIME, seals it for whoever has a certificate, or both: signed first, then sealed. Source: RFC 8551 */

import type { FindingInConfig } from '../../contracts/finding.ts';
import { derive, type Part, partOf } from '../../contracts/message.ts';
import type { PipelineComponent, PipelineContext } from '../../contracts/pipeline.ts';
import { busError } from '../../errors/bus-error.ts';
import { certificatesIn, privateKeyIn } from '../packing/cms/keys.ts';
import { seal } from '../packing/cms/seal.ts';
import { signContent } from '../packing/cms/sign.ts';
import { base64Lines } from '../packing/mime/transfer.ts';
import { type Secret, secretOf, secretSchema } from '../packing/pgp.ts';
import { bytesIn } from '../packing/whole.ts';

export interface SmimeEncodeOptions {
  readonly key?: Secret;
  readonly passphrase?: Secret;
  readonly certificate?: Secret;
  readonly detached?: boolean;
  readonly to?: Secret;
  readonly cipher?: 'aes-256-cbc' | 'aes-256-gcm' | 'aes-128-cbc' | 'aes-128-gcm';
  readonly keyTransport?: 'pkcs1' | 'oaep';
  readonly headers?: boolean;
}

export const smimeEncode: PipelineComponent<SmimeEncodeOptions> = {
  name: 'smime-encode',
  summary: 'Signs a body by S/MIME, seals it, or both.',
  stages: ['encode'],
  config: {
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    properties: {
      key: secretSchema('Our private key in PEM: signs what goes out'),
      passphrase: secretSchema('What the key is sealed with'),
      certificate: secretSchema('Our certificate in PEM, with those between it and the authority'),
      detached: {
        type: 'boolean',
        default: false,
        description: 'The signature is a part beside the content (multipart/signed); else the content is in it',
      },
      to: secretSchema('The certificates of the receivers in PEM, one behind another: who may open it'),
      cipher: {
        enum: ['aes-256-cbc', 'aes-256-gcm', 'aes-128-cbc', 'aes-128-gcm'],
        default: 'aes-256-cbc',
        description: 'What it is sealed by; GCM is for receivers that know RFC 5083',
      },
      keyTransport: {
        enum: ['pkcs1', 'oaep'],
        default: 'pkcs1',
        description: 'How the key goes to the receivers; pkcs1 is known to all, oaep (with SHA-256) is the better one',
      },
      headers: {
        type: 'boolean',
        default: false,
        description: 'Its headers stand in the body, in base64, as for a file or a mail; else they are its media type',
      },
    },
  },
  check: ({ key, certificate, to }) => {
    if ((key === undefined) !== (certificate === undefined)) return [halfSigned(key ? 'key' : 'certificate')];
    return key || to
      ? []
      : [wrong('', 'It neither signs nor seals', 'Give `key` and `certificate`, `to`, or all of them')];
  },
  async execute(message, options, context) {
    const [body, ...others] = message.parts;
    const bytes = await bytesIn(message, 's/mime');
    let entity = entityOf(bytes, body);
    if (options.key && options.certificate) entity = signed(entity, options, context);
    if (options.to) entity = sealed(entity, options, context);
    const made = options.headers
      ? partOf(asText(entity), 'message/rfc822', body.name)
      : partOf(entity.body, entity.contentType, body.name);
    return derive(message, { parts: [made, ...others] });
  },
};

interface Written {
  readonly contentType: string;
  readonly body: Buffer;
  readonly encoding: 'binary' | 'base64' | '7bit';
}

const entityOf = (bytes: Buffer, { contentType }: Part): Written => ({
  contentType: contentType.replace(/[\r\n]+/g, ' ') || 'application/octet-stream',
  body: bytes,
  encoding: 'base64',
});

/** What was sealed or signed is binary; as text it goes in base64. */
function asText({ contentType, body, encoding }: Written, version = 'MIME-Version: 1.0\r\n'): Buffer {
  const head = `${version}Content-Type: ${contentType}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), encoding === 'base64' ? Buffer.from(base64Lines(body)) : body]);
}

function signed(entity: Written, options: SmimeEncodeOptions, context: PipelineContext): Written {
  const { key, certificate, passphrase, detached = false } = options;
  const inner = asText(entity, '');
  const signature = signContent(inner, {
    key: privateKeyIn(secretOf(key!, context), passphrase && secretOf(passphrase, context), key!.secret),
    certificates: certificatesIn(secretOf(certificate!, context), certificate!.secret),
    detached,
    at: context.now?.(),
  });
  if (!detached)
    return {
      contentType: 'application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"',
      body: signature,
      encoding: 'base64',
    };
  const boundary = `guildhall-${context.newId()}`;
  const tail = `\r\n--${boundary}\r\nContent-Type: application/pkcs7-signature; name="smime.p7s"\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64Lines(signature)}\r\n--${boundary}--\r\n`;
  return {
    contentType: `multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="${boundary}"`,
    body: Buffer.concat([Buffer.from(`--${boundary}\r\n`), inner, Buffer.from(tail)]),
    encoding: '7bit',
  };
}

function sealed(entity: Written, options: SmimeEncodeOptions, context: PipelineContext): Written {
  const { to, cipher = 'aes-256-cbc', keyTransport = 'pkcs1' } = options;
  const { secret } = to!;
  const body = seal(asText(entity, ''), certificatesIn(secretOf(to!, context), secret), {
    cipher,
    keyTransport,
    secret,
  });
  const kind = cipher.endsWith('gcm') ? 'authEnveloped-data' : 'enveloped-data';
  return { contentType: `application/pkcs7-mime; smime-type=${kind}; name="smime.p7m"`, body, encoding: 'base64' };
}

const halfSigned = (path: string) => wrong(path, 'A signature needs `key` and `certificate`', 'Give both, or neither');

function wrong(path: string, reason: string, advice: string): FindingInConfig {
  const { code, message, help } = busError('OPTION_INVALID', { reason, advice });
  return { code, severity: 'error', path, message, help };
}
