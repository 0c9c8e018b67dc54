/**
 * One file through the bus into another, beside a copy of the file by hand that is on disk when it is done. perSecond is
 * megabytes (10^6 bytes) a second, p50 = p99 the milliseconds from the file's arrival to its whole copy, and processor time
 * that of a megabyte. What matters is rssMb, the most memory that the bus took: it must not grow with the file.
 */
import { createReadStream, readdirSync, rmSync, statSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type BusProcess, startBus } from './bus-process.ts';
import { compare } from './compare.ts';
import type { Measured } from './measured.ts';
import type { Options } from './options.ts';
import { inPlace } from './place.ts';
import { hundredths, type Round } from './round.ts';

const MEGABYTE = 1_000_000;
const CHUNK = 1024 * 1024;
/** Milliseconds for the first byte, and for every megabyte after it, before the file is taken for lost. */
const PATIENCE = { start: 30_000, megabyte: 100 };

/** One round, whatever `rounds` says: it takes minutes. */
export function largeBody(options: Options): Promise<Measured> {
  return inPlace(options.store, async (place) => {
    const source = place.file('bin');
    await write(source, options.bytes);
    const limit = () => copy(source, place.file('bin'), options.bytes);
    const subject = async () => {
      const folders = ['data/in', 'data/out'];
      const store = await place.address();
      const bus = await startBus({ solution: 'large-body', folder: place.folder, store, folders });
      try {
        return await through(bus, source, options.bytes);
      } finally {
        await bus.child.stop();
      }
    };
    return compare({ item: 'large-body', limit, subject }, { ...options, rounds: 1 });
  });
}

async function write(path: string, bytes: number): Promise<void> {
  const chunk = Buffer.alloc(CHUNK, 'a street of letters ');
  await using file = await open(path, 'w');
  for (let left = bytes; left > 0; left -= CHUNK) await file.write(chunk, 0, Math.min(left, CHUNK));
  await file.sync();
}

async function copy(from: string, to: string, bytes: number): Promise<Round> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  await using file = await open(to, 'w');
  for await (const chunk of createReadStream(from, { highWaterMark: CHUNK })) await file.write(chunk as Buffer);
  await file.sync();
  const { user, system } = process.cpuUsage(cpu);
  const round = roundOf(bytes, performance.now() - began, user + system, process.resourceUsage().maxRSS / 1024);
  rmSync(to);
  return round;
}

/** The file comes under its name at once, as a careful sender's does. */
async function through({ child, folder }: BusProcess, source: string, bytes: number): Promise<Round> {
  const before = child.cpu();
  const began = performance.now();
  await rename(source, join(folder, 'data', 'in', 'large.bin'));
  const patience = PATIENCE.start + (bytes / MEGABYTE) * PATIENCE.megabyte;
  while (!arrived(join(folder, 'data', 'out'), bytes)) {
    if (!child.isRunning()) throw new Error('The bus ended before the file came out.');
    if (performance.now() - began > patience) throw new Error('The file did not come out: see what the bus said.');
    await pause(20);
  }
  const elapsed = performance.now() - began;
  const after = child.cpu();
  const cpu = before === undefined || after === undefined ? undefined : after - before;
  return roundOf(bytes, elapsed, cpu, child.rss());
}

function arrived(folder: string, bytes: number): boolean {
  const whole = readdirSync(folder).filter((name) => !name.startsWith('.'));
  return whole.some((name) => statSync(join(folder, name)).size === bytes);
}

function roundOf(bytes: number, elapsed: number, cpu: number | undefined, rss: number): Round {
  const megabytes = bytes / MEGABYTE;
  return {
    perSecond: (megabytes * 1000) / elapsed,
    p50: hundredths(elapsed),
    p99: hundredths(elapsed),
    cpuUs: cpu === undefined ? undefined : hundredths(cpu / megabytes),
    rssMb: Math.round(rss),
  };
}
