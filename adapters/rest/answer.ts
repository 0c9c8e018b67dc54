/** What a caller is told of a message that was submitted. */
import type { ServerResponse } from 'node:http';
import type { Submission } from '../../runtime/contracts/adapter.ts';
import type { BusError } from '../../runtime/contracts/errors.ts';
import { bytesOf, type Message } from '../../runtime/contracts/message.ts';
import { asBusError } from '../../runtime/errors/as-bus-error.ts';
import { answerProblem, statusOf } from './problem.ts';

export interface Answering {
  readonly response: ServerResponse;
  readonly path: string;
  /** Status of an accepted message; a two-way answer has it too. */
  readonly success: number;
  /** The location is stopping: who waits for an answer is told that it will be late. */
  readonly signal: AbortSignal;
  /** False where the caller does not wait for an answer although the port has one. */
  readonly waits?: boolean;
  /** Other words for what is usual. */
  readonly manner?: Manner;
}

/** How a contract wants answers to be given. */
export interface Manner {
  accepted(answering: Answering, submission: Submission): void;
  give(answering: Answering, submission: Submission, answer: Message): Promise<void>;
  failed(answering: Answering, submission: Submission, error: BusError): void;
}

export async function answer(answering: Answering, submission: Submission): Promise<void> {
  const { messageId, outcome, error, response } = submission;
  if (outcome === 'suspended') return answerSuspended(answering, messageId, error);
  if (response && answering.waits !== false) return answerTwoWay(answering, submission, response);
  if (answering.manner) return answering.manner.accepted(answering, submission);
  const status = outcome === 'duplicate' ? 200 : answering.success;
  answerJson(answering.response, status, messageId, { messageId, status: outcome });
}

/** Nothing was kept: the caller should try again. */
export function answerNotKept({ response, path }: Answering, thrown: unknown): void {
  const error = asBusError(thrown, path);
  const { status, headers = {} } = error.kind === 'message' ? statusOf(error, 400) : unavailable(error);
  answerProblem(response, { status, code: error.code, detail: textFor(error), instance: path, headers });
}

function unavailable(error: BusError) {
  const { headers = { 'Retry-After': '5' } } = statusOf(error, 503);
  return { status: 503, headers };
}

function answerSuspended({ response, path }: Answering, messageId: string, error: BusError | undefined): void {
  const code = error?.code ?? 'SUSPENDED';
  const detail = error ? textFor(error) : 'The message was kept; it waits for an operator.';
  const { status, headers = {} } = error ? statusOf(error, 400) : { status: 500 };
  answerProblem(response, { status, code, detail, instance: path, messageId, headers });
}

async function answerTwoWay(answering: Answering, submission: Submission, answer: Promise<Message>): Promise<void> {
  const { messageId } = submission;
  const { manner } = answering;
  let message: Message;
  try {
    message = await unlessAborted(answer, answering.signal);
  } catch (thrown) {
    const error = asBusError(thrown, answering.path);
    return isLate(answering, error) || !manner
      ? answerFailed(answering, messageId, error)
      : manner.failed(answering, submission, error);
  }
  if (manner) return manner.give(answering, submission, message);
  const part = message.parts[0];
  const bytes = await bytesOf(part);
  answering.response.writeHead(answering.success, {
    'Content-Type': part.contentType,
    'Content-Length': bytes.byteLength,
    'Guildhall-Message-Id': messageId,
  });
  answering.response.end(bytes);
}

const isLate = ({ signal }: Answering, { code }: BusError) => signal.aborted || code === 'RESPONSE_TIMEOUT';

function answerFailed(answering: Answering, messageId: string, error: BusError): void {
  const { response, path } = answering;
  if (isLate(answering, error)) {
    const detail = 'The message is safe; its answer is late. Ask again with the same key to get it.';
    answerJson(response, 202, messageId, { messageId, status: 'accepted', detail });
    return;
  }
  const { status, headers = {} } = error.kind === 'bug' ? { status: 502 } : statusOf(error, 422);
  const detail = textFor(error);
  answerProblem(response, { status, code: error.code, detail, instance: path, messageId, fault: error.fault, headers });
}

export function answerJson(response: ServerResponse, status: number, messageId: string, document: unknown): void {
  const body = JSON.stringify(document);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'Guildhall-Message-Id': messageId,
  });
  response.end(body);
}

/** A caller is not told about the inside of the bus. */
export const textFor = (error: BusError) =>
  error.kind === 'message' || error.kind === 'transient' ? error.message : 'The bus could not handle the message.';

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
