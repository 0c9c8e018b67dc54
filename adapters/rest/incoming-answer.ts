/**
 * The answer of a two-way port, as it is handed to whoever asked: what its head says as properties, and its body. An answer without a
 * body (201 with a Location, 204, 304) is a JSON document of what its head says, so that it has a type like any other.
 */
import type { Incoming } from '../../runtime/contracts/adapter.ts';
import { type Context, type Property, partOf, type Scalar } from '../../runtime/contracts/message.ts';
import type { Answer } from '../shared/client/exchange.ts';
import { bytesOfAnswer, contentTypeOf, headerOf } from './read-answer.ts';

export interface AnswerConfig {
  readonly maxAnswerBytes: number;
  /** Header name to property name. */
  readonly answerProperties?: Readonly<Record<string, string>>;
}

/** `endpoint` is the address that was asked. Throws ENDPOINT_ANSWER_INVALID for what is too long. */
export function incomingAnswer(answer: Answer, config: AnswerConfig, endpoint: string): Incoming {
  const bytes = bytesOfAnswer(answer, config.maxAnswerBytes, endpoint);
  const head = headOf(answer, endpoint);
  const part =
    bytes.byteLength > 0
      ? partOf(bytes, contentTypeOf(answer))
      : partOf(Buffer.from(JSON.stringify(head)), 'application/json; charset=utf-8');
  return { parts: [part], context: contextOf(head, answer, config.answerProperties ?? {}) };
}

interface Head {
  readonly status: number;
  readonly location: string | undefined;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
}

function headOf({ status, headers }: Answer, endpoint: string): Head {
  const location = headerOf(headers['location']);
  return {
    status,
    location: location === undefined ? undefined : absolute(location, endpoint),
    etag: headerOf(headers['etag']),
    lastModified: headerOf(headers['last-modified']),
  };
}

/** A location may be relative to the address that was asked (RFC 9110, 10.2.2); what is none stays as it is. */
const absolute = (location: string, endpoint: string) => URL.parse(location, endpoint)?.href ?? location;

function contextOf(head: Head, { headers }: Answer, wanted: Readonly<Record<string, string>>): Context {
  const told: [string, Scalar | undefined][] = [
    ...Object.entries(head).map(([name, value]): [string, Scalar | undefined] => [`http.${name}`, value]),
    ...Object.entries(wanted).map(([name, property]): [string, string | undefined] => [
      property,
      [headers[name.toLowerCase()] ?? []].flat().join(', ') || undefined,
    ]),
  ];
  const found = told.filter((each): each is [string, Scalar] => each[1] !== undefined);
  return new Map(found.map(([name, value]): [string, Property] => [name, { value, promoted: false }]));
}
