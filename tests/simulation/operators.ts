/** Operators who resume and terminate whatever they come upon. Their own commits never fail, their timing may be bad. */
import { createIds } from '../../runtime/clock/identity.ts';
import type { MessageBox, Operation, Unit } from '../../runtime/contracts/message-box.ts';
import { breakOffDelivery, breakOffInstance } from '../../runtime/host/break-off.ts';
import { deploy } from '../../runtime/host/deploy.ts';
import { createRandom, pick, seedFrom } from './chance.ts';
import { hasEnded } from './ledger.ts';
import { transportsOf } from './transports.ts';
import type { World } from './world.ts';

export interface Operators {
  /** Something at random, named so that it is the same every time. */
  meddle(name: string): Promise<void>;
  /** Nothing more is handed out to the subscriber, until it is started. */
  stop(subscriber: string): Promise<void>;
  start(subscriber: string): Promise<void>;
  /** Puts a version of the solution into the folder that hosts start with, and deploys it. */
  deploy(version: number): Promise<void>;
  /** Everything that can be resumed. */
  resumeAll(): Promise<void>;
}

/** What an operator may rightly be told when somebody else was faster. */
const TOO_LATE = new Set(['NOT_FOUND', 'NOT_SUSPENDED', 'NOT_RESUMABLE', 'ALREADY_ENDED']);
const ALL = 100_000;

/** Who deploys receives and sends nothing. */
const nowhere = transportsOf({
  receive: () => ({ run: async () => {} }),
  send: () => ({ send: async () => undefined, close: async () => {} }),
});

/** `box` is the observed one. */
export function createOperators(box: MessageBox, world: World): Operators {
  const { clock, chance, story, ledger } = world;
  const newId = createIds(clock, createRandom(seedFrom(chance, 'operator')));

  async function operate(operation: Operation): Promise<void> {
    story.tell('operator', () => nameOf(operation));
    try {
      await box.commit(await unitOf(operation));
    } catch (thrown) {
      const { code, message } = thrown as { code?: string; message: string };
      story.tell('operator', () => `is refused: ${code} ${message}`);
      if (!TOO_LATE.has(String(code))) ledger.breach('broken', `operating was refused: ${code} ${message}`);
    }
  }

  /** As the admin API does it. */
  async function unitOf(operation: Operation): Promise<Unit> {
    const options = { box, clock, newId };
    if (operation.kind === 'terminate-instance') return breakOffInstance(operation.instance, options);
    if (operation.kind !== 'terminate') return { now: clock.now(), operate: [operation] };
    const all = await box.inspection.deliveries({ limit: ALL }, clock.now());
    return breakOffDelivery(all.find(({ id }) => id === operation.delivery)!, options);
  }

  async function resumable(): Promise<Operation[]> {
    const suspended = await box.inspection.deliveries({ state: 'suspended', limit: ALL }, clock.now());
    const instances = await box.inspection.instances({ status: 'suspended', limit: ALL });
    return [
      ...suspended
        .filter((delivery) => delivery.resumable)
        .map(({ id }): Operation => ({ kind: 'resume', delivery: id })),
      ...instances.map(({ instance }): Operation => ({ kind: 'resume-instance', instance: instance.id })),
    ];
  }

  async function terminable(): Promise<Operation[]> {
    const deliveries = await box.inspection.deliveries({ limit: ALL }, clock.now());
    const instances = await box.inspection.instances({ limit: ALL });
    return [
      ...deliveries
        .filter(({ message, state }) => message !== undefined && state !== 'done' && state !== 'terminated')
        .map(({ id }): Operation => ({ kind: 'terminate', delivery: id })),
      ...instances
        .filter(({ instance }) => !hasEnded(instance))
        .map(({ instance }): Operation => ({ kind: 'terminate-instance', instance: instance.id })),
    ];
  }

  return {
    meddle: async (name) => {
      const random = createRandom(seedFrom(chance, name));
      const found = random() < 0.65 ? await resumable() : await terminable();
      if (found.length > 0) await operate(pick(found, random));
    },
    stop: (subscriber) => operate({ kind: 'stop', subscriber }),
    start: (subscriber) => operate({ kind: 'start', subscriber }),
    deploy: async (version) => {
      world.folder.version = version;
      const deployment = world.scene.deployments(nowhere, world.plan)[version]!;
      const [code] = await deploy(deployment, `operator ${version}`, box, clock).then(
        () => [undefined],
        (thrown: { code: string }) => [thrown.code],
      );
      story.tell('operator', () => `deploys version ${version + 1}${code ? `: ${code}` : ''}`);
      if (code !== undefined && code !== 'DEPLOYMENT_BUSY') ledger.breach('broken', `deploying was refused: ${code}`);
    },
    resumeAll: async () => {
      for (const operation of await resumable()) await operate(operation);
    },
  };
}

const nameOf = ({ kind, ...about }: Operation) => `${kind} ${Object.values(about).join(' ')}`;
