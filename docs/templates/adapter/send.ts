/** Adds messages to the queue; resolved means that it has them. */
import { type AdapterContext, BUS, bytesOf, type Message, type SendPort } from 'guildhall/contracts';
import { call, failureOf } from './call.ts';
import type { SendConfig } from './index.ts';

export function sendToExamplePost(config: SendConfig, context: AdapterContext): SendPort {
  const { url, timeout = '30s' } = config;

  async function send({ parts: [part], context: properties }: Message, signal: AbortSignal): Promise<undefined> {
    const headers = {
      'content-type': part.contentType,
      // The same on every attempt: the far end can tell a repetition.
      'idempotency-key': String(properties.get(BUS.idempotencyKey)?.value ?? ''),
    };
    try {
      await call('POST', url, { timeout, headers, body: await bytesOf(part) }, context, signal);
    } catch (thrown) {
      throw failureOf(thrown, url);
    }
  }

  /** A port with connections of its own closes them here. */
  return { send, close: async () => {} };
}
