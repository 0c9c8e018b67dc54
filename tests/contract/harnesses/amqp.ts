/** Queues of the shared RabbitMQ for the AMQP adapter, through a proxy that can break the link. */
import { randomUUID } from 'node:crypto';
import { connect } from 'amqplib';
import { amqp } from '../../../adapters/amqp/adapter.ts';
import type { AdapterHarness } from '../../../runtime/testing/adapter-contract.ts';
import { rabbitmq } from '../../servers/rabbitmq.ts';
import { startTcpProxy } from '../../servers/tcp-proxy.ts';
import { countAcks } from './amqp-acks.ts';

export async function createHarness(): Promise<AdapterHarness> {
  const url = await rabbitmq();
  let arrived = 0;
  let acknowledged = 0;
  const acks = countAcks(() => {
    acknowledged += 1;
  });
  const proxy = await startTcpProxy(url, acks);
  const through = new URL(url);
  through.port = String(proxy.port);
  const source = `source-${randomUUID()}`;
  const target = `target-${randomUUID()}`;
  const direct = await connect(url);
  const channel = await direct.createConfirmChannel();
  await channel.assertQueue(source);
  await channel.assertQueue(target);
  const taken: Uint8Array[] = [];
  const link = { breakLink: async () => proxy.cut(), healLink: async () => proxy.heal() };

  async function take(): Promise<readonly Uint8Array[]> {
    for (let got = await channel.get(target); got; got = await channel.get(target)) {
      taken.push(got.content);
      channel.ack(got);
    }
    return taken;
  }

  return {
    adapter: amqp,
    contentType: 'application/json',
    receive: {
      config: { url: through.href, queue: source },
      properties: { 'amqp.routingKey': source, 'amqp.exchange': '' },
      arrive: async (bytes) => {
        arrived += 1;
        channel.sendToQueue(source, Buffer.from(bytes), { contentType: 'application/json', persistent: true });
        await channel.waitForConfirms();
      },
      left: async () => {
        const { messageCount } = await channel.checkQueue(source);
        return Math.max(messageCount, arrived - acknowledged);
      },
      ...link,
    },
    send: {
      config: { url: through.href, queue: target },
      taken: take,
      stall: async () => proxy.stall(),
      ...link,
    },
    dispose: async () => {
      await channel.deleteQueue(source);
      await channel.deleteQueue(target);
      await direct.close();
      await proxy.close();
    },
  };
}
