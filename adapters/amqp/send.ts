/**
 * Publishes messages; resolves with the broker's confirm. A message that no queue takes is refused, not dropped. The
 * link opens with the first message, and again with the next after a loss.
 */
import { once } from 'node:events';
import type { ConfirmChannel, Options, Message as Returned } from 'amqplib';
import type { AdapterContext, SendPort } from '../../runtime/contracts/adapter.ts';
import { bytesOf, type Message } from '../../runtime/contracts/message.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { reasonOf } from '../../runtime/errors/as-bus-error.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { untilAborted } from '../shared/until-aborted.ts';
import type { AmqpSendConfig } from './config.ts';
import { confirmChannel, type Link, openLink } from './connection.ts';
import { amqpFailure } from './failure.ts';

interface Pause {
  readonly reason: string;
  /** Settles when it is over. */
  readonly over: Promise<unknown>;
}

interface Publisher extends Link<ConfirmChannel> {
  /** Message ids that came back because no queue took them. */
  readonly returned: Set<string>;
  /** The broker takes nothing just now. */
  pause: Pause | undefined;
}

/** How long a broker that has blocked its publishers, or cannot keep up, is waited for (ms). */
const PATIENCE = 10_000;

export function sendAmqp(config: AmqpSendConfig, context: AdapterContext): SendPort {
  const closing = new AbortController();
  let opening: Promise<Publisher> | undefined;

  async function send(message: Message, signal: AbortSignal): Promise<undefined> {
    signal.throwIfAborted();
    if (closing.signal.aborted) throw closing.signal.reason;
    const publisher = await untilAborted(publisherNow(), signal);
    if (publisher.pause) await untilAborted(resumed(publisher, publisher.pause), signal);
    const bytes = message.parts[0].bytes ?? (await bytesOf(message.parts[0]));
    signal.throwIfAborted();
    await untilAborted(publish(publisher, message, bytes), signal);
  }

  function publisherNow(): Promise<Publisher> {
    if (opening) return opening;
    const opened = openLink(config, context, closing.signal, confirmChannel).then(toPublisher);
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

  function publish(publisher: Publisher, message: Message, bytes: Uint8Array): Promise<void> {
    const { channel, endpoint, returned } = publisher;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const options = optionsFor(message, config);
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

function toPublisher(link: Link<ConfirmChannel>): Publisher {
  const publisher: Publisher = { ...link, returned: new Set(), pause: undefined };
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

function optionsFor(message: Message, config: AmqpSendConfig): Options.Publish & { readonly messageId: string } {
  const key = message.context.get(BUS.idempotencyKey)?.value;
  const headers = (config.properties ?? []).flatMap((name) => {
    const value = message.context.get(name)?.value;
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    messageId: String(key ?? message.id),
    contentType: message.parts[0].contentType,
    persistent: config.persistent ?? true,
    mandatory: true,
    headers: Object.fromEntries(headers),
    ...(message.type === undefined ? {} : { type: message.type }),
  };
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
