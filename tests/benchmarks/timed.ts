/** Times operations of this process: so many of them, some at a time. */
import { hundredths, quantile, type Round } from './round.ts';

export interface Work {
  readonly operations: number;
  /** How many are under way at once. */
  readonly atOnce: number;
  /** Gives how many messages it dealt with; the default is one. `worker` counts from 0. */
  run(worker: number): Promise<number | undefined>;
}

/** Rates and processor time are those of messages; p50 and p99 are those of operations. */
export async function timed({ operations, atOnce, run }: Work): Promise<Round> {
  const latencies: number[] = [];
  let started = 0;
  let messages = 0;
  const work = async (worker: number) => {
    while (started < operations) {
      started += 1;
      const began = performance.now();
      const done = await run(worker);
      messages += done ?? 1;
      latencies.push(performance.now() - began);
    }
  };
  const cpu = process.cpuUsage();
  const began = performance.now();
  await Promise.all(Array.from({ length: atOnce }, (_, worker) => work(worker)));
  const elapsed = performance.now() - began;
  if (messages === 0) throw new Error('No message was dealt with, so there is nothing to compare.');
  const { user, system } = process.cpuUsage(cpu);
  return {
    perSecond: (messages * 1000) / elapsed,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    cpuUs: hundredths((user + system) / messages),
    rssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}
