/**
 * Starts the legacy systems of the town, each as a process of its own on free loopback ports; hands out their addresses, their
 * books and a way to instruct them. They know nothing of the bus. They end with whoever started them, however that ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ownFolder } from '../servers/owned-processes.ts';

export interface Broker {
  readonly url: string;
  readonly queue: string;
}

export interface TownOptions {
  /** Where files are dropped and the works system keeps its book; stays when the town stops. By default a temporary one. */
  readonly folder?: string;
  readonly seed: number;
  /** Without one the mobile app drops files. */
  readonly broker?: Broker;
  /** References that the works system knows from the phone. */
  readonly byPhone?: readonly string[];
  /** Each system writes down what it gets (journal.ts), so that it can be killed and revived. */
  readonly journals?: boolean;
  /** Which systems there are; all, unless told. */
  readonly systems?: readonly SystemName[];
}

const SYSTEMS = ['works', 'gazetteer', 'contact-centre', 'county', 'council-tax', 'mobile', 'portal'] as const;
export type SystemName = (typeof SYSTEMS)[number];

export interface Town {
  readonly folder: string;
  readonly addresses: Readonly<Record<'works' | 'gazetteer' | 'contact-centre', string>>;
  readonly folders: Readonly<
    Record<'county' | 'council-tax-out' | 'council-tax-in' | 'council-tax-taken' | 'mobile', string>
  >;
  account(): Promise<TownAccount>;
  /** Instructs one system; rejects when it does not understand. */
  control(system: SystemName, command: unknown): Promise<void>;
  /** Where a system writes down what it gets. */
  journal(system: SystemName): string;
  /** kill -9: it learns nothing of it. */
  kill(system: SystemName): Promise<void>;
  /** After kill(): another one at the same address, which goes on with what the first wrote down. */
  revive(system: SystemName): Promise<void>;
  /** Ends all processes and removes the folder if it is a temporary one. Safe twice. */
  stop(): Promise<void>;
}

/** What each system has counted, in its own words. */
export interface TownAccount {
  readonly works: {
    readonly calls: number;
    readonly whileDown: number;
    readonly duplicates: number;
    readonly strange: number;
    readonly refused: readonly string[];
    readonly enquiries: readonly {
      readonly reference: string;
      readonly number: string;
      readonly byPhone: boolean;
      readonly calls: number;
      readonly cancelled: boolean;
      readonly updates: number;
    }[];
  };
  readonly gazetteer: { readonly lookups: number; readonly notFound: number };
  readonly 'contact-centre': {
    readonly cases: readonly { readonly reference: string; readonly kind: string; readonly calls: number }[];
    readonly refused: readonly string[];
  };
  readonly county: {
    readonly reports: readonly { readonly reference: string; readonly files: number }[];
    readonly strange: readonly string[];
  };
  readonly 'council-tax': {
    readonly files: number;
    readonly dropped: readonly { readonly account: string; readonly change: string }[];
    readonly acknowledged: readonly { readonly account: string; readonly times: number }[];
    readonly strange: readonly string[];
  };
  readonly mobile: { readonly confirmed: readonly string[] };
  readonly portal: {
    readonly sent: number;
    readonly open: number;
    readonly answers: readonly {
      readonly key: string;
      readonly status: number;
      readonly attempts: number;
      readonly body: string;
    }[];
  };
}

interface Running {
  readonly process: ChildProcess;
  readonly address?: string;
  readonly control: string;
}

export async function startTown(options: TownOptions): Promise<Town> {
  const temporary = options.folder === undefined ? await ownFolder('town') : undefined;
  const folder = temporary?.folder ?? options.folder!;
  mkdirSync(folder, { recursive: true });
  const folders = {
    county: join(folder, 'county'),
    'council-tax-out': join(folder, 'council-tax-out'),
    'council-tax-in': join(folder, 'council-tax-in'),
    'council-tax-taken': join(folder, 'council-tax-taken'),
    mobile: join(folder, 'mobile'),
  };
  const journal = (name: SystemName) => join(folder, `${name}.journal`);
  const noted = (name: SystemName) => (options.journals ? { journal: journal(name) } : {});
  const given: Readonly<Record<SystemName, object>> = {
    works: { book: join(folder, 'works.json'), byPhone: options.byPhone ?? [], ...noted('works') },
    gazetteer: {},
    'contact-centre': noted('contact-centre'),
    county: { folder: folders.county, ...noted('county') },
    'council-tax': {
      seed: options.seed,
      out: folders['council-tax-out'],
      in: folders['council-tax-in'],
      ...noted('council-tax'),
    },
    mobile: options.broker ? { broker: options.broker } : { folder: folders.mobile },
    portal: {},
  };
  const processes = new Set<ChildProcess>();
  const stop = async () => {
    await Promise.all([...processes].map((child) => end(child, 'SIGTERM')));
    await temporary?.stop();
  };
  try {
    const wanted = options.systems ?? SYSTEMS;
    const entries = wanted.map(async (name) => [name, await startSystem(name, given[name], processes)] as const);
    const systems = new Map(await Promise.all(entries));
    const addressOf = (name: SystemName) => systems.get(name)!.address!;
    const addresses = {
      works: addressOf('works'),
      gazetteer: addressOf('gazetteer'),
      'contact-centre': addressOf('contact-centre'),
    };
    const kill = async (name: SystemName) => {
      const { process: child } = systems.get(name)!;
      await end(child, 'SIGKILL');
      processes.delete(child);
    };
    const revive = async (name: SystemName) => {
      const { address } = systems.get(name)!;
      const port = address === undefined ? {} : { port: Number(new URL(address).port) };
      systems.set(name, await startSystem(name, { ...given[name], ...port }, processes));
    };
    const control = controlOf(systems);
    return { folder, folders, addresses, account: () => accountOf(systems), control, journal, kill, revive, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

async function startSystem(name: SystemName, options: unknown, processes: Set<ChildProcess>): Promise<Running> {
  const script = join(import.meta.dirname, `${name}.ts`);
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true, // Ctrl-C is for whoever started the town: the systems are told in their turn.
  });
  processes.add(child);
  const lines = createInterface({ input: child.stdout });
  const gone = once(child, 'exit').then(([code]) =>
    Promise.reject(new Error(`${name} ended (${code}) before it was ready.`)),
  );
  const [line] = (await Promise.race([once(lines, 'line'), gone])) as [string];
  gone.catch(() => {}); // Later ends are the town's own doing.
  const { address, control } = JSON.parse(line) as { address?: string; control: string };
  return { process: child, control, ...(address ? { address } : {}) };
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

async function accountOf(systems: ReadonlyMap<SystemName, Running>): Promise<TownAccount> {
  const entries = [...systems].map(async ([name, { control }]) => {
    const response = await fetch(`${control}/account`);
    return [name, await response.json()] as const;
  });
  return Object.fromEntries(await Promise.all(entries)) as unknown as TownAccount;
}

function controlOf(systems: ReadonlyMap<SystemName, Running>): Town['control'] {
  return async (name, command) => {
    const response = await fetch(`${systems.get(name)!.control}/control`, {
      method: 'POST',
      body: JSON.stringify(command),
    });
    if (!response.ok) throw new Error(`${name} refused an instruction: ${await response.text()}`);
  };
}
