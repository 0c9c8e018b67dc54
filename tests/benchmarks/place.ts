/**
 * Where the stores of one benchmark live: a temporary folder, for PostgreSQL a server with databases in it. All of it is
 * gone when the benchmark ends, however it ends.
 */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { ownFolder } from '../servers/owned-processes.ts';
import { startOwnPostgres } from '../servers/postgres.ts';
import type { StoreKind } from './options.ts';

export interface Place {
  readonly store: StoreKind;
  readonly folder: string;
  /** The path of a new file. */
  file(extension: string): string;
  /** The path of a new, empty folder. */
  subfolder(): string;
  /** The URL of a new, empty PostgreSQL database. */
  database(): Promise<string>;
  /** What stands under `store:` in a solution, for a new store of the bus. */
  address(): Promise<string>;
}

export async function inPlace<T>(store: StoreKind, work: (place: Place) => Promise<T>): Promise<T> {
  const owned = await ownFolder('bench');
  const { folder } = owned;
  const server = store === 'postgres' ? await openServer() : undefined;
  let made = 0;
  const place: Place = {
    store,
    folder,
    file: (extension) => join(folder, `${++made}.${extension}`),
    subfolder: () => mkdtempSync(join(folder, 'folder-')),
    database: () => {
      if (!server) throw new Error(`There is no PostgreSQL where the store is ${store}.`);
      return server.database(`bench_${++made}`);
    },
    address: async () => {
      if (store === 'memory') return 'memory';
      if (store === 'sqlite') return `sqlite:${place.file('db')}`;
      return place.database();
    },
  };
  try {
    return await work(place);
  } finally {
    await server?.stop();
    await owned.stop();
  }
}

interface Server {
  /** Makes a database; gives its URL. */
  database(name: string): Promise<string>;
  stop(): Promise<void>;
}

async function openServer(): Promise<Server> {
  const own = await startOwnPostgres();
  return {
    database: async (name) => {
      const client = new Client({ connectionString: own.url });
      await client.connect();
      try {
        await client.query(`create database ${name} template template0`);
      } finally {
        await client.end();
      }
      const url = new URL(own.url);
      url.pathname = `/${name}`;
      return url.href;
    },
    stop: () => own.stop(),
  };
}
