/**
 * Measures a curve. A box of the smallest size is measured by turns with every other, each in a process of its own, so that
 * the ratio is not that of two moments of a machine.
 */
import { fileURLToPath } from 'node:url';
import { type Child, startChild } from './child.ts';
import type { Curve } from './curve.ts';
import type { CurveOrder } from './curve-process.ts';
import type { Measured } from './measured.ts';
import type { Options } from './options.ts';
import { inPlace, type Place } from './place.ts';
import { hundredths, medianOf, type Round } from './round.ts';

/** Many short turns instead of few long ones: three where others have one, each of a fifth of the messages. */
const SHORTER = { rounds: 3, messages: 1 / 5 };
/** What is not counted: rounds on a box that is thrown away, without which a new process is slow, then on the box itself. */
const WARMING = { elsewhere: 15, here: 1 };

/** Larger ones do not fit into the heap of a process that keeps everything there. */
const LARGEST_IN_MEMORY = 100_000;

interface Point {
  readonly size: number;
  readonly smallest: Round;
  readonly here: Round;
}

export function measureCurve(curve: Curve, options: Options): Promise<Measured> {
  return inPlace(options.store, async (place) => {
    const box = await open(curve, place, options);
    try {
      return result(curve.item, await measured(curve, box, place, options), options);
    } finally {
      await box.stop();
    }
  });
}

async function measured(curve: Curve, box: Child, place: Place, options: Options): Promise<readonly Point[]> {
  const points: Point[] = [];
  let size = 0;
  const max = options.store === 'memory' ? Math.min(options.max, LARGEST_IN_MEMORY) : options.max;
  for (const next of upTo(max, curve.sizes)) {
    const began = performance.now();
    await told(box, { kind: 'grow', from: size, to: next });
    size = next;
    const filled = ((performance.now() - began) / 1000).toFixed(1);
    const point = await pointAt(curve, box, size, place, options);
    points.push(point);
    options.progress(`${size}: ${described(point)} (filled in ${filled} s)`);
  }
  return points;
}

/** The sizes that are not above `max`, and at least one. */
function upTo(max: number, sizes: readonly number[]): readonly number[] {
  const fitting = sizes.filter((size) => size <= max);
  return fitting.length > 0 ? fitting : [max];
}

async function open({ item }: Curve, place: Place, options: Options): Promise<Child> {
  const script = fileURLToPath(new URL('curve-process.ts', import.meta.url));
  const box = startChild(script, [item, await place.address()]);
  const operations = WARMING.elsewhere * operationsOf(options);
  await told(box, { kind: 'warm', address: await place.address(), operations });
  return box;
}

function told<T>(box: Child, order: CurveOrder): Promise<T> {
  box.tell(order);
  return box.next<T>();
}

async function pointAt(curve: Curve, box: Child, size: number, place: Place, options: Options): Promise<Point> {
  const small = await open(curve, place, options);
  try {
    await told(small, { kind: 'grow', from: 0, to: Math.min(size, curve.sizes[0]!) });
    const [smallest, here] = await byTurns([small, box], options);
    return { size, smallest, here };
  } finally {
    await small.stop();
  }
}

async function byTurns(boxes: readonly [Child, Child], options: Options): Promise<[Round, Round]> {
  const turns = boxes.map((box) => ({ box, counted: [] as Round[] }));
  const rounds = options.rounds * SHORTER.rounds;
  const operations = operationsOf(options);
  for (let round = 1 - WARMING.here; round <= rounds; round += 1) {
    for (const { box, counted } of round % 2 === 0 ? turns : turns.toReversed()) {
      const one = await told<Round>(box, { kind: 'round', operations });
      if (round > 0) counted.push(one);
    }
  }
  return turns.map(({ counted }) => medianOf(counted)) as [Round, Round];
}

const operationsOf = ({ count }: Options) => Math.ceil(count * SHORTER.messages);

const costOf = ({ perSecond }: Round) => hundredths(1_000_000 / perSecond);

function result(item: string, points: readonly Point[], { store }: Options): Measured {
  const { smallest, here } = points.at(-1)!;
  return {
    item,
    store,
    perSecond: here.perSecond,
    limitPerSecond: smallest.perSecond,
    ratio: Math.round((smallest.perSecond / here.perSecond) * 1000) / 1000,
    p50: here.p50,
    p99: here.p99,
    limitP99: smallest.p99,
    rssMb: here.rssMb,
    cpuUs: here.cpuUs!,
    limitCpuUs: smallest.cpuUs!,
    curve: points.map((point) => [point.size, costOf(point.here)] as const),
    beside: points.map((point) => costOf(point.smallest)),
  };
}

const described = ({ here, smallest }: Point) =>
  `${costOf(here)} us a message, ${here.cpuUs} us of processor time; the smallest beside it ${costOf(smallest)} us, ${smallest.cpuUs} us`;
