/** Answers that tell of a failure: problem details (RFC 9457) with the error's code, never more than its own words. */
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { BusError } from '../../runtime/contracts/errors.ts';

export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  /** The path that was called. */
  readonly instance: string;
  readonly messageId?: string;
  /** The name by which the process refused. */
  readonly fault?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What is wrong with the request, one by one. */
  readonly errors?: readonly object[] | undefined;
}

export function answerProblem(response: ServerResponse, { status, code, headers, ...rest }: Problem): void {
  const { detail, instance, messageId, fault, errors } = rest;
  const type = `urn:guildhall:error:${code}`;
  const document = { type, title: STATUS_CODES[status], status, detail, instance, code, messageId, fault, errors };
  const body = Buffer.from(JSON.stringify(document));
  const identity = messageId === undefined ? {} : { 'Guildhall-Message-Id': messageId };
  response.writeHead(status, {
    'Content-Type': 'application/problem+json',
    'Content-Length': body.length,
    ...identity,
    ...headers,
  });
  response.end(body);
}

/** Seconds after which a caller should try again when the error does not say. */
const PAUSE = 5;

/** By the error's kind; `refused` is the status where the caller is to blame. */
export function statusOf(error: BusError, refused: number): Pick<Problem, 'status' | 'headers'> {
  if (error.kind === 'message') return { status: error.code === 'SCHEMA_VIOLATION' ? 422 : refused };
  if (error.kind !== 'transient') return { status: 500 };
  const seconds = error.retryAfter === undefined ? PAUSE : Math.ceil(error.retryAfter / 1000);
  return { status: 503, headers: { 'Retry-After': String(seconds) } };
}
