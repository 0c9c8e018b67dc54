/** Gives the reports to the portal and the mobile app, takes the works system down meanwhile, and waits until all is settled. */
import type { Counts } from '../../runtime/contracts/inspection.ts';
import type { BusAccount } from './account.ts';
import type { Bus } from './bus.ts';
import { kinds, type Report } from './reports.ts';
import { pause } from './system.ts';
import type { Town } from './town.ts';

export interface Progress {
  readonly kept: number;
  readonly expected: number;
  /** Deliveries and processes under way, answers and updates still to come. */
  readonly open: number;
}

const PORTS = ['street-reports', 'litter-surveys'];
const LINES = 40;
const DOWN = 3000;
const PATIENCE = 50_000;

export async function sendReports(town: Town, reports: readonly Report[]): Promise<void> {
  const through = (wanted: Report['channel']) => reports.filter(({ channel }) => channel === wanted);
  const forms = through('portal').map(({ key, path, contentType, body, followUp }) => {
    const next = followUp && { key: `${key} again`, contentType, ...followUp };
    return { key, path, contentType, body, ...(next ? { followUp: next } : {}) };
  });
  await town.control('council-tax', { drop: LINES });
  await town.control('portal', { forms });
  await pause(500);
  await town.control('works', { downFor: DOWN });
  await town.control('mobile', { reports: through('mobile').map(({ key, body }) => ({ key, body })) });
}

/** Resolves when nothing is under way any more, or when patience is at its end. */
export async function settled(town: Town, bus: Bus, show: (progress: Progress) => void): Promise<BusAccount> {
  const expected = Object.values(kinds).reduce((sum, count) => sum + count, 0) - kinds.duplicate - kinds.rejected;
  const until = performance.now() + PATIENCE;
  let quiet = 0;
  for (;;) {
    const account = await ask(bus);
    const open = await underWay(town, account.counts);
    show({ kept: account.kept, expected, open });
    quiet = open === 0 && account.kept >= expected ? quiet + 1 : 0;
    if (quiet === 2 || performance.now() > until) return account;
    await pause(400);
  }
}

async function ask({ admin }: Bus): Promise<BusAccount> {
  const counts = await admin.get<Counts>('/status');
  let kept = 0;
  for (const port of PORTS) {
    const { messages } = await admin.get<{ messages: readonly unknown[] }>('/messages', { port, limit: 1000 });
    kept += messages.length;
  }
  return { counts, kept };
}

async function underWay(town: Town, { deliveries, instances }: Counts): Promise<number> {
  const { portal, works, 'council-tax': tax } = await town.account();
  const moving = deliveries.filter(({ state }) => state === 'ready' || state === 'leased' || state === 'waiting');
  const running = instances.filter(({ status }) => status === 'running' || status === 'waiting');
  const count = [...moving, ...running].reduce((sum, { count: more }) => sum + more, 0);
  const updates = works.enquiries.filter(({ calls, cancelled, updates: told }) => calls > 0 && !cancelled && told < 2);
  return count + portal.open + updates.length + (tax.dropped.length - tax.acknowledged.length);
}
