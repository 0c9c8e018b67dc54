/** Operators who resume and terminate whatever they come upon. Their own commits never fail, their timing may be bad. */
import type { MessageBox, Operation } from '../../runtime/contracts/message-box.ts';
import { createRandom, pick, seedFrom } from './chance.ts';
import { hasEnded } from './ledger.ts';
import type { World } from './world.ts';

export interface Operators {
  /** Something at random, named so that it is the same every time. */
  meddle(name: string): Promise<void>;
  /** Nothing more is handed out to the subscriber, until it is started. */
  stop(subscriber: string): Promise<void>;
  start(subscriber: string): Promise<void>;
  /** Everything that can be resumed. */
  resumeAll(): Promise<void>;
}

/** What an operator may rightly be told when somebody else was faster. */
const TOO_LATE = new Set(['NOT_FOUND', 'NOT_SUSPENDED', 'NOT_RESUMABLE', 'ALREADY_ENDED']);
const ALL = 100_000;

/** `box` is the observed one. */
export function createOperators(box: MessageBox, { clock, chance, story, ledger }: World): Operators {
  async function operate(operation: Operation): Promise<void> {
    story.tell('operator', () => nameOf(operation));
    try {
      await box.commit({ now: clock.now(), operate: [operation] });
    } catch (thrown) {
      const { code, message } = thrown as { code?: string; message: string };
      story.tell('operator', () => `is refused: ${code} ${message}`);
      if (!TOO_LATE.has(String(code))) ledger.breach('broken', `operating was refused: ${code} ${message}`);
    }
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
    resumeAll: async () => {
      for (const operation of await resumable()) await operate(operation);
    },
  };
}

const nameOf = ({ kind, ...about }: Operation) => `${kind} ${Object.values(about).join(' ')}`;
