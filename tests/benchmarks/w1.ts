/** W1: 1 KB JSON by HTTP POST, accepted after the commit, delivered by HTTP POST to a sink; 64 connections. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Child, startChild } from './child.ts';
import type { LoadResult } from './load-w1.ts';
import type { Measured } from './measured.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const ROUNDS = 3;
const ORDER = { seconds: 5, warmup: 2 };

interface Round extends LoadResult {
  readonly rss: number;
}

/** By which client the hand-written limit forwards: `node:http` as told of W1, or the faster undici that the bus uses. */
export type LimitClient = 'node' | 'undici';

/** Limit and bus take turns, each round on a fresh store; medians are compared. */
export async function w1(progress: (text: string) => void, client: LimitClient = 'node'): Promise<Measured> {
  const limits: Round[] = [];
  const buses: Round[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    limits.push(await measure((folder, sink) => startLimit(folder, sink, client)));
    progress(`round ${round}: by hand ${limits.at(-1)!.perSecond}/s, p99 ${limits.at(-1)!.p99} ms`);
    buses.push(await measure(startBus));
    progress(`round ${round}: guildhall ${buses.at(-1)!.perSecond}/s, p99 ${buses.at(-1)!.p99} ms`);
  }
  const perSecond = median(buses, 'perSecond');
  const limitPerSecond = median(limits, 'perSecond');
  return {
    item: client === 'node' ? 'w1' : 'w1-undici',
    store: 'sqlite',
    perSecond,
    limitPerSecond,
    ratio: Math.round((perSecond / limitPerSecond) * 1000) / 1000,
    p50: median(buses, 'p50'),
    p99: median(buses, 'p99'),
    limitP99: median(limits, 'p99'),
    rssMb: median(buses, 'rss'),
  };
}

async function measure(
  start: (folder: string, sink: string) => Promise<{ child: Child; url: string }>,
): Promise<Round> {
  const folder = mkdtempSync(join(tmpdir(), 'guildhall-w1-'));
  const load = startChild(here('load-w1.ts'), []);
  try {
    const { sink } = await load.next<{ sink: string }>();
    const { child, url } = await start(folder, sink);
    try {
      load.tell({ url, ...ORDER });
      const result = await load.next<LoadResult & { failed?: string }>();
      if (result.failed) throw new Error(result.failed);
      if (result.delivered < result.accepted)
        throw new Error(`accepted ${result.accepted}, delivered ${result.delivered}`);
      return { ...result, rss: child.rss() };
    } finally {
      await child.stop();
    }
  } finally {
    await load.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startLimit(folder: string, sink: string, client: LimitClient): Promise<{ child: Child; url: string }> {
  const child = startChild(here('limit-w1.ts'), [folder, sink, client]);
  const { http } = await child.next<{ http: string }>();
  return { child, url: http };
}

async function startBus(folder: string, sink: string): Promise<{ child: Child; url: string }> {
  const environment = join(folder, 'bench.yaml');
  const store = `sqlite:${join(folder, 'bench.db')}`;
  writeFileSync(
    environment,
    `environment: bench\nbus: { store: "${store}" }\nsendPorts: { out: { url: "${sink}" } }\n`,
  );
  const child = startChild(here('../../runtime/cli/main.ts'), [
    'run',
    here('w1'),
    '--environment',
    environment,
    '--json',
  ]);
  const { http } = await child.next<{ http: string }>();
  return { child, url: `${http}/in` };
}

function median(rounds: readonly Round[], key: 'perSecond' | 'p50' | 'p99' | 'rss'): number {
  const sorted = rounds.map((round) => round[key]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
