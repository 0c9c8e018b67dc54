/**
 * What a request holds, as the parts of a message: its body, or, where the method has none, a JSON document of the fields of its
 * query. What is wrong is told by its status.
 */
import type { IncomingMessage } from 'node:http';
import { BusError } from '../../runtime/contracts/errors.ts';
import { partOf } from '../../runtime/contracts/message.ts';
import { asBusError } from '../../runtime/errors/as-bus-error.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { decodeForm } from './form.ts';
import { compileMediaTypes } from './media-types.ts';
import { readBody } from './read-body.ts';
import { isForm, jsonPart, type Parts, readForm } from './read-form.ts';

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What is wrong, one by one. */
  readonly errors?: readonly object[];
}

export interface Reading {
  readonly path: string;
  readonly contentTypes: readonly string[];
  readonly maxBytes: number;
  readonly method: string;
  /** Looks at the bytes of a body before anything is made of them. */
  readonly confirm: (request: IncomingMessage, bytes: Uint8Array) => Refusal | undefined;
}

/** Undefined when the caller went away. */
type Read = (request: IncomingMessage) => Promise<Parts | Refusal | undefined>;

const BODILESS = new Set(['GET', 'DELETE']);

export const isRefusal = (read: Parts | Refusal): read is Refusal => 'status' in read;

export const queryOfRequest = ({ url = '' }: IncomingMessage): string =>
  url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';

export function compileReading(reading: Reading): Read {
  return BODILESS.has(reading.method) ? readingQuery(reading) : readingBody(reading);
}

function readingQuery({ path, method, confirm }: Reading): Read {
  return async (request) => {
    if (Number(request.headers['content-length'] ?? 0) > 0 || request.headers['transfer-encoding'] !== undefined) {
      return { status: 400, code: 'BODY_UNEXPECTED', detail: `A ${method} has no body here.` };
    }
    const unsigned = confirm(request, new Uint8Array());
    if (unsigned) return unsigned;
    try {
      return [jsonPart(decodeForm(queryOfRequest(request)))];
    } catch (thrown) {
      return refusalOf(asBusError(thrown, path), 400);
    }
  };
}

function readingBody({ path, contentTypes, maxBytes, confirm }: Reading): Read {
  const accepts = compileMediaTypes(contentTypes);
  const takesForms = contentTypes.some(isForm);
  const unsupported = (found: string) =>
    refusalOf(busError('CONTENT_TYPE_UNSUPPORTED', { name: path, expected: contentTypes.join(', '), found }), 415);
  return async (request) => {
    const found = request.headers['content-type'];
    const coded = request.headers['content-encoding'] ?? 'identity';
    if (coded !== 'identity') {
      return { ...unsupported(`the content encoding ${coded}`), headers: { 'Accept-Encoding': 'identity' } };
    }
    if (!found || !accepts(found)) return unsupported(found ?? 'a body without a content type');
    const body = await readBody(request, maxBytes).catch(() => undefined);
    if (!body) return undefined;
    if ('tooLarge' in body) {
      return refusalOf(busError('PAYLOAD_TOO_LARGE', { name: path, size: body.tooLarge, limit: maxBytes }), 413);
    }
    if (body.bytes.length === 0) return { status: 400, code: 'BODY_MISSING', detail: 'The request has no body.' };
    const unsigned = confirm(request, body.bytes);
    if (unsigned) return unsigned;
    if (!takesForms || !isForm(found)) return [partOf(body.bytes, found)];
    const parts = await readForm(body.bytes, found).catch((thrown) => asBusError(thrown, path));
    return parts instanceof BusError ? refusalOf(parts, 400) : parts;
  };
}

const refusalOf = ({ code, message }: BusError, status: number): Refusal => ({ status, code, detail: message });
