/** Several hosts over one MessageBox in this process, each with a freezer of its own, on one simulated clock. */
import { createSimulatedClock, type SimulatedClock } from '../../../runtime/clock/simulated.ts';
import type { MessageBox } from '../../../runtime/contracts/message-box.ts';
import { openMemory } from '../../../runtime/message-box/memory.ts';
import { createFreezer, type Freezer } from './freezer.ts';
import { type Files, type SmallBus, startSmallBus } from './small-bus.ts';
import { createStub } from './stub-adapter.ts';

export interface OneOfSeveral extends SmallBus {
  readonly freezer: Freezer;
}

export interface SeveralHosts {
  readonly box: MessageBox;
  readonly clock: SimulatedClock;
  start(name: string, files: Files, more?: { readonly deploy?: boolean }): Promise<OneOfSeveral>;
  /** The documents that all hosts together have sent to the port. */
  sent<T>(port: string): T[];
  stop(): Promise<void>;
}

export function severalHosts(): SeveralHosts {
  const box = openMemory();
  const clock = createSimulatedClock(Date.UTC(2026, 5, 1, 8));
  const running: OneOfSeveral[] = [];
  return {
    box,
    clock,
    async start(name, files, more = {}) {
      const freezer = createFreezer(clock, box);
      const given = {
        waits: true,
        box,
        clock,
        stub: createStub(),
        name,
        hostBox: freezer.box,
        hostClock: freezer.clock,
        ...more,
      };
      const host = { ...(await startSmallBus(files, given)), freezer };
      running.push(host);
      return host;
    },
    sent: (port) => running.flatMap(({ stub }) => stub.taken(port).map(({ text }) => JSON.parse(text))),
    async stop() {
      for (const { freezer } of running) freezer.thaw();
      for (const bus of running) await bus.stop();
      await box.close();
    },
  };
}
