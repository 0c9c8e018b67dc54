/** Where every message ends: counts what comes, by id and by idempotency key. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyOf } from '../town/system.ts';

export interface Collector {
  readonly address: string;
  /** The idempotency keys under which each parcel came. */
  readonly parcels: ReadonlyMap<string, ReadonlySet<string>>;
  /** The times at which the timer was due. */
  readonly ticks: ReadonlySet<string>;
  close(): Promise<void>;
}

export async function openCollector(): Promise<Collector> {
  const parcels = new Map<string, Set<string>>();
  const ticks = new Set<string>();
  const server = createServer(async (request, response) => {
    const { id, scheduledAt } = JSON.parse(await bodyOf(request)) as { id?: string; scheduledAt?: string };
    const key = String(request.headers['idempotency-key']);
    if (id !== undefined) parcels.set(id, (parcels.get(id) ?? new Set()).add(key));
    if (scheduledAt !== undefined) ticks.add(scheduledAt);
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    parcels,
    ticks,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
