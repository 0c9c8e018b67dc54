/**
 * Publishes messages; resolves with the broker's confirm. A message that no queue takes is refused, not dropped. The
 * link opens with the first message, and again with the next after a loss.
 */
import { once } from 'node:events';
import type { ConfirmChannel, Message as Returned } from 'amqplib';
import type { AdapterContext, Incoming, SendPort } from '../../runtime/contracts/adapter.ts';
import { bytesOf, type Message } from '../../runtime/contracts/message.ts';
import { reasonOf } from '../../runtime/errors/as-bus-error.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { untilAborted } from '../shared/until-aborted.ts';
import type { AmqpSendConfig } from './config.ts';
import { confirmChannel, type Link, openLink } from './connection.ts';
import { amqpFailure } from './failure.ts';
import { optionsFor, type PublishOptions } from './publish-options.ts';
import { DIRECT_REPLY_TO, openReplies, type Replies } from './replies.ts';

interface Pause {
  readonly reason: string;
  /** Settles when it is over. */
  readonly over: Promise<unknown>;
}

interface Publisher extends Link<ConfirmChannel> {
  /** Message ids that came back because no queue took them. */
  readonly returned: Set<string>;
  /** Of a two-way port. */
  readonly replies: Replies | undefined;
  /** The broker takes nothing just now. */
  pause: Pause | undefined;
}

/** How long a broker that has blocked its publishers, or cannot keep up, is waited for (ms). */
const PATIENCE = 10_000;

export function sendAmqp(config: AmqpSendConfig, context: AdapterContext): SendPort {
  const closing = new AbortController();
  let opening: Promise<Publisher> | undefined;

  async function send(message: Message, signal: AbortSignal): Promise<Incoming | undefined> {
    signal.throwIfAborted();
    if (closing.signal.aborted) throw closing.signal.reason;
    const publisher = await untilAborted(publisherNow(), signal);
    if (publisher.pause) await untilAborted(resumed(publisher, publisher.pause), signal);
    const bytes = message.parts[0].bytes ?? (await bytesOf(message.parts[0]));
    signal.throwIfAborted();
    const options = optionsFor(message, config);
    if (publisher.replies) return ask(publisher, publisher.replies, options, bytes, signal);
    await untilAborted(publish(publisher, options, bytes), signal);
    return undefined;
  }

  async function ask(
    publisher: Publisher,
    replies: Replies,
    options: PublishOptions,
    bytes: Uint8Array,
    signal: AbortSignal,
  ): Promise<Incoming> {
    const correlationId = context.newId();
    const asked = replies.expect(correlationId);
    try {
      await untilAborted(publish(publisher, { ...options, correlationId, replyTo: DIRECT_REPLY_TO }, bytes), signal);
      return await untilAborted(Promise.race([asked.answer, publisher.lost]), signal);
    } finally {
      asked.forget();
    }
  }

  function publisherNow(): Promise<Publisher> {
    if (opening) return opening;
    const opened = openLink(config, context, closing.signal, confirmChannel).then((link) =>
      toPublisher(link, context.twoWay),
    );
    opening = opened;
    const forget = () => {
      if (opening === opened) opening = undefined;
    };
    const end = (link: Publisher) => {
      forget();
      return link.close();
    };
    opened.then((link) => link.lost.catch(() => end(link)), forget).catch(forget);
    return opened;
  }

  async function resumed({ endpoint, lost }: Publisher, { reason, over }: Pause): Promise<void> {
    const patience = new AbortController();
    const late = () => patience.abort(busError('ENDPOINT_BUSY', { endpoint, reason }));
    const cancel = context.clock.schedule(PATIENCE, late);
    try {
      await untilAborted(Promise.race([over, lost]), patience.signal);
    } catch (thrown) {
      throw amqpFailure(thrown, endpoint);
    } finally {
      cancel();
    }
  }

  function publish(publisher: Publisher, options: PublishOptions, bytes: Uint8Array): Promise<void> {
    const { channel, endpoint, returned } = publisher;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onConfirm = (failed: unknown) => {
      if (returned.delete(options.messageId)) return reject(unroutable(endpoint, config));
      if (failed) return reject(publisher.failure() ?? amqpFailure(failed, endpoint));
      resolve();
    };
    try {
      const { exchange = '', routingKey = config.queue ?? '' } = config;
      const room = channel.publish(exchange, routingKey, asBuffer(bytes), options, onConfirm);
      if (!room && !publisher.pause) pause(publisher, 'it does not keep up', once(channel, 'drain'));
    } catch (thrown) {
      reject(publisher.failure() ?? refused(thrown, endpoint));
    }
    return promise;
  }

  async function close(): Promise<void> {
    closing.abort(busError('HOST_STOPPING'));
    const publisher = await opening?.catch(() => undefined);
    await publisher?.close();
  }

  return { send, close };
}

async function toPublisher(link: Link<ConfirmChannel>, twoWay: boolean): Promise<Publisher> {
  const replies = twoWay ? await Promise.race([openReplies(link.channel, link.endpoint), link.lost]) : undefined;
  const publisher: Publisher = { ...link, returned: new Set(), replies, pause: undefined };
  link.channel.on('return', ({ properties }: Returned) => publisher.returned.add(properties.messageId));
  link.model.on('blocked', (reason: string) => {
    pause(publisher, reason, once(link.model, 'unblocked'));
  });
  return publisher;
}

/** The loss of the link ends a pause, too; whoever waits then hears of it from the link. */
function pause(publisher: Publisher, reason: string, until: Promise<unknown>): void {
  const begun: Pause = { reason, over: until };
  const end = () => {
    if (publisher.pause === begun) publisher.pause = undefined;
  };
  publisher.pause = begun;
  until.then(end, end);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function unroutable(endpoint: string, { exchange, queue, routingKey }: AmqpSendConfig) {
  const place = exchange === undefined ? `there is no queue ${queue}` : `no queue takes ${routingKey} from ${exchange}`;
  return busError('ENDPOINT_REFUSED', { endpoint, reason: place });
}

/** The client refuses what the protocol cannot express, such as a message id of more than 255 bytes. */
function refused(thrown: unknown, endpoint: string) {
  if (Error.isError(thrown) && thrown.name === 'IllegalOperationError') return amqpFailure(thrown, endpoint);
  return busError('ENDPOINT_REFUSED', { endpoint, reason: reasonOf(thrown) }, { cause: thrown });
}
