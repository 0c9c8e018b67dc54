/** What a rule says of a caller. */
import type { IncomingMessage } from 'node:http';
import type { Property } from '../../../runtime/contracts/message.ts';

export interface Refused {
  readonly status: 401 | 403 | 503;
  readonly code: 'ACCESS_REFUSED' | 'ACCESS_UNDECIDED';
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Allowed {
  /** Who it is, as far as the rules tell. */
  readonly caller?: string;
  /** The subject of the certificate that it came with, as `CN=works, O=Northmoor`. */
  readonly certificate?: string;
  /** The SHA-256 fingerprint of that certificate: 64 hexadecimal digits, upper case. */
  readonly thumbprint?: string;
  /** Where it called from, as far as the proxies are believed. */
  readonly address?: string;
}

/** Who called, as properties that the message carries. */
export const callerProperties = ({ caller, certificate, thumbprint, address }: Allowed): [string, Property][] =>
  Object.entries({
    'http.caller': caller,
    'http.certificate': certificate,
    'http.thumbprint': thumbprint,
    'http.address': address,
  }).flatMap(([name, value]): [string, Property][] =>
    value === undefined ? [] : [[name, { value, promoted: false }]],
  );

export type Rule = (request: IncomingMessage) => Allowed | Refused | Promise<Allowed | Refused>;

export const isRefused = (answer: Allowed | Refused | undefined): answer is Refused =>
  answer !== undefined && 'status' in answer;

export const unauthorised = (reason: string, challenge: string): Refused => ({
  status: 401,
  code: 'ACCESS_REFUSED',
  reason,
  headers: { 'WWW-Authenticate': challenge },
});

export const forbidden = (reason: string): Refused => ({ status: 403, code: 'ACCESS_REFUSED', reason, headers: {} });
