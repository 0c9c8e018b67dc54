/**
 * Waits for the answers to requests, by the broker's direct reply-to: answers come on the channel that asked, without a queue of
 * their own. They are lost with it; then the request fails, and is asked again.
 */
import type { Channel, ConsumeMessage } from 'amqplib';
import type { Incoming } from '../../runtime/contracts/adapter.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { FAULT } from './answer.ts';
import { toAnswer } from './incoming.ts';

export const DIRECT_REPLY_TO = 'amq.rabbitmq.reply-to';

export interface Replies {
  /** Before the request goes out, so that no answer comes too early. `forget` ends the waiting; it is safe twice. */
  expect(correlationId: string): { readonly answer: Promise<Incoming>; forget(): void };
}

export async function openReplies(channel: Channel, endpoint: string): Promise<Replies> {
  const waiting = new Map<string, PromiseWithResolvers<Incoming>>();

  const onAnswer = (delivery: ConsumeMessage | null) => {
    const asked = delivery && waiting.get(String(delivery.properties.correlationId));
    if (!asked) return;
    if (delivery.properties.type === FAULT) asked.reject(refusal(delivery, endpoint));
    else asked.resolve(toAnswer(delivery));
  };

  await channel.consume(DIRECT_REPLY_TO, onAnswer, { noAck: true });
  return {
    expect(correlationId) {
      const asked = Promise.withResolvers<Incoming>();
      asked.promise.catch(() => {});
      waiting.set(correlationId, asked);
      const forget = () => {
        if (waiting.get(correlationId) === asked) waiting.delete(correlationId);
      };
      return { answer: asked.promise, forget };
    },
  };
}

interface Problem {
  readonly code?: unknown;
  readonly title?: unknown;
  readonly detail?: unknown;
  readonly fault?: unknown;
}

function refusal({ content, properties }: ConsumeMessage, endpoint: string) {
  const problem = problemIn(content);
  const code = properties.headers?.['code'];
  const fault = [problem.fault, problem.code, code].find((name) => typeof name === 'string');
  const reason =
    [problem.detail, problem.title, fault].find((text) => typeof text === 'string') ?? 'no reason was given';
  const options = { detail: problem, ...(fault === undefined ? {} : { fault: String(fault) }) };
  return busError('ENDPOINT_REFUSED', { endpoint, reason: String(reason) }, options);
}

function problemIn(content: Buffer): Problem {
  try {
    const parsed: unknown = JSON.parse(content.toString());
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return { detail: content.toString().slice(0, 500) };
  }
}
