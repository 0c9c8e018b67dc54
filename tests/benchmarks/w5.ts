/**
 * W5: a large CSV file; each of its records becomes a message of its own, is validated, mapped and written to an output file, exactly once.
 * Beside it csv-parse alone reads the same file. perSecond is records a second; p50 = p99 the milliseconds until the last one
 * is out; rssMb must not grow with the file.
 */
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'csv-parse';
import { type BusProcess, startBus } from './bus-process.ts';
import { compare } from './compare.ts';
import type { Measured } from './measured.ts';
import type { Options } from './options.ts';
import { inPlace } from './place.ts';
import { hundredths, type Round } from './round.ts';

/** Bytes of a record, so that half a million of them are 100 MB. */
const RECORD = 200;
const HEAD = 'meter,uprn,read,units,tariff,name,street,town,postcode,note\n';
/** Milliseconds before the file is taken for lost: at first, and for each record. */
const PATIENCE = { start: 30_000, record: 2 };

/** `bytes` is the size of the file, by default a tenth of a gigabyte. */
export function w5(options: Options): Promise<Measured> {
  const records = Math.max(10, Math.round(Math.min(options.bytes, 100_000_000) / RECORD));
  return inPlace(options.store, async (place) => {
    const limit = async () => alone(await written(place.file('csv'), records), records);
    const subject = async () => {
      const source = await written(place.file('csv'), records);
      const folders = ['data/in', 'data/out'];
      const bus = await startBus({ solution: 'w5', folder: place.folder, store: await place.address(), folders });
      try {
        return await through(bus, source, records);
      } finally {
        await bus.child.stop();
      }
    };
    return compare({ item: 'w5', limit, subject }, { ...options, rounds: Math.min(options.rounds, 2) });
  });
}

async function written(path: string, records: number): Promise<string> {
  await using file = await open(path, 'w');
  let text = HEAD;
  for (let number = 1; number <= records; number += 1) {
    const start = `${number},${String(number).padStart(12, '0')},2026-06-${String((number % 28) + 1).padStart(2, '0')},${number % 9000},eco7,Morwenna Tregear,"${number % 300}, Depot Lane",Northmoor,NM1 2AB,`;
    text += `${start}${'x'.repeat(Math.max(0, RECORD - 1 - start.length))}\n`;
    if (text.length < 1_000_000 && number < records) continue;
    await file.write(text);
    text = '';
  }
  return path;
}

async function alone(path: string, records: number): Promise<Round> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  let seen = 0;
  for await (const _ of createReadStream(path).pipe(parse({ columns: true }))) seen += 1;
  if (seen !== records) throw new Error(`csv-parse read ${seen} records of ${records}`);
  const { user, system } = process.cpuUsage(cpu);
  return roundOf(records, performance.now() - began, user + system, process.resourceUsage().maxRSS / 1024);
}

async function through({ child, folder }: BusProcess, source: string, records: number): Promise<Round> {
  const before = child.cpu();
  const began = performance.now();
  await rename(source, join(folder, 'data', 'in', 'readings.csv'));
  const seen = new Map<string, number>();
  while (sum(seen) < records) {
    if (!child.isRunning()) throw new Error('The bus ended before the records came out.');
    if (performance.now() - began > PATIENCE.start + records * PATIENCE.record)
      throw new Error(`Only ${sum(seen)} of ${records} records came out.`);
    await pause(50);
    count(join(folder, 'data', 'out'), seen);
  }
  const elapsed = performance.now() - began;
  const after = child.cpu();
  mustBeEach(join(folder, 'data', 'out'), records);
  return roundOf(
    records,
    elapsed,
    before === undefined || after === undefined ? undefined : after - before,
    child.rss(),
  );
}

/** Records of the files that are new; a file has one heading. */
function count(folder: string, seen: Map<string, number>): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith('.') && !seen.has(name)) seen.set(name, linesIn(join(folder, name)).length - 1);
  }
}

const linesIn = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\r\n');
const sum = (seen: ReadonlyMap<string, number>) => [...seen.values()].reduce((total, lines) => total + lines, 0);

/** Every record once, whatever the order of the files. */
function mustBeEach(folder: string, records: number): void {
  const accounts = new Set<string>();
  let lines = 0;
  for (const name of readdirSync(folder)) {
    for (const line of linesIn(join(folder, name)).slice(1)) {
      accounts.add(line.slice(0, line.indexOf(',')));
      lines += 1;
    }
  }
  if (lines !== records || accounts.size !== records)
    throw new Error(`${lines} lines of ${accounts.size} records came out, not ${records}`);
}

function roundOf(records: number, elapsed: number, cpu: number | undefined, rss: number): Round {
  return {
    perSecond: (records * 1000) / elapsed,
    p50: hundredths(elapsed),
    p99: hundredths(elapsed),
    cpuUs: cpu === undefined ? undefined : hundredths(cpu / records),
    rssMb: Math.round(rss),
  };
}
