/** A bus as operators run it: a process of its own, on a copy of a solution of this folder. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { type Child, startChild } from './child.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export interface BusOptions {
  /** A folder beside this file. */
  readonly solution: string;
  /** Where the copy is made. */
  readonly folder: string;
  /** What stands under `store:`. */
  readonly store: string;
  /** YAML of the environment, beside the store. */
  readonly environment?: string;
  /** Folders of the solution that are to be there. */
  readonly folders?: readonly string[];
  /** Its name among hosts that share a store. */
  readonly host?: string;
}

export interface BusProcess {
  readonly child: Child;
  /** Of its HTTP locations. */
  readonly http: string;
  /** The copy of the solution. */
  readonly folder: string;
}

export async function startBus({
  solution,
  folder,
  store,
  environment,
  folders = [],
  host,
}: BusOptions): Promise<BusProcess> {
  const copy = mkdtempSync(join(folder, `${solution}-`));
  const filter = (path: string) => !path.startsWith(here(`${solution}/data`));
  cpSync(here(solution), copy, { recursive: true, filter });
  for (const name of folders) mkdirSync(join(copy, name), { recursive: true });
  const file = join(copy, 'bench.yaml');
  writeFileSync(file, `environment: bench\nbus: { store: "${store}" }\n${environment ?? ''}`);
  const args = ['run', copy, '--environment', file, '--json', ...(host === undefined ? [] : ['--host', host])];
  const child = startChild(here('../../runtime/cli/main.ts'), args);
  try {
    const { http } = await child.next<{ http: string }>().catch((cause: unknown) => {
      throw new Error(`The bus did not start on ${kindOf(store)}: see what it says above.`, { cause });
    });
    await mustBeUsed(store);
    return { child, http, folder: copy };
  } catch (thrown) {
    await child.stop();
    throw thrown;
  }
}

/** Without what might be a password. */
const kindOf = (store: string) => store.replace(/:.*/s, '');

/** A bus that took the address for something else would measure something else. */
async function mustBeUsed(store: string): Promise<void> {
  if (!(await isUsed(store))) throw new Error(`The bus runs, but not on ${kindOf(store)}.`);
}

async function isUsed(store: string): Promise<boolean> {
  if (store.startsWith('sqlite:')) return existsSync(store.slice('sqlite:'.length));
  if (store === 'memory') return true;
  const client = new Client({ connectionString: store });
  await client.connect();
  try {
    const tables = "select 1 from pg_tables where schemaname not in ('pg_catalog', 'information_schema')";
    return (await client.query(tables)).rows.length > 0;
  } finally {
    await client.end();
  }
}
