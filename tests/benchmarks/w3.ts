/**
 * W3: 1 KB of JSON from a durable queue of RabbitMQ by a map to another, confirmed at both ends; the bus keeps it durable in between.
 * Beside it bare amqplib that consumes, maps, publishes with confirms and then acknowledges, with the same prefetch.
 */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { startOwnRabbitMq } from '../servers/rabbitmq.ts';
import { startBus } from './bus-process.ts';
import { type Child, startChild } from './child.ts';
import { compare } from './compare.ts';
import type { AmqpLoadResult } from './load-amqp.ts';
import type { Measured } from './measured.ts';
import type { Options } from './options.ts';
import { inPlace, type Place } from './place.ts';
import type { Round } from './round.ts';

export async function w3(options: Options): Promise<Measured> {
  const broker = await startOwnRabbitMq();
  try {
    return await inPlace(options.store, (place) =>
      compare(
        {
          item: 'w3',
          limit: () => round(broker.url, options.seconds, (queues) => startByHand(broker.url, queues)),
          subject: () => round(broker.url, options.seconds, (queues) => startOne(place, broker.url, queues)),
        },
        options,
      ),
    );
  } finally {
    await broker.stop();
  }
}

interface Queues {
  readonly source: string;
  readonly target: string;
}

async function round(url: string, seconds: number, start: (queues: Queues) => Promise<Child>): Promise<Round> {
  const name = randomUUID();
  const queues = { source: `source-${name}`, target: `target-${name}` };
  const load = startChild(fileURLToPath(new URL('load-amqp.ts', import.meta.url)), [url, queues.source, queues.target]);
  try {
    await load.next();
    const child = await start(queues);
    try {
      load.tell({ seconds: seconds / 4 });
      await resultOf(load);
      const before = child.cpu();
      load.tell({ seconds });
      const { count, perSecond, p50, p99 } = await resultOf(load);
      const after = child.cpu();
      const cpuUs = before === undefined || after === undefined ? undefined : (after - before) / count;
      return { perSecond, p50, p99, cpuUs, rssMb: child.rss() };
    } finally {
      await child.stop();
    }
  } finally {
    await load.stop();
  }
}

async function resultOf(load: Child): Promise<AmqpLoadResult> {
  const result = await load.next<AmqpLoadResult & { failed?: string }>();
  if (result.failed) throw new Error(result.failed);
  return result;
}

async function startByHand(url: string, { source, target }: Queues): Promise<Child> {
  const child = startChild(fileURLToPath(new URL('limit-w3.ts', import.meta.url)), [url, source, target]);
  await child.next();
  return child;
}

async function startOne(place: Place, url: string, { source, target }: Queues): Promise<Child> {
  const environment = `locations:
  in/queue: { url: "${url}", queue: ${source} }
sendPorts:
  out: { url: "${url}", queue: ${target} }
`;
  const { child } = await startBus({ solution: 'w3', folder: place.folder, store: await place.address(), environment });
  return child;
}
