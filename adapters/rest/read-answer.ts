/** Reads what an endpoint answered, never holding more of it than the limit. */
import type { Dispatcher } from 'undici';
import { busError } from '../../runtime/errors/bus-error.ts';

export type Answer = Dispatcher.ResponseData;

/** Throws ENDPOINT_ANSWER_INVALID when it is longer than `limit` bytes. */
export async function readAnswer({ body }: Answer, limit: number, endpoint: string): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) {
      throw busError('ENDPOINT_ANSWER_INVALID', { endpoint, reason: `it is longer than ${limit} bytes` });
    }
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

const TOLD = 200;
const LONGEST_TOLD = 64 * 1024;

export interface Told {
  /** A few words for people. */
  readonly says: string | undefined;
  /** Plain JSON of the body, where it is JSON. */
  readonly detail: unknown;
}

/** What a refusal says: a problem document's own words, else the beginning of its text. */
export async function readRefusal(answer: Answer, endpoint: string): Promise<Told> {
  const bytes = await readAnswer(answer, LONGEST_TOLD, endpoint).catch(() => undefined);
  const text = bytes === undefined ? '' : Buffer.from(bytes).toString();
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
