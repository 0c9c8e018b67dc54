/**
 * The whole of Northmoor in a temporary folder: a broker where there is one, the town's systems, and the bus between them, each
 * a process that ends with this one, however that ends.
 */
import { join } from 'node:path';
import { openBroker } from './broker.ts';
import { type Bus, startBus } from './bus.ts';
import { type Listeners, writeEnvironment } from './environment.ts';
import type { Report } from './reports.ts';
import { copySolution } from './solution.ts';
import { type Broker, startTown, type Town } from './town.ts';

export interface Northmoor {
  readonly town: Town;
  /** The bus that runs now. */
  readonly bus: Bus;
  readonly broker: Broker | undefined;
  /** kill -9 of the bus, and a new one over the same MessageBox. */
  restart(): Promise<void>;
  /** Bus, town, broker. Safe twice. */
  stop(): Promise<void>;
}

/** The exit code of a process that was told to stop. */
export const INTERRUPTED = 130;

export interface NorthmoorOptions {
  readonly seed: number;
  readonly reports: readonly Report[];
  readonly listeners: Listeners;
  readonly withoutRabbitMq?: boolean;
  readonly say: (text: string) => void;
}

/** Stops all of it on SIGINT and SIGTERM, too, also while it is starting; the process ends then, with exit code 130. */
export function startNorthmoor(options: NorthmoorOptions): Promise<Northmoor> {
  const starting = open(options);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      process.exitCode = INTERRUPTED;
      void starting
        .then(
          ({ stop }) => stop(),
          () => {},
        )
        .finally(() => process.exit(INTERRUPTED));
    });
  }
  return starting;
}

async function open({
  seed,
  reports,
  listeners,
  withoutRabbitMq: without = false,
  say,
}: NorthmoorOptions): Promise<Northmoor> {
  const opened: (() => Promise<void>)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= closeAll(opened);
    return stopping;
  };
  try {
    const broker = await openBroker({ queue: `mobile.reports.${process.pid}`, without, say });
    if (broker) opened.push(broker.stop);
    const byPhone = reports.filter(({ kind }) => kind === 'known to works').map(({ id }) => id!);
    const town = await startTown({ seed, byPhone, ...(broker ? { broker } : {}) });
    opened.push(town.stop);
    say('The town is up: five legacy systems, the web form and the mobile app, each a process of its own.');
    const environment = writeEnvironment(town, broker, listeners);
    const solution = copySolution(join(town.folder, 'solution'));
    let bus = await startBus(solution, environment);
    opened.push(() => bus.stop());
    const restart = async () => {
      await bus.kill();
      bus = await startBus(solution, environment);
    };
    await town.control('works', { callback: `${bus.http}/works-updates` });
    await town.control('portal', { to: bus.http });
    say(`The bus is up at ${bus.http}.`);
    return {
      town,
      get bus() {
        return bus;
      },
      broker,
      restart,
      stop,
    };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

async function closeAll(opened: readonly (() => Promise<void>)[]): Promise<void> {
  for (const close of opened.toReversed()) await close();
}
