/** A host in this process, with its admin API, its limits and its run file: started together, stopped together. */
import { randomBytes } from 'node:crypto';
import { createAdminServer } from '../admin/server.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { BusEvent } from '../contracts/events.ts';
import type { Definition, MessageBox } from '../contracts/message-box.ts';
import { createHost } from '../host/host.ts';
import { createPurging } from '../host/purging.ts';
import { type BusConfig, hostConfigOf } from '../solution/bus-config.ts';
import type { Console } from './console.ts';
import { openLimiter } from './open-limiter.ts';
import { openReplays } from './open-replays.ts';
import { ownPackage } from './own-package.ts';
import { type RunFile, removeRunFile, writeRunFile } from './run-file.ts';
import { sealStore } from './seal-store.ts';

export interface Hosted {
  readonly name: string;
  readonly bus: BusConfig;
  /** Absolute: where relative paths lead, and where the run file lies. */
  readonly folder: string;
  readonly deployment: Deployment;
  /** False where it was deployed by another. */
  readonly deploy: boolean;
  readonly box: MessageBox;
  /** How long (ms) it may take to stop. */
  readonly drain: number;
  readonly emit: (event: BusEvent) => void;
  recompile(definition: Definition): Promise<Deployment>;
}

export interface RunningHost {
  readonly told: {
    readonly bus: string;
    readonly host: string;
    readonly http: string;
    readonly admin: string;
    readonly pid: number;
  };
  /** Also closes the box. */
  stop(): Promise<void>;
}

/** Rejects, with nothing left behind and the box closed, when something of it does not start. */
export async function runHost(hosted: Hosted, io: Console): Promise<RunningHost> {
  const { name, bus, folder, deployment, emit } = hosted;
  const { box, rotate } = await sealStore(hosted.box, bus, deployment);
  const { clock, newId, random } = io;
  const limiter = openLimiter(bus, deployment, io, emit);
  const replays = openReplays(bus, deployment, clock);
  const { http, admin: listen } = hostConfigOf(bus, name);
  const host = createHost({ ...hosted, box, clock, newId, random, http, limiter, replays });
  const token = io.env['GUILDHALL_ADMIN_TOKEN'] ?? randomBytes(24).toString('base64url');
  const { retention } = bus;
  const purging = createPurging({ owner: newId(), box, clock, policy: retention, emit });
  const by = { clock, newId };
  const served = {
    bus: bus.name,
    version: ownPackage().version,
    host,
    hostName: name,
    box,
    ...by,
    retention,
    listen,
    token,
    emit,
    users: [...bus.users].map(
      ([
        user,
        {
          token: { secret },
          roles,
        },
      ]) => ({
        name: user,
        token: deployment.secret(secret),
        roles,
      }),
    ),
  };
  const admin = createAdminServer({ ...served, ...(rotate ? { rotate } : {}) });
  const end = async () => {
    await admin.stop();
    await purging.stop();
    await host.stop();
    await limiter.close();
    await replays.close();
    await box.close();
  };
  try {
    await admin.start();
    await host.start();
    await purging.start();
    const run: RunFile = { bus: bus.name, host: name, pid: process.pid, admin: admin.address, token };
    writeRunFile(folder, run);
    const stop = async () => {
      removeRunFile(folder, run);
      await end();
    };
    return { told: { bus: bus.name, host: name, http: host.address, admin: admin.address, pid: process.pid }, stop };
  } catch (thrown) {
    await end();
    throw thrown;
  }
}
