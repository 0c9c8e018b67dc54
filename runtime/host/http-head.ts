/**
 * What is wrong with the head of a request that node:http lets pass: what two servers in a row could read in two ways, so that a
 * proxy before the bus sees another request than the bus does (RFC 9112, 3.2 and 6.1).
 */
import type { IncomingMessage } from 'node:http';

export interface HeadProblem {
  readonly status: 400 | 501;
  readonly detail: string;
}

/** Headers that say one thing: two of them are two requests in one. */
const SINGLE = new Set(['host', 'content-type', 'authorization']);
const HOST = /^[A-Za-z0-9._~%!$&'()*+,;=:[\]-]*$/;

export function headProblem({ rawHeaders, headers, httpVersion }: IncomingMessage): HeadProblem | undefined {
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase();
    if (!SINGLE.has(name)) continue;
    if (seen.has(name)) return bad(`The request has more than one header ${rawHeaders[index]}.`);
    seen.add(name);
  }
  if (httpVersion === '1.1' && !seen.has('host')) return bad('The request has no header Host.');
  if (headers.host !== undefined && !HOST.test(headers.host)) return bad('What stands in the header Host is no host.');
  const coding = headers['transfer-encoding'];
  if (coding === undefined) return undefined;
  if (httpVersion !== '1.1') return bad('A request of HTTP/1.0 cannot have a transfer encoding.');
  if (coding.trim().toLowerCase() === 'chunked') return undefined;
  return { status: 501, detail: 'Only the transfer encoding chunked is understood.' };
}

const bad = (detail: string): HeadProblem => ({ status: 400, detail });

/** The path and query of `http://host/path?query`, which proxies send; what is none stays as it is. */
export function originForm(target: string): string {
  const match = /^https?:\/\/[^/?#]*([/?].*)?$/i.exec(target);
  if (!match) return target;
  const rest = match[1] ?? '/';
  return rest.startsWith('?') ? `/${rest}` : rest;
}
