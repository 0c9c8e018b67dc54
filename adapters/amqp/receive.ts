/**
 * Consumes a queue. A delivery is acknowledged once it is durable, also where it was suspended: a poison message is the
 * bus's to keep, not the broker's to repeat. Ends with BusError when the link is lost; the host runs it again.
 */
import type { Channel, ConsumeMessage } from 'amqplib';
import pRetry from 'p-retry';
import type { AdapterContext, ReceiveLocation, Submission, Submit } from '../../runtime/contracts/adapter.ts';
import { isBusError, reasonOf } from '../../runtime/errors/as-bus-error.ts';
import { settledWithin, untilAborted } from '../shared/until-aborted.ts';
import { answerRequest } from './answer.ts';
import { type AmqpReceiveConfig, defaults } from './config.ts';
import { cancelled, type Link, openLink, plainChannel } from './connection.ts';
import { amqpFailure } from './failure.ts';
import { toIncoming } from './incoming.ts';

/** A short break of the broker is bridged here; a longer one is reported, and the host's pauses take over. */
const RECONNECT = { retries: 3, minTimeout: 200, factor: 2, maxTimeout: 1000 };
/** Before what could not be stored is offered again (ms). */
const REFUSED_PAUSE = 1000;
/** How long submits under way may take to end when the location stops (ms). */
const DRAIN = 500;

export function receiveAmqp(config: AmqpReceiveConfig, context: AdapterContext): ReceiveLocation {
  async function run(submit: Submit, signal: AbortSignal): Promise<void> {
    try {
      const link = await connect(signal);
      try {
        await consume(link, config, context, submit, signal);
      } finally {
        await link.close();
      }
    } catch (thrown) {
      if (!signal.aborted) throw amqpFailure(thrown, context.name);
    }
  }

  function connect(signal: AbortSignal): Promise<Link<Channel>> {
    const shouldRetry = ({ error }: { error: Error }) => isBusError(error) && error.kind === 'transient';
    return pRetry(() => openLink(config, context, signal, plainChannel), { ...RECONNECT, signal, shouldRetry });
  }

  return { run };
}

async function consume(
  link: Link<Channel>,
  config: AmqpReceiveConfig,
  context: AdapterContext,
  submit: Submit,
  signal: AbortSignal,
): Promise<void> {
  const { channel, endpoint } = link;
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => {});
  const underWay = new Set<Promise<void>>();
  let batch: ConsumeMessage[] = [];

  const onDelivery = (delivery: ConsumeMessage | null) => {
    if (delivery === null) return ended.reject(cancelled(endpoint, config.queue));
    if (signal.aborted) return;
    batch.push(delivery);
    if (batch.length === 1) queueMicrotask(flush);
  };

  /** All deliveries that came in one read of the socket go together. */
  function flush(): void {
    const work = take(batch)
      .catch(ended.reject)
      .finally(() => underWay.delete(work));
    batch = [];
    underWay.add(work);
  }

  async function take(deliveries: readonly ConsumeMessage[]): Promise<void> {
    let submissions: readonly Submission[];
    try {
      const incoming = deliveries.map((delivery) => toIncoming(delivery, config));
      submissions = await submit(incoming, signal);
    } catch (thrown) {
      await refuse(deliveries, thrown);
      return;
    }
    if (context.twoWay) await Promise.all(deliveries.map((delivery, n) => answer(delivery, submissions[n]!)));
    else for (const delivery of deliveries) settle(delivery);
  }

  /**
   * A request with an identity is acknowledged once it is answered: who asks the bus in the place of a host that died gets the
   * answer to the first of its kind. One without would be a second request.
   */
  async function answer(delivery: ConsumeMessage, submission: Submission): Promise<void> {
    const known = config.dedupeByMessageId !== false && delivery.properties.messageId;
    if (!known) settle(delivery);
    await answerRequest(channel, delivery, submission, signal).catch((thrown: unknown) => {
      if (!signal.aborted && !link.failure()) throw thrown;
    });
    if (known && !signal.aborted) settle(delivery);
  }

  function settle(delivery: ConsumeMessage): void {
    if (!link.failure()) channel.ack(delivery);
  }

  /** Nothing was kept: the broker offers them again, but not at once. */
  async function refuse(deliveries: readonly ConsumeMessage[], thrown: unknown): Promise<void> {
    const data = { location: context.name, queue: config.queue, messages: deliveries.length, reason: reasonOf(thrown) };
    if (!signal.aborted) context.emit({ name: 'receive-refused', at: context.clock.now(), data });
    await Promise.race([context.clock.sleep(REFUSED_PAUSE, signal), link.lost]).catch(() => {});
    if (!link.failure()) for (const delivery of deliveries) channel.nack(delivery, false, true);
  }

  await channel.prefetch(config.prefetch ?? defaults.prefetch);
  const { consumerTag } = await untilAborted(
    Promise.race([channel.consume(config.queue, onDelivery, { consumerTag: tagOf(context) }), link.lost]),
    signal,
  );
  try {
    await untilAborted(Promise.race([link.lost, ended.promise]), signal);
  } finally {
    const drained = Promise.allSettled(underWay).then(() => (link.failure() ? undefined : channel.cancel(consumerTag)));
    await settledWithin(context.clock, DRAIN, drained);
  }
}

/** Seen in the broker's list of consumers; unique, since two hosts may consume one queue. */
function tagOf({ name, newId }: AdapterContext): string {
  return `guildhall.${name}.${newId()}`.slice(0, 255);
}
