/** Makes sense of what an endpoint answered. */
import { busError } from '../../runtime/errors/bus-error.ts';
import type { Answer } from '../shared/client/exchange.ts';

/** Throws ENDPOINT_ANSWER_INVALID when it was longer than `limit` bytes, or what broke the connection. */
export function bytesOfAnswer({ body }: Answer, limit: number, endpoint: string): Uint8Array {
  if (body instanceof Error) throw body;
  if (body !== 'too-long') return body;
  throw busError('ENDPOINT_ANSWER_INVALID', { endpoint, reason: `it is longer than ${limit} bytes` });
}

const TOLD = 200;
/** How much (bytes) of a refusal is looked at. */
export const LONGEST_TOLD = 64 * 1024;

export interface Told {
  /** A few words for people. */
  readonly says: string | undefined;
  /** Plain JSON of the body, where it is JSON. */
  readonly detail: unknown;
}

/** What a refusal says: a problem document's own words, else the beginning of its text. */
export function readRefusal(answer: Answer): Told {
  const { body } = answer;
  const text = body instanceof Uint8Array ? Buffer.from(body).toString() : '';
  const detail = /\bjson\b/i.test(contentTypeOf(answer)) ? parsed(text) : undefined;
  return { says: wordsOf(detail) ?? shortened(text), detail };
}

export const contentTypeOf = ({ headers }: Answer) => headerOf(headers['content-type']) ?? 'application/octet-stream';

export const headerOf = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // It says JSON and is none: its text is told instead.
  }
}

function wordsOf(document: unknown): string | undefined {
  if (document === null || typeof document !== 'object') return undefined;
  const { detail, title, message, error } = document as Record<string, unknown>;
  const words = [detail, message, title, error].find((value) => typeof value === 'string' && value !== '');
  return words === undefined ? undefined : shortened(String(words));
}

function shortened(text: string): string | undefined {
  const words = text
    .replace(/<[^<>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (words === '') return undefined;
  return words.length > TOLD ? `${words.slice(0, TOLD)}…` : words.replace(/\.$/, '');
}
