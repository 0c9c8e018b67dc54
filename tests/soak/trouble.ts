/** What goes wrong on a normal day: links break, servers restart, a share is gone, a table is locked. The bus itself is left alone. */
import { renameSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type Chance, chanceOf } from '../town/random.ts';
import { pause } from '../town/system.ts';
import type { Stage } from './stage.ts';

export interface TroubleOptions {
  readonly seed: number;
  /** Date.now() at which it ends. */
  readonly until: number;
  say(text: string): void;
}

interface Fault {
  readonly name: string;
  begin(): unknown;
  end(): unknown;
}

/** Milliseconds that a fault lasts, and that lie between two. */
const LASTS = { from: 500, to: 5000 };
const BETWEEN = { from: 500, to: 4000 };

/** How often each fault was there. */
export async function makeTrouble(stage: Stage, options: TroubleOptions): Promise<Readonly<Record<string, number>>> {
  const chance = chanceOf(options.seed);
  const counts: Record<string, number> = {};
  for (let deck: Fault[] = []; Date.now() < options.until; ) {
    await pause(within(chance, BETWEEN));
    if (deck.length === 0) deck = chance.shuffle(faultsOf(stage));
    const fault = deck.pop()!;
    const time = within(chance, LASTS);
    options.say(`${fault.name} for ${time} ms`);
    counts[fault.name] = (counts[fault.name] ?? 0) + 1;
    await fault.begin();
    await pause(time);
    await fault.end();
  }
  return counts;
}

const within = (chance: Chance, { from, to }: typeof LASTS) => Math.round(from + chance.next() * (to - from));

function faultsOf({ links, servers, drop, database }: Stage): Fault[] {
  const broken = Object.entries(links).flatMap(([name, link]): Fault[] => [
    { name: `${name} cut off`, begin: link.cut, end: link.heal },
    { name: `${name} half open`, begin: link.stall, end: link.heal },
    { name: `${name} slow`, begin: () => link.delay(300), end: link.heal },
  ]);
  const killed = Object.entries(servers).map(([name, server]): Fault => {
    return { name: `${name} killed`, begin: server.kill, end: server.restart };
  });
  let locking: DatabaseSync | undefined;
  return [
    ...broken,
    ...killed,
    {
      name: 'share gone',
      begin: () => renameSync(drop, `${drop}-gone`),
      end: () => renameSync(`${drop}-gone`, drop),
    },
    {
      name: 'table locked',
      begin: async () => {
        locking = new DatabaseSync(database, { timeout: 0 });
        while (!locks(locking)) await pause(5);
      },
      end: () => {
        locking?.exec('ROLLBACK');
        locking?.close();
      },
    },
  ];
}

/** Whether nobody else had it locked. */
function locks(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN IMMEDIATE');
    return true;
  } catch {
    return false; // Busy: the bus is at it.
  }
}
