/** Signs calls by node-soap's means: a binary token, a timestamp, and a signature that refers to the token. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { type ISecurity, WSSecurityCert } from 'soap';
import type { AdapterContext } from '../../../runtime/contracts/adapter.ts';
import { reasonOf } from '../../../runtime/errors/as-bus-error.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import { pemText } from '../../shared/tls.ts';
import { SIGNATURE_DEFAULTS, type SignConfig } from './config.ts';

const SHA1 = {
  signatureAlgorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
  digestAlgorithm: 'http://www.w3.org/2000/09/xmldsig#sha1',
};

/** A new one for each call, since node-soap's own remember what they have signed. Throws BusError ADAPTER_CONFIG or SECRET_MISSING. */
export function compileSigning(config: SignConfig, context: AdapterContext): () => ISecurity {
  const { parts = SIGNATURE_DEFAULTS.parts, sha1 = SIGNATURE_DEFAULTS.sha1 } = config;
  const [certificate, key] = pairOf(config, context);
  const addressing = parts.includes('addressing') ? ['wsa:Action', 'wsa:MessageID', 'wsa:To'] : [];
  const options = {
    hasTimeStamp: parts.includes('timestamp'),
    signatureTransformations: ['http://www.w3.org/2001/10/xml-exc-c14n#'],
    additionalReferences: addressing,
    excludeReferencesFromSigning: parts.includes('body') ? [] : ['Body'],
    ...(sha1 ? SHA1 : {}),
  };
  return () => new WSSecurityCert(key, certificate, '', { ...options, signerOptions: { idMode: 'wssecurity' } });
}

/** The first certificate and its unsealed key, in PEM form. */
function pairOf(config: SignConfig, context: AdapterContext): readonly [string, string] {
  const text = pemText(config.certificate, 'sign.certificate', context);
  const secret = context.secret(config.key.secret);
  const passphrase = config.passphrase && context.secret(config.passphrase.secret);
  try {
    const certificate = new X509Certificate(text);
    const key = createPrivateKey(passphrase === undefined ? secret : { key: secret, passphrase });
    if (!certificate.checkPrivateKey(key)) throw new Error('the key is not that of the certificate');
    if (key.asymmetricKeyType !== 'rsa') throw new Error(`the key is of the type ${key.asymmetricKeyType}, not RSA`);
    return [certificate.toString(), key.export({ type: 'pkcs8', format: 'pem' }).toString()];
  } catch (thrown) {
    const reason = `the certificate or the key of \`sign\` cannot be used: ${reasonOf(thrown)}`;
    throw busError('ADAPTER_CONFIG', { name: context.name, reason }, { cause: thrown });
  }
}
