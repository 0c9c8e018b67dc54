/** Waits until nothing is under way any more: no sender asks, no delivery is open, no process runs that waits for nobody. */
import { readdirSync } from 'node:fs';
import type { Counts } from '../../runtime/contracts/inspection.ts';
import { pause } from '../town/system.ts';
import type { Load } from './load.ts';
import { leftInQueue } from './queue.ts';
import type { Sent } from './sent.ts';
import type { Stage } from './stage.ts';

const BETWEEN = 500;
/** So many times in a row it must be seen that nothing is under way; and that what waits for a suspended instance is all that is. */
const QUIET = 3;
const CALM = 40;

/** What was still under way after `patience` ms; empty when it ran dry. */
export async function untilDry(stage: Stage, load: Load, sent: Sent, patience: number): Promise<readonly string[]> {
  const deadline = Date.now() + patience;
  let quiet = 0;
  let before = '';
  for (;;) {
    const open = await underWay(stage, load, sent);
    const left = open.join();
    quiet = left === before && open.every(mayStay) ? quiet + 1 : 0;
    before = left;
    if (quiet >= (open.length === 0 ? QUIET : CALM)) return [];
    if (Date.now() > deadline) return open;
    await pause(BETWEEN);
  }
}

/** What comes for an instance that is suspended stays ready; whether it is that is seen in the store (store-after.ts). */
const mayStay = (open: string) => / ready for orchestration:/.test(open);

async function underWay({ hosts, town, broker }: Stage, load: Load, sent: Sent): Promise<string[]> {
  try {
    const counts = await hosts[0]!.admin.get<Counts>('/status');
    const waiting = [...sent.all.values()].filter(({ waits, accepted }) => waits && accepted).length;
    const queued = await leftInQueue({ broker });
    const inQueue = queued === 0 ? [] : [`${queued} messages in the queue`];
    return [...inQueue, ...senders(load), ...inside(counts, waiting), ...outside(town)];
  } catch (thrown) {
    return [`the bus does not tell what is under way: ${String(thrown)}`];
  }
}

const senders = ({ open }: Load) => (open === 0 ? [] : [`${open} sendings not yet answered`]);

function inside({ deliveries, instances }: Counts, waiting: number): string[] {
  const moving = deliveries.filter(({ state }) => state === 'ready' || state === 'leased' || state === 'waiting');
  // Whoever may wait for four weeks has a timer, which is a delivery that waits.
  const isTimer = ({ subscriber, state }: (typeof deliveries)[number]) =>
    state === 'waiting' && subscriber.startsWith('orchestration:');
  const running = instances.filter(({ status }) => status === 'running');
  const waits = instances.filter(({ status }) => status === 'waiting').reduce((sum, { count }) => sum + count, 0);
  return [
    ...moving
      .filter((found) => !isTimer(found))
      .map(({ subscriber, state, count }) => `${count} ${state} for ${subscriber}`),
    ...running.map(({ program, count }) => `${count} of ${program} running`),
    ...(waits > waiting ? [`${waits} instances waiting, of which ${waiting} may`] : []),
  ];
}

function outside(town: Stage['town']): string[] {
  const files = readdirSync(town.folders['council-tax-out']).filter((name) => !name.endsWith('.part'));
  return files.length === 0 ? [] : [`${files.length} files in the council-tax folder`];
}
