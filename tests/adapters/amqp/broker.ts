/** A queue of the shared RabbitMQ for one test, and locations and ports that talk to it. */
import { randomUUID } from 'node:crypto';
import { type ConfirmChannel, connect, type GetMessage, type Options } from 'amqplib';
import { amqp } from '../../../adapters/amqp/adapter.ts';
import type { AmqpReceiveConfig, AmqpSendConfig } from '../../../adapters/amqp/config.ts';
import type { AdapterContext, SendPort } from '../../../runtime/contracts/adapter.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { type SupervisedLocation, superviseLocation } from '../../../runtime/testing/supervised-location.ts';
import { rabbitmq } from '../../servers/rabbitmq.ts';

export interface TestBroker {
  readonly url: string;
  /** A name that nobody else uses; whatever bears it is deleted in the end. */
  readonly name: string;
  readonly channel: ConfirmChannel;
  put(text: string, options?: Options.Publish): Promise<void>;
  get(): Promise<GetMessage | undefined>;
}

/** With `queue` false, no queue is made. */
export async function withBroker(work: (broker: TestBroker) => Promise<void>, queue = true): Promise<void> {
  const url = await rabbitmq();
  const name = `test-${randomUUID()}`;
  const model = await connect(url);
  const channel = await model.createConfirmChannel();
  if (queue) await channel.assertQueue(name);
  const put = async (text: string, options: Options.Publish = {}) => {
    channel.sendToQueue(name, Buffer.from(text), options);
    await channel.waitForConfirms();
  };
  try {
    await work({ url, name, channel, put, get: async () => (await channel.get(name, { noAck: true })) || undefined });
  } finally {
    await channel.deleteQueue(name);
    await channel.deleteExchange(name);
    await model.close();
  }
}

export async function whileConsuming(
  config: AmqpReceiveConfig,
  work: (location: SupervisedLocation) => Promise<void>,
  given: Partial<AdapterContext> = {},
): Promise<void> {
  const context = testAdapterContext({ name: 'reports/mobile', ...given });
  const location = superviseLocation(amqp.receive!(config, context), context);
  location.start();
  try {
    await work(location);
  } finally {
    await location.stop();
  }
}

export async function withPort(
  config: AmqpSendConfig,
  work: (port: SendPort) => Promise<void>,
  given: Partial<AdapterContext> = {},
): Promise<void> {
  const port = amqp.send!(config, testAdapterContext({ name: 'works', ...given }));
  try {
    await work(port);
  } finally {
    await port.close();
  }
}
