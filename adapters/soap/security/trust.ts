/** Which certificates are trusted: those that were given, and those that they have issued. */
import { X509Certificate } from 'node:crypto';
import type { AdapterContext } from '../../../runtime/contracts/adapter.ts';
import { reasonOf } from '../../../runtime/errors/as-bus-error.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import type { Secret } from '../../shared/client/schema.ts';
import { pemText } from '../../shared/tls.ts';
import { SecurityProblem } from './names.ts';

export interface Trust {
  /** Throws SecurityProblem for one that is not trusted, or not at this time. */
  check(certificate: X509Certificate): void;
  /** One of those that were given. */
  find(is: (certificate: X509Certificate) => boolean): X509Certificate | undefined;
}

/** Throws BusError ADAPTER_CONFIG or SECRET_MISSING. `option`: what people call it. */
export function compileTrust(sources: readonly (string | Secret)[], option: string, context: AdapterContext): Trust {
  const trusted = sources.flatMap((source, index) => {
    const name = `${option}[${index}]`;
    return certificatesIn(pemText(source, name, context), name, context);
  });

  function check(certificate: X509Certificate): void {
    const known = trusted.some(
      (each) =>
        each.fingerprint256 === certificate.fingerprint256 ||
        (each.ca && certificate.checkIssued(each) && certificate.verify(each.publicKey)),
    );
    if (!known)
      throw new SecurityProblem('FailedAuthentication', `the certificate of ${nameOf(certificate)} is not trusted`);
    const now = context.clock.now();
    if (now < certificate.validFromDate.getTime() || now > certificate.validToDate.getTime()) {
      throw new SecurityProblem('InvalidSecurityToken', `the certificate of ${nameOf(certificate)} is not valid now`);
    }
  }

  return { check, find: (is) => trusted.find(is) };
}

function certificatesIn(text: string, option: string, { name }: AdapterContext): X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  try {
    if (blocks.length === 0) throw new Error('it holds no certificate in PEM form');
    return blocks.map((block) => new X509Certificate(block));
  } catch (thrown) {
    throw busError(
      'ADAPTER_CONFIG',
      { name, reason: `${option} cannot be used: ${reasonOf(thrown)}` },
      { cause: thrown },
    );
  }
}

/** The common name, else the whole subject. */
export function nameOf({ subject }: X509Certificate): string {
  return /^CN=(.+)$/m.exec(subject)?.[1] ?? subject.replaceAll('\n', ', ');
}
