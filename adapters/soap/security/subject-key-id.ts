/** The subject key identifier of a certificate, which node:crypto does not tell. Source: RFC 5280, section 4.2.1.2. */
import type { X509Certificate } from 'node:crypto';

/** The object identifier 2.5.29.14, and the type of what follows. */
const HEAD = Buffer.from([0x06, 0x03, 0x55, 0x1d, 0x0e, 0x04]);
const OCTETS = 0x04;

export function subjectKeyId({ raw }: X509Certificate): Buffer | undefined {
  const at = raw.indexOf(HEAD);
  if (at < 0) return undefined;
  const inner = at + HEAD.length + 1;
  const length = raw[inner + 1]!;
  return raw[inner] === OCTETS && raw[inner - 1] === length + 2
    ? raw.subarray(inner + 2, inner + 2 + length)
    : undefined;
}
