/** Private keys with their certificates, as signing and decrypting need them. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { AdapterContext } from '../../../runtime/contracts/adapter.ts';
import { reasonOf } from '../../../runtime/errors/as-bus-error.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import { pemText } from '../../shared/tls.ts';
import type { PrivateKey } from './encryption-config.ts';

export interface KeyPair {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
}

/** The first certificate and its key, which is RSA. Throws BusError ADAPTER_CONFIG or SECRET_MISSING. `option`: what people call it. */
export function loadKeyPair(config: PrivateKey, option: string, context: AdapterContext): KeyPair {
  const text = pemText(config.certificate, `${option}.certificate`, context);
  const secret = context.secret(config.key.secret);
  const passphrase = config.passphrase && context.secret(config.passphrase.secret);
  try {
    const certificate = new X509Certificate(text);
    const key = createPrivateKey(passphrase === undefined ? secret : { key: secret, passphrase });
    if (!certificate.checkPrivateKey(key)) throw new Error('the key is not that of the certificate');
    if (key.asymmetricKeyType !== 'rsa') throw new Error(`the key is of the type ${key.asymmetricKeyType}, not RSA`);
    return { certificate, key };
  } catch (thrown) {
    const reason = `the certificate or the key of \`${option}\` cannot be used: ${reasonOf(thrown)}`;
    throw busError('ADAPTER_CONFIG', { name: context.name, reason }, { cause: thrown });
  }
}
