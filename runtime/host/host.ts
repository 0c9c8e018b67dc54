/**
 * One running process of the bus. Runs its share of a definition, follows what is deployed after that, and owns for a while
 * what only one host may run. Starts from the inside out (workers before locations) and stops from the outside in.
 */
import type { Incoming, Submission } from '../contracts/adapter.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { Counts } from '../contracts/inspection.ts';
import type { Definition } from '../contracts/message-box.ts';
import { ownedName } from '../contracts/ownership.ts';
import { orchestrationOf, subscriberOf } from '../contracts/properties.ts';
import type { SchemaSet } from '../contracts/schema.ts';
import type { Service } from '../contracts/service.ts';
import { asBusError } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import { createLocalLimiter } from '../limits/local.ts';
import { createLocalReplayCache } from '../replays/local.ts';
import { createCallers } from './callers.ts';
import { deploy } from './deploy.ts';
import { createFollower } from './follower.ts';
import { createGeneration, type Generation } from './generation.ts';
import { takeHostName } from './host-name.ts';
import { DRAIN, type HostOptions } from './host-options.ts';
import { createHttpListener } from './http-listener.ts';
import { listenerTls } from './listener-tls.ts';
import { forgetCallers } from './lost-callers.ts';
import { createLostHosts } from './lost-hosts.ts';
import { createOwnership } from './ownership.ts';
import type { GroupStatus, PartStatus } from './part-status.ts';
import { shareOf } from './share-of.ts';

export type { GroupStatus, PartStatus } from './part-status.ts';

export interface Host extends Service {
  /** `http://127.0.0.1:8080`, once started. */
  readonly address: string;
  readonly status: HostStatus;
  /** The message types of the definition that runs here. */
  readonly schemas: SchemaSet;
  /** The deployment of that hash, which may be an older one. Rejects with NOT_FOUND, OLD_DEFINITION_UNUSABLE. */
  deploymentOf(hash: string): Promise<Deployment>;
  /** A definition as this host would run it, whether or not it is deployed. Rejects with OLD_DEFINITION_UNUSABLE. */
  compile(definition: Definition): Promise<Deployment>;
  /** Hands a batch to a location (`<port>/<location>`, or `<port>` for its first) as though it had come in there. */
  submit(location: string, batch: readonly Incoming[]): Promise<readonly Submission[]>;
}

export interface HostStatus {
  /** The hash of the definition that runs here. */
  readonly definition: string;
  /** The orchestrations of that definition, on whatever host. */
  readonly orchestrations: readonly string[];
  readonly locations: readonly PartStatus[];
  readonly sendPorts: readonly PartStatus[];
  readonly sendPortGroups: readonly GroupStatus[];
}

/** What share of the time for draining callers get before their locations are told to stop. */
const FOR_CALLERS = 2 / 3;

function memberStatus(name: string, ports: readonly PartStatus[]): GroupStatus['members'][number] {
  const state = ports.find((port) => port.name === name)?.state;
  return state ? { name, state } : { name };
}

/** Orchestrations with instances that have not ended, or with messages that nobody has taken yet. */
function programsAtWork({ instances, deliveries }: Counts): Set<string> {
  const alive = instances.filter(({ status }) => status !== 'completed' && status !== 'terminated');
  const waiting = deliveries.filter(({ state }) => state !== 'done' && state !== 'terminated');
  const asked = waiting.flatMap(({ subscriber }) => orchestrationOf(subscriber) ?? []);
  return new Set([...alive.map(({ program }) => program), ...asked]);
}

export function createHost(given: HostOptions): Host {
  const options = { ...given, replays: given.replays ?? createLocalReplayCache(given.clock) };
  const { name, box, clock, emit } = options;
  const holder = `${name} ${options.newId()}`;
  const drain = options.drain ?? DRAIN;
  /** One for all generations, so that two at a time do not send twice as much. */
  const limiter = options.limiter ?? createLocalLimiter(clock);
  const { tls } = options.http;
  const listener = createHttpListener(
    `${options.http.host}:${options.http.port}`,
    clock,
    { grace: drain },
    tls && (() => listenerTls(tls, options.deployment)),
  );
  const ownership = createOwnership({ box, clock, holder, emit });
  const callers = createCallers(options, ownership);
  const lost = createLostHosts({ box, clock, holder, emit });
  const follower = createFollower({
    box,
    clock,
    emit,
    running: () => generation?.hash ?? options.deployment.definition.hash,
    change,
  });
  let generation: Generation | undefined;
  let starting: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;
  let endWakeups = () => {};
  const leaving = Promise.withResolvers<void>();

  async function start(): Promise<void> {
    await takeHostName(name, holder, box, clock);
    await ownership.start();
    await callers.start();
    if (options.deploy !== false) await deploy(options.deployment, holder, box, clock);
    endWakeups = box.onWakeup((subscriber) => {
      callers.wake(subscriber);
      generation?.wake(subscriber);
    });
    generation = await open(options.deployment);
    await generation.start();
    await ownership.beat();
    await listener.start();
    await lost.start();
    await follower.start();
    emit({ name: 'bus-started', at: clock.now(), data: { host: name, address: listener.address } });
  }

  async function open(deployment: Deployment): Promise<Generation> {
    const orchestrations = deployment.orchestrations.map(({ program }) => program.name);
    const known = new Set(orchestrations);
    const former = [...programsAtWork(await box.inspection.counts(clock.now()))].filter(
      (program) => !known.has(program),
    );
    const share = shareOf(deployment, name);
    return createGeneration({
      options,
      limiter,
      deployment: share,
      listener,
      responses: callers.responses,
      ownership,
      orchestrations,
      former,
    });
  }

  async function change(definition: Definition): Promise<void> {
    const next = await open(await options.recompile(definition));
    try {
      await next.start();
    } catch (thrown) {
      await next.stop();
      throw thrown;
    }
    const former = generation!;
    generation = next;
    const limit = after(drain);
    const cut = Promise.race([limit.reached, leaving.promise]);
    await Promise.all([ownership.beat(), former.close(cut), Promise.race([former.drain(), cut])]);
    limit.cancel();
    await former.stop();
  }

  async function stop(): Promise<void> {
    leaving.resolve();
    await starting?.catch(() => {}); // Whoever started it was told.
    await follower.stop();
    await lost.stop();
    const cut = after(drain * FOR_CALLERS);
    const limit = after(drain);
    const closing = listener.stop();
    await generation?.close(cut.reached);
    cut.cancel();
    await limit.race(Promise.all([closing, generation?.drain(), callers.drain()]));
    limit.cancel();
    await generation?.stop();
    await callers.stop();
    await closing;
    await leave();
    endWakeups();
    emit({ name: 'bus-stopped', at: clock.now(), data: { host: name } });
  }

  /** Others need not wait until this host's time is over. */
  async function leave(): Promise<void> {
    const owned = ownership.owned(ownedName.host(name));
    try {
      if (owned) await forgetCallers(name, [owned], box, clock);
    } catch (thrown) {
      const { code, message: reason } = asBusError(thrown, name);
      emit({ name: 'store-failed', at: clock.now(), data: { subscriber: subscriberOf.responses(name), code, reason } });
    }
    await ownership.stop();
  }

  /** A time limit that can be taken back. */
  function after(ms: number) {
    const { promise: reached, resolve } = Promise.withResolvers<void>();
    const cancel = clock.schedule(ms, resolve);
    return { reached, cancel, race: (work: Promise<unknown>) => Promise.race([work, reached]) };
  }

  return {
    get address() {
      return listener.address;
    },
    get status() {
      const { hash, locations = [], sendPorts = [], sendPortGroups = [] } = generation ?? {};
      const ports = sendPorts.map((port) => port.status());
      return {
        definition: hash ?? options.deployment.definition.hash,
        orchestrations: generation?.orchestrations ?? [],
        locations: locations.map((location) => location.status()),
        sendPorts: ports,
        sendPortGroups: sendPortGroups.map(({ name, members }) => ({
          name,
          members: members.map((member) => memberStatus(member, ports)),
        })),
      };
    },
    get schemas() {
      return generation?.schemas ?? options.deployment.schemas;
    },
    async deploymentOf(hash) {
      const definition = await box.definition(hash);
      if (!definition) throw busError('NOT_FOUND', { what: 'definition', id: hash });
      return options.recompile(definition);
    },
    compile: (definition) => options.recompile(definition),
    async submit(location, batch) {
      const all = generation?.locations ?? [];
      const found = all.find((each) => each.name === location || each.name.startsWith(`${location}/`));
      if (!found) throw busError('NO_SUCH_LOCATION', { name: location });
      return found.intake.submit(batch, new AbortController().signal);
    },
    start() {
      starting ??= start();
      return starting;
    },
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}
