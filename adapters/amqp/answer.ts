/**
 * Answers requests: to the queue that `replyTo` names, with the request's correlation id, or its message id where it has none. What
 * was refused is answered by a problem document, under the type `fault`.
 */
import type { Channel, ConsumeMessage, Options } from 'amqplib';
import type { Submission } from '../../runtime/contracts/adapter.ts';
import type { BusError } from '../../runtime/contracts/errors.ts';
import { bytesOf } from '../../runtime/contracts/message.ts';
import { asBusError } from '../../runtime/errors/as-bus-error.ts';

export const FAULT = 'fault';

interface Answer {
  readonly content: Buffer;
  readonly options: Options.Publish;
}

/** Resolves once the answer is on its way. Rejects when the signal aborts before there is one: the request is not done with. */
export async function answerRequest(
  channel: Channel,
  { properties }: ConsumeMessage,
  submission: Submission,
  signal: AbortSignal,
): Promise<void> {
  const { replyTo, correlationId = properties.messageId } = properties;
  if (typeof replyTo !== 'string' || replyTo === '') return;
  const { content, options } = await answerOf(submission, replyTo, signal);
  channel.publish('', replyTo, content, { ...options, messageId: submission.messageId, correlationId });
}

async function answerOf({ error, response }: Submission, name: string, signal: AbortSignal): Promise<Answer> {
  if (error) return faultOf(error);
  if (!response) return { content: Buffer.alloc(0), options: {} };
  try {
    const { parts, type } = await response;
    const content = Buffer.from(await bytesOf(parts[0]));
    return { content, options: { contentType: parts[0].contentType, ...(type === undefined ? {} : { type }) } };
  } catch (thrown) {
    signal.throwIfAborted();
    return faultOf(asBusError(thrown, name));
  }
}

/** As RFC 9457 has it; a caller is not told about the inside of the bus. */
function faultOf({ code, kind, message, fault }: BusError): Answer {
  const detail = kind === 'message' || kind === 'transient' ? message : 'The bus could not handle the message.';
  const problem = { type: 'about:blank', title: code, detail, code, ...(fault === undefined ? {} : { fault }) };
  const options = { contentType: 'application/problem+json', type: FAULT, headers: { code } };
  return { content: Buffer.from(JSON.stringify(problem)), options };
}
