/** Streams of the shared Redis for the Redis adapter, through a proxy that can break the link. */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { redis as adapter } from '../../../adapters/redis/adapter.ts';
import type { AdapterHarness } from '../../../runtime/testing/adapter-contract.ts';
import { redis } from '../../servers/redis.ts';
import { startTcpProxy } from '../../servers/tcp-proxy.ts';

export async function createHarness(): Promise<AdapterHarness> {
  const url = await redis();
  const direct = new Redis(url);
  const proxy = await startTcpProxy(url);
  const through = new URL(url);
  through.port = String(proxy.port);
  const [source, target] = [`source-${randomUUID()}`, `target-${randomUUID()}`];
  const link = { breakLink: async () => proxy.cut(), healLink: async () => proxy.heal() };
  return {
    adapter,
    contentType: 'application/json',
    receive: {
      config: { url: through.href, stream: source, idle: '300ms', deadline: '2s', delete: true },
      properties: { 'bus.sourceName': source, 'redis.field.kind': 'pothole' },
      arrive: async (bytes) => {
        await direct.xadd(source, '*', 'body', Buffer.from(bytes), 'kind', 'pothole');
      },
      left: () => direct.xlen(source),
      ...link,
    },
    send: {
      config: { url: through.href, stream: target, deadline: '2s' },
      taken: async () => (await direct.xrangeBuffer(target, '-', '+')).map(([, fields]) => fields[1]!),
      stall: async () => proxy.stall(),
      ...link,
    },
    dispose: async () => {
      await direct.del(source, target);
      direct.disconnect();
      await proxy.close();
    },
  };
}
