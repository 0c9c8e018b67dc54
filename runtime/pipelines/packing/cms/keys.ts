/** Certificates and private keys in PEM, from secrets: read once and kept. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { Certificate } from 'pkijs';
import { reasonOf } from '../../../errors/as-bus-error.ts';
import { busError } from '../../../errors/bus-error.ts';

export interface KnownCertificate {
  readonly x509: X509Certificate;
  readonly asn1: Certificate;
}

const KEPT = 200;
const certificates = new Map<string, readonly KnownCertificate[]>();
const keys = new Map<string, KeyObject>();

/** One or more, in order. `name` is that of the secret. Throws BusError SMIME_KEY. */
export function certificatesIn(pem: string, name: string): readonly KnownCertificate[] {
  return kept(certificates, pem, name, 'certificate', () => {
    const found = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
    if (found.length === 0) throw new Error('there is no PEM certificate in it');
    return found.map((each) => {
      const x509 = new X509Certificate(each);
      return { x509, asn1: Certificate.fromBER(x509.raw) };
    });
  });
}

export const privateKeyIn = (pem: string, passphrase: string | undefined, name: string): KeyObject =>
  kept(keys, `${pem}\n${passphrase ?? ''}`, name, 'private key', () =>
    createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) }),
  );

function kept<T>(known: Map<string, T>, by: string, name: string, what: string, read: () => T): T {
  const found = known.get(by);
  if (found !== undefined) return found;
  try {
    const made = read();
    if (known.size >= KEPT) known.clear();
    known.set(by, made);
    return made;
  } catch (thrown) {
    throw busError('SMIME_KEY', { name, what, reason: reasonOf(thrown) }, { cause: thrown });
  }
}

/** SHA-256, 64 hexadecimal digits in upper case. */
export const thumbprintOf = ({ x509 }: KnownCertificate): string => x509.fingerprint256.replaceAll(':', '');
