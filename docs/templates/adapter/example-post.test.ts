/** What every adapter of the bus promises, asked of this one: npm run test:extensions */
import { randomUUID } from 'node:crypto';
import { type AdapterHarness, adapterContract } from 'guildhall/testing';
import { startFarEnd } from './far-end.ts';
import { adapters } from './index.ts';

const [adapter] = adapters;

async function createHarness(): Promise<AdapterHarness> {
  const farEnd = await startFarEnd();
  const { breakLink, healLink, stall } = farEnd;
  return {
    adapter: adapter!,
    contentType: 'application/json',
    receive: {
      config: { url: farEnd.url, poll: '10ms', timeout: '2s' },
      arrive: async (bytes) => void farEnd.waiting.set(randomUUID(), bytes),
      left: async () => farEnd.waiting.size,
      breakLink,
      healLink,
    },
    send: {
      config: { url: farEnd.url, timeout: '2s' },
      taken: async () => [...farEnd.taken.values()],
      recognisesRepeats: true,
      breakLink,
      healLink,
      stall,
    },
    dispose: async () => {
      await healLink();
      await breakLink();
    },
  };
}

adapterContract(adapter!, createHarness);
