/**
 * Everything that a run needs, each part with the means to break it: the town's systems, RabbitMQ, Redis, the store, the hosts of
 * the bus, and proxies on all ways between them. Only senders and the systems' own pushes reach the bus by way of the front.
 */
import { cpSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../servers/ports.ts';
import { type OwnPostgres, startOwnPostgres } from '../servers/postgres.ts';
import { type OwnRabbitMq, startOwnRabbitMq } from '../servers/rabbitmq.ts';
import { type OwnRedis, startOwnRedis } from '../servers/redis.ts';
import { startTcpProxy, type TcpProxy } from '../servers/tcp-proxy.ts';
import { startTown, type Town } from '../town/town.ts';
import { type BusHost, createBusHost } from './bus-host.ts';
import { type ChaosSolution, writeChaosSolution } from './chaos-solution.ts';
import { type Front, openFront } from './front.ts';
import { fromThePhone } from './plan-load.ts';
import { openSmallDisk, type SmallDisk } from './small-disk.ts';

export type StoreName = 'sqlite' | 'postgres';

export type Store =
  | { readonly kind: 'sqlite'; readonly path: string; readonly disk: SmallDisk | undefined }
  | { readonly kind: 'postgres'; readonly server: OwnPostgres; readonly link: TcpProxy };

export interface Stage {
  readonly folder: string;
  readonly town: Town;
  readonly hosts: readonly BusHost[];
  readonly front: Front;
  readonly store: Store;
  readonly solution: ChaosSolution;
  readonly broker: { readonly server: OwnRabbitMq; readonly queue: string; readonly link: TcpProxy };
  readonly redis: { readonly server: OwnRedis; readonly link: TcpProxy };
  /** Between the bus and the systems that it calls. */
  readonly links: Readonly<Record<'works' | 'gazetteer' | 'contact-centre', TcpProxy>>;
  /** Where files for the county go, where it can be filled. */
  readonly dropDisk: SmallDisk | undefined;
  /** Ends everything. The folder stays only where it is to be kept. Safe twice. */
  stop(keep: boolean): Promise<void>;
}

/** `keep`: what is on a disk that goes is copied first. */
type Close = (keep: boolean) => Promise<unknown>;

const QUEUE = 'mobile.reports';
const STORE_MEGABYTES = 1024;
const DROP_MEGABYTES = 16;

export async function setStage(storeName: StoreName, hostCount: number, seed: number): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'guildhall-chaos-'));
  const opened: Close[] = [];
  const stop = once(async (keep: boolean) => {
    for (const close of opened.toReversed()) await close(keep);
    if (!keep) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const proxy = async (target: string) => {
    const opening = await startTcpProxy(target);
    opened.push(opening.close);
    return opening;
  };
  try {
    const [store, server, redis] = await Promise.all([
      openStore(storeName, folder, opened, proxy),
      startOwnRabbitMq().then(keepOpen(opened)),
      startOwnRedis().then(keepOpen(opened)),
    ]);
    const dropDisk = await openSmallDisk(join(folder, 'county'), DROP_MEGABYTES);
    if (dropDisk) opened.push(dropDisk.close);
    const systems = ['works', 'gazetteer', 'contact-centre', 'county', 'council-tax'] as const;
    const town = await startTown({ folder, seed, byPhone: fromThePhone, journals: true, systems });
    opened.push(town.stop);
    const links = {
      works: await proxy(town.addresses.works),
      gazetteer: await proxy(town.addresses.gazetteer),
      'contact-centre': await proxy(town.addresses['contact-centre']),
    };
    const broker = { server, queue: QUEUE, link: await proxy(server.url) };
    const shared = { server: redis, link: await proxy(redis.url) };
    const addresses = await hostAddresses(hostCount);
    const solution = writeChaosSolution(town, {
      store: store.kind === 'sqlite' ? `sqlite:${store.path}` : through(store.server.url, store.link),
      redis: through(redis.url, shared.link),
      broker: { url: through(server.url, broker.link), queue: QUEUE },
      systems: {
        works: through(town.addresses.works, links.works),
        gazetteer: through(town.addresses.gazetteer, links.gazetteer),
        'contact-centre': through(town.addresses['contact-centre'], links['contact-centre']),
      },
      hosts: addresses,
    });
    const hosts = Object.entries(addresses).map(([name, listeners]) =>
      createBusHost({ name, ...listeners, folder, solution: solution.folder, environment: solution.environment }),
    );
    opened.push(() => Promise.all(hosts.map(({ kill }) => kill())));
    for (const host of hosts) await host.start();
    const front = await openFront(hosts.map(({ http }) => http));
    opened.push(front.close);
    await town.control('works', { callback: `${front.url}/works-updates` });
    return { folder, town, hosts, front, store, solution, broker, redis: shared, links, dropDisk, stop };
  } catch (thrown) {
    await stop(true);
    throw new Error(`The stage could not be set; what is there is in ${folder}`, { cause: thrown });
  }
}

async function openStore(
  name: StoreName,
  folder: string,
  opened: Close[],
  proxy: (target: string) => Promise<TcpProxy>,
): Promise<Store> {
  if (name === 'sqlite') {
    const disk = await openSmallDisk(join(folder, 'store'), STORE_MEGABYTES);
    if (disk) {
      opened.push(async (keep) => {
        if (keep) cpSync(disk.folder, join(folder, 'store-kept'), { recursive: true });
        await disk.close();
      });
    }
    return { kind: 'sqlite', path: join(folder, 'store', 'guildhall.db'), disk };
  }
  const server = keepOpen(opened)(await startOwnPostgres());
  return { kind: 'postgres', server, link: await proxy(server.url) };
}

function keepOpen(opened: Close[]) {
  return <S extends { stop(): Promise<void> }>(server: S): S => {
    opened.push(server.stop);
    return server;
  };
}

async function hostAddresses(count: number): Promise<Record<string, { http: string; admin: string }>> {
  const ports = await freePorts(2 * count);
  const at = (port: number | undefined) => `127.0.0.1:${port}`;
  const names = Array.from({ length: count }, (_, index) => `host-${String.fromCharCode(97 + index)}`);
  return Object.fromEntries(
    names.map((name, index) => [name, { http: at(ports[2 * index]), admin: at(ports[2 * index + 1]) }]),
  );
}

function through(url: string, { port }: TcpProxy): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href.replace(/\/$/, '');
}

function once<A>(work: (given: A) => Promise<void>): (given: A) => Promise<void> {
  let done: Promise<void> | undefined;
  return (given) => {
    done ??= work(given);
    return done;
  };
}
