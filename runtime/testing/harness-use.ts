/** One harness for one case: made, used, disposed of, and its adapter's events compared with the catalog. */
import type { AdapterContext } from '../contracts/adapter.ts';
import { events } from '../events/catalog.ts';
import { testAdapterContext } from './adapter-context.ts';
import type { AdapterHarness } from './adapter-harness.ts';

export interface HarnessUse {
  readonly harness: AdapterHarness;
  readonly context: AdapterContext;
  body(n: number, size?: number): Uint8Array;
}

export async function useHarness(
  createHarness: () => Promise<AdapterHarness>,
  work: (use: HarnessUse) => Promise<void>,
): Promise<void> {
  const harness = await createHarness();
  const emitted: string[] = [];
  const context = testAdapterContext({ ...harness.context, emit: ({ name }) => emitted.push(name) });
  try {
    await work({ harness, context, body: harness.body ?? jsonBody });
  } finally {
    await harness.dispose();
  }
  expect(emitted.filter((name) => !(name in events))).toEqual([]);
}

function jsonBody(n: number, size = 0): Uint8Array {
  return Buffer.from(JSON.stringify({ number: n, text: 'Schöne Grüße, £5', padding: 'x'.repeat(size) }));
}
