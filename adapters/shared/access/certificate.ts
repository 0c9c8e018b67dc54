/** The certificate by which a caller proves who it is, where the listener asks for one. */
import type { IncomingMessage } from 'node:http';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { AccessConfig } from './config.ts';
import { forbidden, type Rule } from './verdict.ts';

/** One that the listener's authorities have not signed, or that has run out, is none. */
export function certificateRule({ names }: NonNullable<AccessConfig['certificate']>): Rule {
  const wanted = names?.map(patternOf);
  return (request) => {
    const found = certificateOf(request);
    if (!found) return forbidden('A certificate that is trusted here is needed.');
    const own = namesIn(found);
    const named = wanted ? own.find((name) => wanted.some((pattern) => pattern.test(name))) : own[0];
    if (named === undefined && wanted) return forbidden('The holder of this certificate may not call here.');
    const subject = subjectOf(found);
    return { caller: named ?? subject, certificate: subject, thumbprint: found.fingerprint256.replaceAll(':', '') };
  };
}

function certificateOf({ socket }: IncomingMessage): PeerCertificate | undefined {
  const { authorized, getPeerCertificate } = socket as Partial<TLSSocket>;
  if (authorized !== true || !getPeerCertificate) return undefined;
  const certificate = getPeerCertificate.call(socket) as PeerCertificate | undefined;
  return certificate?.subject ? certificate : undefined;
}

/** The common names, then the alternative names: DNS names, mail addresses, URIs and IP addresses. */
function namesIn({ subject, subjectaltname = '' }: PeerCertificate): string[] {
  const alternative = [...subjectaltname.matchAll(ALTERNATIVE)].map(([, quoted, plain]) =>
    quoted === undefined ? plain! : String(JSON.parse(quoted)),
  );
  return [subject.CN ?? [], alternative].flat();
}

/** Node quotes, as JSON, what could be mistaken for several. */
const ALTERNATIVE = /(?:DNS|email|URI|IP Address):(?:("(?:[^"\\]|\\.)*")|([^,]+))/g;

/** `*.example.gov.uk` stands for one label before it. */
function patternOf(name: string): RegExp {
  const escaped = name.replace(/[.+?^${}()|[\]\\/]/g, '\\$&').replace(/^\*(?=\\\.)/, '[^.@/]+');
  return new RegExp(`^${escaped.replaceAll('*', '\\*')}$`, 'i');
}

const subjectOf = ({ subject }: PeerCertificate) =>
  Object.entries(subject)
    .flatMap(([key, values]) => [values].flat().map((value) => `${key}=${value}`))
    .reverse()
    .join(', ');
