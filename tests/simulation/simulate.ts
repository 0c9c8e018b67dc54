/**
 * One simulated run of the whole bus: real hosts over one MessageBox, simulated systems around them, and faults. First
 * things happen and faults strike; then faults end, everything is let to run dry, and the books are judged.
 */
import type { MessageBox } from '../../runtime/contracts/message-box.ts';
import { createChance } from './chance.ts';
import { type Clerk, createClerk } from './clerk.ts';
import { createFarEnds, type FarEnds } from './far-ends.ts';
import { createFaults, type FaultList, type Faults } from './faults.ts';
import { createHostProcess, type HostProcess, type Tampering } from './host-process.ts';
import { judge } from './judge.ts';
import { type Breach, createLedger } from './ledger.ts';
import { observed } from './observed-box.ts';
import { createOperators, type Operators } from './operators.ts';
import type { Item, Plan } from './plan.ts';
import { scenes } from './scene.ts';
import { createSources, type Sources } from './sources.ts';
import { takeStock } from './stock.ts';
import { type StoreName, stores } from './stores.ts';
import { createStory } from './story.ts';
import { withoutSockets } from './without-sockets.ts';
import type { World } from './world.ts';
import { createWorldClock } from './world-clock.ts';

export interface RunOptions {
  readonly store?: StoreName;
  /** These faults and no others; default: by chance. */
  readonly faults?: FaultList;
  readonly story?: boolean;
  /** A bug to plant between the hosts and the store; called once a run. */
  readonly bug?: () => Tampering;
}

export interface Outcome {
  readonly breaches: readonly Breach[];
  readonly story: readonly string[];
  readonly faults: FaultList;
  /** The names of all places where a fault could have struck. */
  readonly places: Faults['passed'];
  readonly figures: Figures;
}

/** Counts that add up over runs. */
export type Figures = Readonly<Record<string, number>>;

interface Cast {
  readonly world: World;
  readonly processes: readonly HostProcess[];
  readonly farEnds: FarEnds;
  readonly sources: Sources;
  readonly operators: Operators;
  readonly clerk: Clerk;
}

const START = Date.UTC(2026, 5, 1, 8);
/** How long (ms) things may take to come to rest once faults have ended: twice the longest chain of leases and retries. */
const LONGEST_REST = 600_000;

export function simulate(plan: Plan, options: RunOptions = {}): Promise<Outcome> {
  return withoutSockets(() => run(plan, options));
}

async function run(plan: Plan, options: RunOptions): Promise<Outcome> {
  const store = stores[options.store ?? 'memory']();
  const world = createWorld(plan, options);
  const { ledger, faults, story } = world;
  const unheard = (thrown: unknown) => ledger.breach('broken', `an error that nobody heard: ${String(thrown)}`);
  process.on('unhandledRejection', unheard);
  try {
    const figures = await play(plan, store.box, world, options.bug?.());
    return { breaches: ledger.breaches, story: story.lines, faults: faults.struck, places: faults.passed, figures };
  } catch (thrown) {
    ledger.breach('broken', `the run broke: ${Error.isError(thrown) ? thrown.stack : String(thrown)}`);
    return { breaches: ledger.breaches, story: story.lines, faults: faults.struck, places: faults.passed, figures: {} };
  } finally {
    process.off('unhandledRejection', unheard);
    await store.close();
  }
}

function createWorld(plan: Plan, { faults, story }: RunOptions): World {
  const underWay = { count: 0 };
  const clock = createWorldClock(START, () => underWay.count === 0);
  const { seed } = plan;
  const chance = createChance(seed);
  return {
    plan,
    scene: scenes[plan.scene],
    folder: { version: 0 },
    underWay,
    clock,
    chance,
    faults: createFaults(chance, seed, faults),
    ledger: createLedger(),
    story: createStory(story === true, clock),
  };
}

async function play(plan: Plan, box: MessageBox, world: World, tampering: Tampering | undefined): Promise<Figures> {
  const farEnds = createFarEnds(world);
  const names = Array.from({ length: plan.hosts }, (_, index) => `host-${index + 1}`);
  const processes = names.map((name) => createHostProcess(name, box, farEnds, world, tampering));
  const sources = createSources(processes, world);
  const own = observed(box, 'operator', world.ledger, world.underWay);
  const cast = {
    world,
    processes,
    farEnds,
    sources,
    operators: createOperators(own, world),
    clerk: createClerk(own, world),
  };
  await act(plan, cast);
  const rested = await rest(plan, cast, own);
  world.story.tell('world', () => (rested ? 'has come to rest' : 'does not come to rest'));
  const stock = await takeStock(own, world.clock.now());
  await stopAll(cast);
  return judge({ plan, world, farEnds, sources, stock, rested });
}

/** Everything that the plan says, while faults strike. */
async function act(plan: Plan, cast: Cast): Promise<void> {
  const { clock } = cast.world;
  for (const process of cast.processes) process.start();
  for (const item of plan.items) clock.schedule(item.at, () => perform(item, cast));
  await clock.advanceTo(plan.horizon);
}

function perform(item: Item, { world, processes, farEnds, sources, operators, clerk }: Cast): void {
  switch (item.kind) {
    case 'arrival':
      sources.offer(item);
      return;
    case 'crash':
      processes[item.host]?.crash('as planned');
      return;
    case 'restart':
      processes[item.host]?.restart();
      return;
    case 'freeze':
      processes[item.host]?.freeze(item.ms);
      return;
    case 'outage':
      farEnds.breakDown(item.system);
      world.clock.schedule(item.ms, () => farEnds.heal(item.system));
      return;
    case 'halt':
      void operators.stop(item.subscriber);
      world.clock.schedule(item.ms, () => void operators.start(item.subscriber));
      return;
    case 'operator':
      void operators.meddle(item.name);
      return;
    case 'clerk':
      void clerk.does(item);
      return;
    case 'deploy':
      void operators.deploy(item.version);
      return;
    case 'jump':
      world.story.tell('world', () => `! the clock jumps by ${item.ms} ms`);
      world.clock.jump(item.ms);
      return;
    case 'skew':
      processes[item.host]?.skew(item.ms);
  }
}

/** Faults end; time passes until nothing is left to do. False when that does not come about. */
async function rest({ resumesAll }: Plan, cast: Cast, box: ReturnType<typeof observed>): Promise<boolean> {
  const { world, operators } = cast;
  world.faults.end();
  world.story.tell('world', () => 'faults end');
  await world.clock.advanceTo(world.clock.uptime() + 10_000);
  if (!(await restsWithin(LONGEST_REST, cast, box))) return false;
  if (!resumesAll) return true;
  await operators.resumeAll();
  return restsWithin(LONGEST_REST, cast, box);
}

async function restsWithin(ms: number, cast: Cast, box: ReturnType<typeof observed>): Promise<boolean> {
  const { clock } = cast.world;
  const end = clock.uptime() + ms;
  for (let step = 2000; clock.uptime() < end; step = Math.min(20_000, step * 1.4)) {
    await clock.leap(Math.round(step));
    if (await atRest(cast, box)) return true;
  }
  return false;
}

async function atRest({ processes, sources, world }: Cast, box: ReturnType<typeof observed>): Promise<boolean> {
  if (sources.offering.size > 0 || processes.some(({ ready, life }) => !ready || life?.frozen)) return false;
  if (sources.callers.some(({ answer, life }) => !answer && life.alive)) return false;
  const { open, running } = await takeStock(box, world.clock.now());
  return open.length === 0 && running.every(world.scene.mayWait);
}

async function stopAll({ processes, world }: Cast): Promise<void> {
  let left = processes.length;
  for (const process of processes) void process.stop().then(() => (left -= 1));
  for (let turn = 0; turn < 60 && left > 0; turn += 1) await world.clock.leap(2000);
  if (left > 0) world.ledger.breach('stuck', `${left} hosts did not stop`);
}
