/** The relay as real processes: a broker, Redis, an SFTP server, a database, the bus, and proxies on the ways between them. */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type BusHost, createBusHost } from '../chaos/bus-host.ts';
import { freePorts } from '../servers/ports.ts';
import { type OwnRabbitMq, startOwnRabbitMq } from '../servers/rabbitmq.ts';
import { type OwnRedis, startOwnRedis } from '../servers/redis.ts';
import { type Sshd, startSshd } from '../servers/sshd.ts';
import { startTcpProxy, type TcpProxy } from '../servers/tcp-proxy.ts';
import { type Collector, openCollector } from './collector.ts';
import { KEY, TABLE, writeRelay } from './relay.ts';

export interface Stage {
  readonly folder: string;
  readonly bus: BusHost;
  /** Where parcels are handed in. */
  readonly entrance: string;
  readonly collector: Collector;
  readonly servers: { readonly sshd: Sshd; readonly rabbitmq: OwnRabbitMq; readonly redis: OwnRedis };
  readonly links: Readonly<Record<'sftp' | 'amqp' | 'redis' | 'soap' | 'collector', TcpProxy>>;
  /** The folder between the file ports. */
  readonly drop: string;
  readonly database: string;
  /** Ends everything; the folder stays only where it is to be kept. */
  stop(keep: boolean): Promise<void>;
}

export async function setStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'guildhall-soak-'));
  const opened: (() => Promise<unknown>)[] = [];
  const kept = <S extends { stop(): Promise<void> }>(server: S): S => {
    opened.push(server.stop);
    return server;
  };
  const proxy = async (target: string) => {
    const link = await startTcpProxy(target);
    opened.push(link.close);
    return link;
  };
  const stop = async (keep: boolean) => {
    for (const close of opened.splice(0).toReversed()) await close();
    if (!keep) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const [sshd, rabbitmq, redis] = await Promise.all([
      startSshd().then(kept),
      startOwnRabbitMq().then(kept),
      startOwnRedis().then(kept),
    ]);
    const collector = await openCollector();
    opened.push(collector.close);
    const [http, admin] = (await freePorts(2)).map((port) => `127.0.0.1:${port}`) as [string, string];
    const links = {
      sftp: await proxy(`sftp://127.0.0.1:${sshd.port}`),
      amqp: await proxy(rabbitmq.url),
      redis: await proxy(redis.url),
      soap: await proxy(`http://${http}`),
      collector: await proxy(collector.address),
    };
    const drop = join(folder, 'drop');
    const remote = join(folder, 'remote');
    const database = join(folder, 'hops.db');
    for (const made of [drop, remote]) mkdirSync(made);
    makeTable(database);
    const solution = writeRelay(join(folder, 'solution'), {
      store: `sqlite:${join(folder, 'guildhall.db')}`,
      http,
      admin,
      sftp: { port: links.sftp.port, user: sshd.user, hostKey: sshd.hostKey, folder: remote },
      amqp: through(rabbitmq.url, links.amqp),
      redis: through(redis.url, links.redis),
      database,
      soap: `http://127.0.0.1:${links.soap.port}/handover`,
      collector: through(collector.address, links.collector),
      drop,
    });
    const bus = createBusHost({ name: 'main', solution, http, admin, folder, secrets: { [KEY]: sshd.privateKey } });
    opened.push(bus.kill);
    await bus.start();
    const servers = { sshd, rabbitmq, redis };
    return { folder, bus, entrance: `http://${http}/parcels`, collector, servers, links, drop, database, stop };
  } catch (thrown) {
    await stop(true);
    throw new Error(`The stage could not be set; what is there is in ${folder}`, { cause: thrown });
  }
}

function makeTable(path: string): void {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL');
  database.exec(TABLE);
  database.close();
}

function through(url: string, { port }: TcpProxy): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href.replace(/\/$/, '');
}
