/** The whole bus, simulated: two thousand seeds keep every rule, and bugs of every kind are found and told in few words. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { faultsAt } from './faults.ts';
import { type Item, type Plan, PROCESSES, planOf } from './plan.ts';
import { planted } from './planted.ts';
import type { Summary } from './run-seeds.ts';
import { shrink } from './shrink.ts';
import { type Outcome, type RunOptions, simulate } from './simulate.ts';

interface Ended {
  readonly code: number | string;
  readonly summary: Summary;
  readonly told: string;
}

/** `npm run simulate`, in a process of its own. */
function run(...options: string[]): Promise<Ended> {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...options], { maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, summary: JSON.parse(stdout || '{}') as Summary, told: stderr });
    });
  });
}

const failures = (told: string) =>
  told
    .split('\n')
    .filter((line) => !/^\d+ seeds, 0 failed$/.test(line))
    .join('\n');

describe('seeds', () => {
  test('two thousand seeds keep every rule', async () => {
    const { told, summary, code } = await run('--seeds', '2000');
    expect(failures(told)).toBe('');
    expect({ code, ...summary }).toMatchObject({ code: 0, seeds: 2000, failed: [], lost: 0, doubled: 0 });
    // It is no use that nothing was broken where nothing was tried.
    for (const figure of ['receipts', 'instances', 'sends', 'suspended', 'terminated', 'faults', 'crashes']) {
      expect([figure, Number(summary[figure]) > 500]).toEqual([figure, true]);
    }
  }, 600_000);

  test('so does a bus on SQLite', async () => {
    const { told, summary, code } = await run('--seeds', '12', '--from', '9001', '--store', 'sqlite');
    expect(failures(told)).toBe('');
    expect({ code, ...summary }).toMatchObject({ code: 0, seeds: 12, failed: [], lost: 0, doubled: 0 });
  }, 300_000);

  test('a seed decides everything that happens', async () => {
    const [once, again] = [await simulate(planOf(21), { story: true }), await simulate(planOf(21), { story: true })];
    expect(once.story.length).toBeGreaterThan(50);
    expect(again.story).toEqual(once.story);
  });
});

const at = (seconds: number, item: object) => ({ name: `at ${seconds}`, at: seconds * 1000, ...item }) as Item;
const arrival = (location: string, body: object, key?: string) => {
  const bodies = [JSON.stringify(body)];
  return { kind: 'arrival', location, bodies, insists: true, host: 0, ...(key === undefined ? {} : { key }) };
};

/** Something of everything. */
const small: Plan = {
  seed: 1,
  hosts: 1,
  horizon: 6000,
  resumesAll: false,
  onFailure: 'stop',
  scene: 'post',
  late: 'park',
  items: [
    at(1.0, arrival('in/door', { id: 'A', kind: 'both' })),
    at(1.1, arrival('in/hatch', { id: 'B', kind: 'tracked' }, 'file B')),
    at(1.2, arrival('counter/desk', { id: 'C', kind: 'order' })),
    at(1.3, arrival('counter/desk', { id: 'D', kind: 'full' })),
    at(1.4, arrival('nightly/folder', { id: 'E', kind: 'letter' })),
    at(1.5, arrival('in/door', { id: 'F', kind: 'step', chain: 'red' })),
    at(1.6, arrival('in/door', { id: 'G', kind: 'step', chain: 'red' })),
    at(2.5, arrival('news/wire', { number: 'R-C', note: 'cancel' }, 'news C')),
  ],
};

const slip = (port: string, id: string, key: string, kind = 'slip') => arrival(`${port}`, { id, key, kind });

/** The same of orchestrations, under a version that another follows meanwhile, and a clock that jumps. */
const smallProcesses: Plan = {
  ...small,
  scene: 'processes',
  late: 'new',
  horizon: 16_000,
  items: [
    at(1.0, slip('slips/tray', 'Ax1', 'A')),
    at(1.01, slip('slips/tray', 'Ax2', 'A')),
    at(1.1, slip('payments/tray', 'Bx1', 'B', 'payments')),
    at(1.1, slip('orders/tray', 'Bx2', 'B', 'orders')),
    at(1.2, slip('desk/window', 'C', 'C', 'case')),
    at(1.3, slip('desk/window', 'D', 'D', 'full')),
    at(1.5, { kind: 'deploy', version: 1 }),
    at(2.0, slip('slips/tray', 'Ax3', 'A')),
    at(2.1, slip('slips/tray', 'Ax4', 'A')),
    at(3.0, { kind: 'clerk', text: 'yes' }),
    at(4.0, { kind: 'jump', ms: 3000 }),
    at(5.0, { kind: 'jump', ms: -5000 }),
    at(6.0, arrival('news/wire', { id: 'Cx1', key: 'C', text: 'cancel' }, 'news C')),
  ],
};

describe.each([
  [1, 'the post', small],
  [2, 'the post', small],
  [1, 'orchestrations', smallProcesses],
])('every single place, with %d hosts, of %s', (hosts, _, whole) => {
  const plan = { ...whole, hosts };

  /** The rules that a run broke, with what broke them; nothing where it kept them. */
  async function brokenBy(options: RunOptions): Promise<string[]> {
    const { breaches } = await simulate(plan, options);
    return breaches.map(({ rule, text }) => `${rule}: ${text}`);
  }

  test.each(['commit', 'take', 'send'] as const)('a fault of each kind at each %s harms nothing', async (wanted) => {
    const { places, breaches } = await simulate(plan, { faults: new Map() });
    expect(breaches).toEqual([]);
    const sites = places.filter(({ place }) => place === wanted).map(({ site }) => site);
    expect(sites.length).toBeGreaterThan(8);
    const broken: Record<string, string[]> = {};
    for (const site of sites) {
      for (const fault of faultsAt(wanted)) {
        const found = await brokenBy({ faults: new Map([[site, fault]]) });
        if (found.length > 0) broken[`${fault.kind} at ${site}`] = found;
      }
    }
    expect(broken).toEqual({});
  });
});

describe('found once', () => {
  /** A house full of what was handed over, found full by a poll, and then nobody to knock. */
  test('a port whose only place was taken when it was looked at is looked at again', async () => {
    const items = [at(0.795, arrival('in/hatch', { id: 'A', kind: 'crate', weight: 50 }, 'file A'))];
    const faults = new Map([['beta is sent A #1', { kind: 'hangs', ms: 0 }]]);
    const { breaches, faults: struck, figures } = await simulate({ ...small, items }, { faults });
    expect([breaches, struck.size, figures['sends']]).toEqual([[], 1, 1]);
  });
});

describe('planted bugs', () => {
  /** Few enough to call it a handful. */
  const MOST_SEEDS = 60;

  async function firstFailing(bug: (typeof planted)[number]): Promise<[number, Outcome] | undefined> {
    const step = bug.orchestrated ? PROCESSES : 1;
    for (let seed = step; seed <= MOST_SEEDS * step; seed += step) {
      const outcome = await simulate(planOf(seed), { bug: bug.plant });
      const breaches = outcome.breaches.filter(({ rule }) => bug.breaks.includes(rule));
      if (breaches.length > 0) return [seed, { ...outcome, breaches }];
    }
    return undefined;
  }

  test.each(planted)('$name: found, and told in few words', async (bug) => {
    const found = await firstFailing(bug);
    expect(found).toBeDefined();
    const [seed, outcome] = found!;
    const { plan, faults, outcome: shortest } = await shrink(planOf(seed), outcome, { bug: bug.plant });
    expect(shortest.breaches.map(({ rule }) => rule)).toContain(outcome.breaches[0]!.rule);
    expect(plan.items.length + faults.size).toBeLessThanOrEqual(10);
    expect(shortest.story.length).toBeLessThan(100);
  });

  test('a failing seed is told by the command, which then fails', async () => {
    const { code, summary, told } = await run('--from', '1', '--seeds', '2', '--bug', 'keys of receipts');
    expect([code, summary.failed]).toEqual([1, [1, 2]]);
    expect(told).toMatch(/Seed 1 broke \d+ rules:\n {2}duplicate: /);
    expect(told).toMatch(/What happened then:\n {3}1 {4}0\.000s host-1\.1 {2}starts\n/);
    expect(told).toContain('npm run simulate -- --seed 1 --store memory --bug "the keys of receipts are forgotten"');
  });
});
