/** One round of load over HTTP against whatever takes its messages and delivers them to the sink. */
import { fileURLToPath } from 'node:url';
import type { bodies } from './bodies.ts';
import { type Child, startChild } from './child.ts';
import type { LoadOrder, LoadResult } from './load-http.ts';
import type { Round } from './round.ts';

export interface Taker {
  /** The processes whose time and memory count. */
  readonly children: readonly Child[];
  /** Where the load goes. */
  readonly urls: readonly string[];
}

/** Starts the load, then by `start` what is under test, given the sink's URL; ends both. */
export async function httpLoad(
  seconds: number,
  start: (sink: string) => Promise<Taker>,
  sent: keyof typeof bodies = 'parcel',
): Promise<Round> {
  const load = startChild(fileURLToPath(new URL('load-http.ts', import.meta.url)), [sent]);
  try {
    const { sink } = await load.next<{ sink: string }>();
    const taker = await start(sink);
    try {
      return await measure(load, taker, seconds);
    } finally {
      await Promise.all(taker.children.map((child) => child.stop()));
    }
  } finally {
    await load.stop();
  }
}

async function measure(load: Child, { children, urls }: Taker, seconds: number): Promise<Round> {
  const url = urls.join(',');
  await order(load, { url, seconds: seconds / 4 });
  const before = cpuOf(children);
  const { perSecond, p50, p99, delivered } = await order(load, { url, seconds });
  const after = cpuOf(children);
  const cpuUs = before === undefined || after === undefined ? undefined : (after - before) / delivered;
  return { perSecond, p50, p99, cpuUs, rssMb: children.reduce((sum, child) => sum + child.rss(), 0) };
}

async function order(load: Child, given: LoadOrder): Promise<LoadResult> {
  load.tell(given);
  const result = await load.next<LoadResult & { failed?: string }>();
  if (result.failed) throw new Error(result.failed);
  if (result.delivered !== result.accepted) {
    throw new Error(`${result.accepted} were accepted, but ${result.delivered} delivered`);
  }
  return result;
}

/** Of all of them together; undefined where the system does not tell. */
function cpuOf(children: readonly Child[]): number | undefined {
  return children.reduce<number | undefined>((sum, child) => {
    const own = child.cpu();
    return sum === undefined || own === undefined ? undefined : sum + own;
  }, 0);
}
