/**
 * A connection to a broker with one channel. It is never mended: when either ends, both are done with, and a new one is
 * opened, its queue declared again. That is one path for every kind of loss, which the client's own recovery is not.
 */
import { type Channel, type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import type { AdapterContext } from '../../runtime/contracts/adapter.ts';
import type { BusError } from '../../runtime/contracts/errors.ts';
import type { Scalar } from '../../runtime/contracts/message.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { tlsClientOptions } from '../shared/tls.ts';
import { settledWithin, untilAborted } from '../shared/until-aborted.ts';
import { type AssertConfig, type BrokerConfig, heartbeatSeconds } from './config.ts';
import { amqpFailure } from './failure.ts';

export interface Link<C extends Channel> {
  readonly endpoint: string;
  readonly model: ChannelModel;
  readonly channel: C;
  /** Rejects when the connection or the channel has ended. Never unhandled. */
  readonly lost: Promise<never>;
  /** Why it ended, once it has. */
  failure(): BusError | undefined;
  /** Lets go of it; what was acknowledged before reaches the broker if the link still stands. Never rejects. */
  close(): Promise<void>;
}

/** The handshake may take so long (ms), and a polite goodbye so long. */
const HANDSHAKE = 10_000;
const GOODBYE = 400;

type Kind<C extends Channel> = (model: ChannelModel) => Promise<C>;

export const plainChannel: Kind<Channel> = (model) => model.createChannel();
export const confirmChannel: Kind<ConfirmChannel> = (model) => model.createConfirmChannel();

/** Rejects with BusError, or with the signal's reason. */
export async function openLink<C extends Channel>(
  config: BrokerConfig & { readonly queue?: string; readonly assert?: AssertConfig },
  context: AdapterContext,
  signal: AbortSignal,
  kind: Kind<C>,
): Promise<Link<C>> {
  const url = brokerUrl(config, context);
  const endpoint = `${url.protocol}//${url.host}${url.pathname}`;
  if (!url.searchParams.has('heartbeat')) url.searchParams.set('heartbeat', String(heartbeatSeconds(config.heartbeat)));
  const options = { noDelay: true, timeout: HANDSHAKE, ...tlsClientOptions(config.tls, context) };
  const connecting = connect(url.href, options).then((model) => watchModel(model, endpoint));
  try {
    const { model, lost, failure, watch } = await untilAborted(connecting, signal);
    const channel = await untilAborted(Promise.race([kind(model), lost]), signal);
    watch(channel);
    await untilAborted(Promise.race([declare(channel, config.queue, config.assert), lost]), signal);
    return { endpoint, model, channel, lost, failure, close: () => goodbye(model, context) };
  } catch (thrown) {
    connecting.then(
      ({ model }) => goodbye(model, context),
      () => {},
    );
    signal.throwIfAborted();
    throw amqpFailure(thrown, endpoint);
  }
}

function brokerUrl({ url }: BrokerConfig, { name, secret }: AdapterContext): URL {
  const parsed = URL.parse(typeof url === 'string' ? url : secret(url.secret));
  if (parsed && /^amqps?:$/.test(parsed.protocol)) return parsed;
  throw busError('ADAPTER_CONFIG', {
    name,
    reason: 'the URL of its broker is not one that begins with amqp:// or amqps://',
  });
}

interface Watched {
  readonly model: ChannelModel;
  readonly lost: Promise<never>;
  failure(): BusError | undefined;
  watch(emitter: ChannelModel | Channel): void;
}

/** The first error tells more than the closing that follows it. */
function watchModel(model: ChannelModel, endpoint: string): Watched {
  const { promise: lost, reject } = Promise.withResolvers<never>();
  lost.catch(() => {});
  let failure: BusError | undefined;
  const fail = (reason?: unknown) => {
    failure ??= amqpFailure(reason ?? new Error('the connection was closed'), endpoint);
    reject(failure);
  };
  const watch = (emitter: ChannelModel | Channel) => {
    emitter.on('error', fail).on('handler-error', fail).on('close', fail);
  };
  watch(model);
  return { model, lost, failure: () => failure, watch };
}

async function declare(channel: Channel, queue: string | undefined, assert: AssertConfig | undefined): Promise<void> {
  if (!assert) return;
  const { exchange, exchangeType, routingKey = '', durable = true } = assert;
  if (exchange !== undefined && exchangeType !== undefined) {
    await channel.assertExchange(exchange, exchangeType, { durable: true });
  }
  if (queue === undefined) return;
  await channel.assertQueue(queue, { durable, arguments: argumentsOf(assert) });
  if (exchange === undefined) return;
  for (const key of [routingKey].flat()) await channel.bindQueue(queue, exchange, key);
}

function argumentsOf({
  quorum,
  singleActiveConsumer,
  arguments: others,
}: AssertConfig): Readonly<Record<string, Scalar>> {
  return {
    ...(quorum ? { 'x-queue-type': 'quorum' } : {}),
    ...(singleActiveConsumer ? { 'x-single-active-consumer': true } : {}),
    ...others,
  };
}

/** A broker that does not answer is left without a word; a socket half closed would stay for long. */
async function goodbye(model: ChannelModel, { clock }: AdapterContext): Promise<void> {
  const close = async () => model.close();
  await settledWithin(clock, GOODBYE, close());
  const { stream } = model.connection as { readonly stream?: { destroy(): void } };
  stream?.destroy();
}

/** For a broker that said something by which the protocol does not end the link. */
export function cancelled(endpoint: string, queue: string): BusError {
  return busError('ENDPOINT_FAILED', { endpoint, reason: `the queue ${queue} was deleted or moved` });
}
