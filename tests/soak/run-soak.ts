/** A run: parcels go round under trouble for their time, then all is well, the last ones arrive, and everything is counted. */
import type { Counts } from '../../runtime/contracts/inspection.ts';
import { pause } from '../town/system.ts';
import { type Fit, fitLine, measure, type Sample, settled } from './flatness.ts';
import { type Stage, setStage } from './stage.ts';
import { makeTrouble } from './trouble.ts';

export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  /** Parcels in a second. */
  readonly rate: number;
  /** One line of progress. */
  tell(line: string): void;
}

export interface SoakResult {
  readonly seed: number;
  readonly seconds: number;
  readonly accepted: number;
  /** Came to the collector. */
  readonly delivered: number;
  readonly suspended: number;
  readonly lost: number;
  /** Came to the collector under more than one idempotency key. */
  readonly doubled: number;
  /** Times of the timer that came. */
  readonly ticks: number;
  readonly faults: Readonly<Record<string, number>>;
  /** Of the bus's process, after the first third. */
  readonly rssMb: Fit | undefined;
  readonly handles: Fit | undefined;
  /** All that is not as it should be, in words. */
  readonly problems: readonly string[];
  /** Only where something is wrong: logs and the store. */
  readonly folder?: string;
}

const EVERY = 2000;
const DRY = 120_000;
/** ms of a run from which on what it measured must be flat, and what may be left to chance. */
const JUDGED = 8 * 60_000;
const MAY_RISE = { rssMb: 0.15, handles: 5 };

export async function runSoak({ minutes, seed, rate, tell }: SoakOptions): Promise<SoakResult> {
  const began = Date.now();
  const say = (text: string) => tell(`${((Date.now() - began) / 1000).toFixed(1).padStart(7)}s seed ${seed}: ${text}`);
  const stage = await setStage();
  let failed = true;
  try {
    say('under load');
    const pid = stage.bus.pid!;
    const until = Date.now() + minutes * 60_000;
    const measuring = measureUntil(pid, until, say);
    const [accepted, faults, samples] = await Promise.all([
      sendUntil(stage, rate, until),
      makeTrouble(stage, { seed, until, say }),
      measuring,
    ]);
    say('all is well again; the last ones arrive');
    const suspended = await untilArrived(stage, accepted);
    const result = resultOf(stage, { accepted, suspended, samples, minutes });
    failed = result.problems.length > 0;
    if (stage.bus.pid !== pid) throw new Error('The bus has ended by itself.');
    const seconds = Math.round((Date.now() - began) / 1000);
    return { seed, seconds, ...result, faults, ...(failed ? { folder: stage.folder } : {}) };
  } finally {
    await stage.stop(failed);
  }
}

/** As many as were accepted, by id. Each is handed in until it is. */
async function sendUntil({ entrance }: Stage, rate: number, until: number): Promise<ReadonlySet<string>> {
  const accepted = new Set<string>();
  const sending: Promise<void>[] = [];
  const send = async (number: number) => {
    const id = `P-${String(number).padStart(7, '0')}`;
    const init = { method: 'POST', headers: { 'Content-Type': 'application/json' } };
    while (!accepted.has(id)) {
      const response = await fetch(entrance, { ...init, body: JSON.stringify({ id, number }) }).catch(() => undefined);
      if (response?.ok) accepted.add(id);
      else await pause(200);
    }
  };
  for (let number = 1; Date.now() < until; number += 1) {
    sending.push(send(number));
    await pause(1000 / rate);
  }
  await Promise.all(sending);
  return accepted;
}

interface Samples {
  readonly rssMb: readonly Sample[];
  readonly handles: readonly Sample[];
}

async function measureUntil(pid: number, until: number, say: (text: string) => void): Promise<Samples> {
  const began = Date.now();
  const rssMb: Sample[] = [];
  const handles: Sample[] = [];
  for (let told = 0; Date.now() < until; ) {
    const at = Date.now() - began;
    const found = measure(pid);
    rssMb.push({ at, value: found.rssMb });
    handles.push({ at, value: found.handles });
    if (at - told >= 30_000) {
      told = at;
      say(`RSS ${found.rssMb.toFixed(0)} MB, ${found.handles} handles`);
    }
    await pause(EVERY);
  }
  return { rssMb, handles };
}

/** Until all have arrived or patience ends; gives how many are suspended. */
async function untilArrived({ bus, collector }: Stage, accepted: ReadonlySet<string>): Promise<number> {
  const deadline = Date.now() + DRY;
  while (Date.now() < deadline && [...accepted].some((id) => !collector.parcels.has(id))) await pause(250);
  const { suspended } = await bus.admin.get<Counts>('/status');
  return suspended.reduce((sum, { count }) => sum + count, 0);
}

interface Found {
  readonly accepted: ReadonlySet<string>;
  readonly suspended: number;
  readonly samples: Samples;
  readonly minutes: number;
}

type Counted = Omit<SoakResult, 'seed' | 'seconds' | 'faults' | 'folder'>;

function resultOf({ collector: { parcels, ticks } }: Stage, found: Found): Counted {
  const { accepted, suspended, samples, minutes } = found;
  const missing = [...accepted].filter((id) => !parcels.has(id));
  const doubled = [...parcels].filter(([, keys]) => keys.size > 1);
  const strays = [...parcels.keys()].filter((id) => !accepted.has(id));
  const rssMb = fitLine(settled(samples.rssMb));
  const handles = fitLine(settled(samples.handles));
  const long = minutes * 60_000 >= JUDGED;
  const problems = [
    ...missing.slice(0, 10).map((id) => `${id} was accepted and never came`),
    ...doubled.slice(0, 10).map(([id, keys]) => `${id} came as ${[...keys].join(' and ')}`),
    ...strays.slice(0, 10).map((id) => `${id} came, and nobody was told that it was accepted`),
    ...(suspended === 0 ? [] : [`${suspended} are suspended, though nothing is wrong with them`]),
    ...(ticks.size > 0 ? [] : ['The timer has never come.']),
    ...(long && rssMb && rssMb.rise > rssMb.mean * MAY_RISE.rssMb ? [`RSS rises by ${rssMb.rise.toFixed(1)} MB`] : []),
    ...(long && handles && handles.rise > MAY_RISE.handles ? [`Handles rise by ${handles.rise.toFixed(1)}`] : []),
  ];
  const counts = { accepted: accepted.size, delivered: accepted.size - missing.length, suspended };
  return {
    ...counts,
    lost: Math.max(0, missing.length - suspended),
    doubled: doubled.length,
    ticks: ticks.size,
    rssMb,
    handles,
    problems,
  };
}
