/** The orchestration instances of the SQLite store; those used last stay in memory. */
import type { DatabaseSync } from 'node:sqlite';
import type { Instance } from '../../contracts/orchestration.ts';
import type { PurgeTables } from '../purge-tables.ts';
import type { StoredInstance, Tables } from '../tables.ts';
import { createCache } from './cache.ts';

export interface InstanceRow {
  readonly body: string;
  readonly started_at: number;
  readonly changed_at: number;
}

export interface Instances extends Pick<Tables, 'instance' | 'putInstance'>, Pick<PurgeTables, 'instancesAfter'> {
  remove(id: string): void;
  committed(): void;
  rolledBack(): void;
}

const CACHED = 4096;

export function createInstances(database: DatabaseSync): Instances {
  const select = database.prepare('SELECT body, started_at, changed_at FROM instances WHERE id = ?');
  const insert = database.prepare(
    'INSERT INTO instances (id, program, status, started_at, changed_at, body) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const update = database.prepare('UPDATE instances SET status = ?, changed_at = ?, body = ? WHERE id = ?');
  const after = database.prepare('SELECT seq, body, changed_at FROM instances WHERE seq > ? ORDER BY seq LIMIT ?');
  const remove = database.prepare('DELETE FROM instances WHERE id = ?');
  const cache = createCache<string, StoredInstance>(CACHED, () => 1);
  let pending: string[] = [];
  /** Asked for in vain by this transaction: the same one is asked for more than once before it is there. */
  const absent = new Set<string>();

  function find(id: string): StoredInstance | undefined {
    const cached = cache.get(id);
    if (cached) return cached;
    if (absent.has(id)) return undefined;
    const row = select.get(id) as unknown as InstanceRow | undefined;
    if (!row) {
      absent.add(id);
      return undefined;
    }
    const stored = storedInstance(row);
    cache.set(id, stored);
    return stored;
  }

  return {
    instance: find,
    putInstance: (instance, at) => {
      const { id, program, status } = instance;
      const startedAt = find(id)?.startedAt;
      if (startedAt === undefined) insert.run(id, program, status, at, at, JSON.stringify(instance));
      else update.run(status, at, JSON.stringify(instance), id);
      pending.push(id);
      absent.delete(id);
      cache.set(id, { instance, startedAt: startedAt ?? at, changedAt: at });
    },
    instancesAfter: (seq, limit) =>
      (after.all(seq, limit) as unknown as (InstanceRow & { seq: number })[]).map((row) => {
        return { seq: row.seq, instance: JSON.parse(row.body) as Instance, changedAt: row.changed_at };
      }),
    remove: (id) => {
      remove.run(id);
      cache.delete(id);
    },
    committed: () => {
      pending = [];
      absent.clear();
    },
    rolledBack: () => {
      for (const id of pending) cache.delete(id);
      pending = [];
      absent.clear();
    },
  };
}

export function storedInstance({ body, started_at, changed_at }: InstanceRow): StoredInstance {
  return { instance: JSON.parse(body) as Instance, startedAt: started_at, changedAt: changed_at };
}
