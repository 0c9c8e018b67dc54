/** A host as a process that crashes, is stopped and started again by its supervisor, each time as a new life. */

import { createIds } from '../../runtime/clock/identity.ts';
import type { Submit } from '../../runtime/contracts/adapter.ts';
import type { BusEvent } from '../../runtime/contracts/events.ts';
import type { MessageBox } from '../../runtime/contracts/message-box.ts';
import { createHost, type Host } from '../../runtime/host/host.ts';
import { createRandom, seedFrom } from './chance.ts';
import type { FarEnds } from './far-ends.ts';
import { faulty } from './faulty-box.ts';
import { clockOf, createLife, type Life, never, withinLife } from './life.ts';
import { observed } from './observed-box.ts';
import { type Transports, transportsOf } from './transports.ts';
import type { World } from './world.ts';

/** What a planted bug does to the MessageBox that a host uses. */
export type Tamper = (box: MessageBox) => MessageBox;

export interface Tampering {
  /** In the host: everything that goes wrong comes after it. */
  readonly host?: Tamper;
  /** In the store: everything that goes wrong came before it. */
  readonly store?: Tamper;
}

export interface HostProcess {
  readonly name: string;
  /** The life that runs, if one does. */
  readonly life: Life | undefined;
  /** It has started, and has not been told to stop. */
  readonly ready: boolean;
  /** A location that runs. */
  submit(location: string): Submit | undefined;
  start(): void;
  crash(why: string): void;
  /** From now on its clock is off by so much (ms). */
  skew(ms: number): void;
  /** Nothing reaches it for so many milliseconds; then it goes on as if nothing had been. */
  freeze(ms: number): void;
  /** Stops it as on SIGTERM and starts it again. */
  restart(): void;
  /** Stops it for good; resolves when it has stopped. */
  stop(): Promise<void>;
}

interface Running {
  readonly life: Life;
  readonly host: Host;
  readonly locations: Map<string, Submit>;
  ready: boolean;
}

/** How long (ms) the supervisor waits before it starts a crashed process again, at least and at most. */
const PAUSE = [500, 4000] as const;

const asItIs: Tamper = (box) => box;

export function createHostProcess(
  name: string,
  box: MessageBox,
  farEnds: FarEnds,
  world: World,
  { host: inHost = asItIs, store: inStore = asItIs }: Tampering = {},
): HostProcess {
  const { chance, clock, story, ledger, underWay } = world;
  let lives = 0;
  let running: Running | undefined;
  let wanted = true;
  let skew = 0;

  function start(): void {
    if (running || !wanted) return;
    lives += 1;
    const life = createLife(`${name}.${lives}`, clock, onCrash);
    const locations = new Map<string, Submit>();
    const seen = faulty(inStore(observed(box, life.label, ledger, underWay)), life, world);
    const host = hostOf(life, locations, inHost(seen));
    story.tell(life.label, () => 'starts');
    running = { life, host, locations, ready: false };
    begin(host, life);
  }

  /** A host that cannot start ends its process, as the command line does. */
  function begin(host: Host, life: Life): void {
    withinLife(life, host.start()).then(
      () => {
        if (running?.life === life) running.ready = true;
      },
      (thrown: unknown) => life.crash(`could not start: ${(thrown as Error).message}`),
    );
  }

  function hostOf(life: Life, locations: Map<string, Submit>, seen: MessageBox): Host {
    const own = clockOf(life, { ...clock, now: () => clock.now() + skew });
    const random = createRandom(seedFrom(chance, life.label));
    const versions = world.scene.deployments(transportOf(life, locations), world.plan);
    const deployment = versions[world.folder.version]!;
    return createHost({
      name,
      deployment,
      box: seen,
      clock: own,
      newId: createIds(own, random),
      random,
      http: { host: '127.0.0.1', port: 0 },
      emit: (event) => tell(life, event),
      recompile: async ({ hash }) => versions.find(({ definition }) => definition.hash === hash)!,
    });
  }

  /** Only what went wrong: the rest is seen elsewhere in the story. */
  function tell(life: Life, { name: event, data }: BusEvent): void {
    if (life.alive && data['code'] !== undefined)
      story.tell(life.label, () => `tells ${event}: ${data['code']} ${data['reason']}`);
  }

  function transportOf(life: Life, locations: Map<string, Submit>): Transports {
    return transportsOf({
      receive: (_, { name: location }) => ({
        run: async (submit, signal) => {
          if (!life.alive) return never;
          locations.set(location, submit);
          if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
          // The next version's is there before this one's ends.
          if (locations.get(location) === submit) locations.delete(location);
        },
      }),
      send: (_, { name: port }) => ({
        send: (message) => withinLife(life, farEnds.send(port, message, life)),
        close: async () => {},
      }),
    });
  }

  function onCrash(why: string): void {
    const { life } = running!;
    running = undefined;
    story.tell(life.label, () => `! CRASHES ${why}`);
    clock.schedule(PAUSE[0] + (PAUSE[1] - PAUSE[0]) * chance(`${life.label} pause`), start);
  }

  /** False when it crashed on the way, or did not run. */
  async function stop(): Promise<boolean> {
    if (!running) return false;
    const { life, host } = running;
    story.tell(life.label, () => 'is told to stop');
    running.ready = false;
    await Promise.race([withinLife(life, host.stop()), life.died]);
    if (!life.alive) return false;
    running = undefined;
    life.end();
    story.tell(life.label, () => 'has stopped');
    return true;
  }

  return {
    name,
    get life() {
      return running?.life;
    },
    get ready() {
      return running?.ready === true;
    },
    submit: (location) => running?.locations.get(location),
    start,
    freeze: (ms) => {
      if (!running) return;
      const { life } = running;
      story.tell(life.label, () => `! is frozen for ${ms} ms`);
      life.freeze(ms);
      clock.schedule(ms, () => story.tell(life.label, () => 'goes on'));
    },
    skew: (ms) => {
      skew = ms;
    },
    crash: (why) => running?.life.crash(why),
    restart: () => {
      void stop().then((stopped) => {
        if (stopped) clock.schedule(PAUSE[0], start);
      });
    },
    stop: async () => {
      wanted = false;
      await stop();
    },
  };
}
