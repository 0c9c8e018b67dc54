/** What a rule says of a caller. */
import type { IncomingMessage } from 'node:http';

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
}

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
