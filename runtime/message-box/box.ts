/** A MessageBox over any tables: the same operations, flushed in groups, whatever they are kept in. */
import type { Instant } from '../contracts/clock.ts';
import type { MessageBox, Unit } from '../contracts/message-box.ts';
import type { Purge, Purged } from '../contracts/retention.ts';
import { busError } from '../errors/bus-error.ts';
import { applyUnit, checkUnit } from './apply-unit.ts';
import type { BoxTables } from './box-tables.ts';
import { claim, extend } from './claim.ts';
import { type Answer, createGroupCommit } from './group-commit.ts';
import { guardedInspection } from './guarded-inspection.ts';
import { createLoader } from './load-parts.ts';
import { disown, own, toOwner } from './own.ts';
import { addedUp, createPurgeRound } from './purge.ts';
import { applyWithReactions } from './react.ts';
import { createStager } from './stage-parts.ts';
import { begin, createStore, type Handed, rollBack, takeBack } from './store.ts';

export interface Box extends MessageBox {
  /** Transactions so far: concurrent units share them. */
  readonly flushes: number;
}

export interface BoxOptions {
  readonly asError: (thrown: unknown) => Error;
  /** How long a flush waits for company, and what makes it durable: see group-commit.ts. */
  readonly turns: number;
  readonly sync?: () => Promise<void>;
  /** How the store copies itself while it is in use. */
  readonly backups?: { write(path: string): Promise<void>; stop(): Promise<void> };
}

export function createBox(tables: BoxTables, options: BoxOptions): Box {
  const { asError, backups } = options;
  const store = createStore(tables);
  const purgeable = { matcher: store.matcher, tables };
  const round = createPurgeRound(purgeable);
  const listeners = new Set<(subscriber: string) => void>();
  let latest: Instant = 0;
  const group = createGroupCommit({
    ...options,
    begin: () => begin(store),
    commit: tables.commit,
    rollback: () => rollBack(store),
    committed,
  });
  const loader = createLoader(createStager(tables, group.submit));

  /** Not within the flush: a listener may well ask for more, and must not hold up those who wait. */
  function committed(): Answer {
    const woken = [...store.woken];
    const handed = store.handed.splice(0);
    store.woken.clear();
    const fail = () => {
      takeBack(handed);
    };
    return { give: () => queueMicrotask(() => pass(woken, handed)), fail };
  }

  function pass(woken: readonly string[], handed: readonly Handed[]): void {
    for (const { taker, delivery, settled } of handed) settled ? settled() : taker.take(delivery);
    for (const subscriber of woken) for (const listener of listeners) listener(subscriber);
  }

  function told(now: Instant): void {
    latest = Math.max(latest, now);
  }

  async function reading<T>(read: () => T | Promise<T>): Promise<T> {
    if (group.closed) throw busError('STORE_CLOSED');
    try {
      return await read();
    } catch (thrown) {
      throw asError(thrown);
    }
  }

  function written<T>(receipt: T): T {
    tables.writeDeliveries?.();
    return receipt;
  }

  function commitLoaded(unit: Unit) {
    told(unit.now);
    return group.submit({
      check: () => checkUnit(unit, store),
      run: () => written(applyWithReactions(unit, store, loader.isLoaded)),
      alone: () => written(applyUnit(unit, store)),
    });
  }

  async function commitLarge(given: Unit) {
    if (group.closed) throw busError('STORE_CLOSED');
    const { unit, release } = await loader.load(given);
    try {
      return await commitLoaded(unit);
    } finally {
      await release();
    }
  }

  /** A whole round of looking, with pauses for others between its steps. */
  async function wouldPurge(request: Purge): Promise<Purged> {
    const looking = createPurgeRound(purgeable, { remove: false });
    let found = await group.submit({ run: () => looking.step(request) });
    while (found.more) found = addedUp(found, await group.submit({ run: () => looking.step(request) }));
    return found;
  }

  return {
    commit: (unit) => (loader.isLoaded(unit) ? commitLoaded(unit) : commitLarge(unit)),
    purge: (request) => (request.dryRun ? wouldPurge(request) : group.submit({ run: () => round.step(request) })),
    claim: (request) => {
      told(request.now);
      return group.submit({ run: () => claim(request, store) });
    },
    handOver: (subscriber, taker) => {
      store.takers.set(subscriber, taker);
      return () => {
        if (store.takers.get(subscriber) === taker) store.takers.delete(subscriber);
      };
    },
    extend: (leases, until) => group.submit({ run: () => extend(leases, until, store) }),
    own: (request) => {
      told(request.now);
      return group.submit({ run: () => own(request, store) });
    },
    disown: (host, names, now) => group.submit({ run: () => disown(host, names, now, store) }),
    owners: () => reading(() => tables.owners().map(toOwner)),
    deployed: () => reading(() => tables.current()),
    read: (ids) => reading(() => ids.map((id) => tables.findMessage(id))),
    definition: (hash) => reading(() => tables.definition(hash)),
    onWakeup: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    ...(backups ? { backup: (path: string) => reading(() => backups.write(path)) } : {}),
    inspection: guardedInspection(
      tables.inspection(() => latest),
      reading,
    ),
    close: async () => {
      if (group.closed) return;
      await Promise.all([group.close(), backups?.stop()]);
      tables.close();
    },
    get flushes() {
      return group.flushes;
    },
  };
}
