/** The timer adapter is held to its options; tests/adapters/timer shows what it does. */
import { timer } from '../../../adapters/timer/adapter.ts';
import type { AdapterContractOptions, AdapterHarness } from '../../../runtime/testing/adapter-contract.ts';

export const options: AdapterContractOptions = { makesItsOwn: true };

export async function createHarness(): Promise<AdapterHarness> {
  return { adapter: timer, contentType: 'application/json', dispose: async () => {} };
}
