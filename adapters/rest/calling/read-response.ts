/** Answers by their contract: what is success is checked, what is declared as an error is a fault with a name to catch it by. */
import { STATUS_CODES } from 'node:http';
import type { Incoming } from '../../../runtime/contracts/adapter.ts';
import type { Instant } from '../../../runtime/contracts/clock.ts';
import type { BusError } from '../../../runtime/contracts/errors.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import { httpFailure } from '../../../runtime/errors/http-failure.ts';
import type { Operation, Response } from '../../../runtime/openapi/contract.ts';
import { isNode } from '../../../runtime/openapi/node.ts';
import type { Answer } from '../../shared/client/exchange.ts';
import { essenceOf, isJson, mediaFor } from '../contract/media.ts';
import { type AnswerConfig, incomingAnswer } from '../incoming-answer.ts';
import { bytesOfAnswer, contentTypeOf, headerOf, readRefusal } from '../read-answer.ts';

export interface ResponseSources extends AnswerConfig {
  readonly operation: Operation;
  /** The address that was asked. */
  readonly endpoint: string;
  readonly now: Instant;
}

/** By its status, else by hundreds, else what the contract has for all others. */
export function responseFor({ responses }: Operation, status: number): Response | undefined {
  return responses.get(String(status)) ?? responses.get(`${Math.floor(status / 100)}XX`) ?? responses.get('default');
}

/** Throws BusError ENDPOINT_ANSWER_INVALID where it is not as the contract says. */
export function readSuccess(answer: Answer, sources: ResponseSources): Incoming {
  const { operation, endpoint, maxAnswerBytes } = sources;
  const declared = responseFor(operation, answer.status);
  const bytes = bytesOfAnswer(answer, maxAnswerBytes, endpoint);
  if (declared && declared.content.size > 0 && bytes.byteLength > 0) checkContent(bytes, answer, declared, sources);
  return incomingAnswer(answer, sources, endpoint);
}

function checkContent(bytes: Uint8Array, answer: Answer, { content }: Response, { endpoint }: ResponseSources): void {
  const type = contentTypeOf(answer);
  const found = mediaFor(type, content);
  if (!found) refuse(endpoint, `it is ${type}, and the contract says ${[...content.keys()].join(', ')}`);
  if (!isJson(essenceOf(type))) return;
  const value = jsonIn(bytes);
  if (!value) refuse(endpoint, 'it calls itself JSON and is none');
  const violations = found[1].schema?.check(value.value) ?? [];
  if (violations.length === 0) return;
  const words = violations.slice(0, TOLD).map(({ path, message }) => `${path || 'it'} ${message}`);
  refuse(endpoint, `it breaks the contract: ${words.join('; ')}`);
}

/** Violations that are told. */
const TOLD = 5;

function jsonIn(bytes: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch {
    return undefined;
  }
}

/**
 * What a status other than success means. One that the contract declares is ENDPOINT_FAULT by the name of its response in the contract's
 * components (`CaseClosed`), else of its status (`Conflict`, `NotFound`); its detail is the body with the status beside it.
 */
export function failureOf(answer: Answer, { operation, endpoint, now }: ResponseSources): BusError {
  const { status, headers } = answer;
  const { says, detail } = readRefusal(answer);
  const told = status < 400 ? `redirects to ${headerOf(headers['location'])} are not followed` : says;
  const general = httpFailure(
    { endpoint, status, says: told, detail, retryAfter: headerOf(headers['retry-after']) },
    now,
  );
  const declared = responseFor(operation, status);
  if (!declared || status < 400) return general;
  const fault = declared.name ?? nameOf(status);
  const fields = isNode(detail) ? detail : detail === undefined ? {} : { value: detail };
  const { kind, retryAfter } = general;
  const reason = told === undefined ? `status ${status}` : `status ${status}: ${told}`;
  const options = { fault, kind, detail: { ...fields, status }, ...(retryAfter === undefined ? {} : { retryAfter }) };
  return busError('ENDPOINT_FAULT', { endpoint, fault, reason }, options);
}

/** `Unprocessable Entity` as `UnprocessableEntity`. */
function nameOf(status: number): string {
  const words = (STATUS_CODES[status] ?? `Status${status}`).replaceAll("'", '').split(/[^A-Za-z0-9]+/);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function refuse(endpoint: string, reason: string): never {
  throw busError('ENDPOINT_ANSWER_INVALID', { endpoint, reason });
}
