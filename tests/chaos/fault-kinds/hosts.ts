/** Hosts are killed, frozen, set wrong and restarted. */
import { pause } from '../../town/system.ts';
import type { BusHost } from '../bus-host.ts';
import type { Stage } from '../stage.ts';
import { between, type Fault, type Scene } from './fault.ts';

const HOUR = 3_600_000;
/** Beyond the ten seconds after which another host takes over what only one may run. */
const OWNERSHIP = [12, 16] as const;
/** Beyond the minute after which others take up what a host has in hand. */
const LEASES = [65, 80] as const;

export function hostFaults({ hosts, solution }: Stage): readonly Fault[] {
  const ahead = new Map<BusHost, number>();
  const part = 'hosts';

  async function kill({ chance, say }: Scene): Promise<void> {
    const host = chance.pick(hosts);
    say(`kill -9 of ${host.name}`);
    await host.kill();
    await pause(between(chance, 0, 2));
    await host.start();
  }

  async function killAll({ chance, say }: Scene): Promise<void> {
    say('kill -9 of all hosts');
    await Promise.all(hosts.map(({ kill: killOne }) => killOne()));
    await pause(between(chance, 0, 1));
    await Promise.all(hosts.map(({ start }) => start()));
  }

  async function freeze({ chance, say, long }: Scene): Promise<void> {
    const host = chance.pick(hosts);
    const [from, to] = long && chance.next() < 0.4 ? LEASES : OWNERSHIP;
    const time = between(chance, from, to);
    say(`SIGSTOP of ${host.name} for ${time} ms`);
    host.freeze();
    await pause(time);
    host.thaw();
  }

  /**
   * Hours forward stay: what was put off under a clock that runs ahead is due only when the others get there. Back it goes by seconds
   * only, for the same reason.
   */
  async function shift({ chance, say }: Scene): Promise<void> {
    const host = chance.pick(hosts);
    const before = ahead.get(host) ?? 0;
    const jump = chance.pick([HOUR, 5 * HOUR, 20_000, -3000]);
    say(`the clock of ${host.name} jumps by ${jump / 1000} s`);
    host.shiftClock(before + jump);
    ahead.set(host, before + jump);
    await pause(between(chance, 2, 4));
  }

  async function roll({ chance, say }: Scene): Promise<void> {
    const isNew = chance.next() < 0.5;
    say(`rolling restart${isNew ? ' with a new version' : ''}`);
    if (isNew) solution.change();
    for (const host of hosts) {
      const began = Date.now();
      await host.stop();
      say(`${host.name} has drained after ${Date.now() - began} ms`);
      await host.start();
    }
  }

  const killing: Fault = { name: 'host killed', part, run: kill };
  return [
    killing,
    { name: 'host frozen', part, run: freeze },
    { name: 'hosts restarted', part, run: roll },
    { name: 'clock wrong', part, run: shift },
    hosts.length > 1 ? { name: 'all hosts killed', part, run: killAll } : killing,
  ];
}
