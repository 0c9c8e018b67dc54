/** TLS of the listener of all HTTP locations: its certificate, and whose certificates it trusts of callers. */
import { readFileSync } from 'node:fs';
import type { ServerOptions } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { Deployment } from '../contracts/deployment.ts';
import { reasonOf } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import type { ListenerTls, SecretName } from '../solution/bus-config.ts';

/**
 * A caller without a certificate may connect: whether one is needed is for each location to say. Throws BusError SECRET_MISSING, or
 * HTTP_LISTEN for files that cannot be used.
 */
export function listenerTls(tls: ListenerTls, { secret, resolvePath }: Deployment): ServerOptions {
  const pem = (source: string | SecretName) =>
    typeof source === 'string' ? readFileSync(resolvePath(source), 'utf8') : secret(source.secret);
  const { certificate, key, passphrase, clients } = tls;
  try {
    const options = {
      cert: pem(certificate),
      key: secret(key.secret),
      ...(passphrase ? { passphrase: secret(passphrase.secret) } : {}),
      ...(clients === undefined ? {} : { ca: pem(clients) }),
      minVersion: 'TLSv1.2' as const,
    };
    createSecureContext(options);
    return clients === undefined ? options : { ...options, requestCert: true, rejectUnauthorized: false };
  } catch (thrown) {
    throw busError('HTTP_LISTEN', { address: 'https', reason: reasonOf(thrown) }, { cause: thrown });
  }
}
