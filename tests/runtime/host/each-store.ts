/** A small bus over each kind of store, which can be ended and started again over what it has kept, by the same release or another. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulatedClock, type SimulatedClock } from '../../../runtime/clock/simulated.ts';
import { createSystemClock } from '../../../runtime/clock/system.ts';
import type { InstanceRecord } from '../../../runtime/contracts/inspection.ts';
import type { MessageBox } from '../../../runtime/contracts/message-box.ts';
import { openMemory } from '../../../runtime/message-box/memory.ts';
import { openPostgres } from '../../../runtime/message-box/postgres.ts';
import { openSqlite } from '../../../runtime/message-box/sqlite.ts';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { freshDatabase } from '../../servers/postgres.ts';
import { type Files, type SmallBus, startSmallBus } from './small-bus.ts';
import { createStub, type Stub } from './stub-adapter.ts';

export const STORES = ['memory', 'sqlite', 'postgres'] as const;
export type StoreKind = (typeof STORES)[number];

export interface KeptStore {
  /** As config/bus.yaml names it. */
  readonly address: string;
  /** What was kept is there again; what was opened before is closed. */
  open(): Promise<MessageBox>;
  /** Closes and removes it. */
  remove(): Promise<void>;
}

export async function keptStore(kind: StoreKind): Promise<KeptStore> {
  let opened: MessageBox | undefined;
  const close = async () => {
    await opened?.close();
    opened = undefined;
  };
  if (kind === 'memory') {
    const box = openMemory();
    return { address: 'memory', open: async () => box, remove: () => box.close() };
  }
  if (kind === 'sqlite') {
    const folder = mkdtempSync(join(tmpdir(), 'guildhall-kept-'));
    const path = join(folder, 'box.db');
    const open = async () => {
      await close();
      opened = openSqlite(path);
      return opened;
    };
    const remove = async () => {
      await close();
      rmSync(folder, { recursive: true, force: true });
    };
    return { address: `sqlite:${path}`, open, remove };
  }
  const database = await freshDatabase();
  const open = async () => {
    await close();
    opened = await openPostgres(database.url, { clock: createSystemClock() });
    return opened;
  };
  const remove = async () => {
    await close();
    await database.drop();
  };
  return { address: database.url, open, remove };
}

export interface StoredBus {
  readonly clock: SimulatedClock;
  readonly stub: Stub;
  readonly store: KeptStore;
  readonly bus: SmallBus;
  readonly box: MessageBox;
  /** Ends the host that runs, and starts one of these files over the same store. */
  restart(files: Files): Promise<void>;
  /** Ends the host that runs. */
  end(): Promise<void>;
  /** Lets time pass until it is so. */
  until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void>;
  instances(): Promise<readonly InstanceRecord[]>;
  /** The documents that the port has sent. */
  sent<T>(port: string): T[];
  stop(): Promise<void>;
}

export async function storedBus(kind: StoreKind, files: Files): Promise<StoredBus> {
  const store = await keptStore(kind);
  const clock = createSimulatedClock(Date.UTC(2026, 5, 1, 8));
  const stub = createStub();
  let box = await store.open();
  let bus: SmallBus | undefined;

  async function start(next: Files): Promise<void> {
    box = await store.open();
    bus = await startSmallBus(next, { box, clock, stub });
  }
  async function end(): Promise<void> {
    await bus?.stop();
    bus = undefined;
  }

  await start(files);
  return {
    clock,
    stub,
    store,
    get bus() {
      return bus!;
    },
    get box() {
      return box;
    },
    async restart(next) {
      await end();
      await start(next);
    },
    end,
    until: (what, isSo) =>
      eventually(what, async () => {
        await clock.advance(100);
        return isSo();
      }),
    instances: () => box.inspection.instances({ limit: 100 }),
    sent: (port) => stub.taken(port).map(({ text }) => JSON.parse(text)),
    async stop() {
      await end();
      await store.remove();
    },
  };
}
