/** The bus as processes, under load and under fire for a short while, on each store: `npm run chaos` does it for as long as told. */
import { type ChaosOptions, runChaos } from './run-chaos.ts';

/** Seeds under which store and hosts are hit early. */
const runs: readonly Pick<ChaosOptions, 'store' | 'hosts' | 'seed'>[] = [
  { store: 'sqlite', hosts: 1, seed: 24 },
  { store: 'postgres', hosts: 2, seed: 196 },
];

test.each(runs)(
  '$hosts host(s) on $store: nothing that was accepted is lost, nothing is doubled',
  async (run) => {
    const told: string[] = [];
    const result = await runChaos({ ...run, minutes: 1.5, rate: 8, tell: (line) => told.push(line) });
    expect({
      told: result.breaches.length > 0 ? told.join('\n') : '',
      lost: result.lost,
      doubled: result.doubled,
    }).toEqual({
      told: '',
      lost: 0,
      doubled: 0,
    });
    expect(result.accepted).toBeGreaterThan(100);
    expect(result.delivered + result.suspended).toBe(result.accepted);
    expect(result.kills).toBeGreaterThan(0);
  },
  600_000,
);
