/** A run: the stage is set, load and trouble go on for their time, then all is well, runs dry, and is judged. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { arrivedIn } from './arrivals.ts';
import { untilDry } from './dry.ts';
import type { Breach, Evidence } from './evidence.ts';
import { type BusAccount, busAccount } from './gather.ts';
import { judge, type Verdict } from './judge.ts';
import { startLoad } from './load.ts';
import { leftInQueue } from './queue.ts';
import { openSent, type Sent } from './sent.ts';
import { type Stage, type StoreName, setStage } from './stage.ts';
import { historyOf, leftOver, openAfter, subscribers } from './store-after.ts';
import { taxReceipts } from './tax-receipts.ts';
import { makeTrouble, type Trouble } from './trouble.ts';

export interface ChaosOptions {
  readonly store: StoreName;
  readonly hosts: number;
  readonly minutes: number;
  readonly seed: number;
  /** Reports in a second. */
  readonly rate: number;
  /** One line of progress. */
  tell(line: string): void;
}

export interface ChaosResult extends Omit<Verdict, 'breaches'> {
  readonly seed: number;
  readonly store: StoreName;
  readonly hosts: number;
  readonly seconds: number;
  readonly kills: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly breaches: readonly Breach[];
  /** Only where something failed: logs, journals, evidence.json and, for SQLite, the store. */
  readonly folder?: string;
}

/** Beyond the minute and the timeout after which what a dead host had in hand is taken up. */
const DRY = 240_000;
const SHOWN = 12;

export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { store, hosts, seed, minutes, rate } = options;
  const began = performance.now();
  const say = (text: string) => {
    options.tell(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)}s seed ${seed}: ${text}`);
  };
  say(`setting the stage: ${hosts} host(s) on ${store}`);
  const stage = await setStage(store, hosts, seed);
  let failed = true;
  try {
    const sent = openSent();
    const load = startLoad(stage, seed, rate, sent);
    say('under load');
    const trouble = await makeTrouble(stage, sent, { seed, time: minutes * 60_000, say });
    load.close();
    say('faults are over; running dry');
    const underWay = await untilDry(stage, load, sent, DRY);
    say(underWay.length === 0 ? 'dry' : `not dry: ${underWay.join('; ')}`);
    await load.end();
    const verdict = await conclude(stage, sent, trouble, underWay, say);
    failed = verdict.breaches.length > 0;
    const { faults } = trouble;
    const kills = sum(Object.entries(faults).flatMap(([name, count]) => (name.endsWith('killed') ? [count] : [])));
    const seconds = Math.round((performance.now() - began) / 1000);
    return { seed, store, hosts, seconds, ...verdict, kills, faults, ...(failed ? { folder: stage.folder } : {}) };
  } finally {
    await stage.stop(failed);
  }
}

async function conclude(
  stage: Stage,
  sent: Sent,
  trouble: Trouble,
  underWay: readonly string[],
  say: (text: string) => void,
): Promise<Verdict> {
  const account = await busAccount(stage.hosts[0]!.admin);
  for (const host of stage.hosts) await host.stop();
  // What hosts had not acknowledged when they stopped is back.
  const left = await leftInQueue(stage);
  const box = await openAfter(stage.store);
  try {
    const seen = [
      ...trouble.breaches,
      ...sent.strangeAnswers.map((text): Breach => ({ rule: 'answered otherwise', text })),
    ];
    const inQueue = left === 0 ? [] : [`${left} messages in the queue`];
    const notDry = [...underWay, ...inQueue, ...(await leftOver(box))];
    const evidence = evidenceOf(stage, sent, account, {
      subscriptions: await subscribers(box),
      seen,
      underWay: notDry,
    });
    writeFileSync(join(stage.folder, 'evidence.json'), JSON.stringify(evidence, undefined, 1));
    const verdict = judge(evidence);
    for (const { rule, text } of verdict.breaches) say(`BREACH ${rule}: ${text}`);
    const tags = new Set(verdict.breaches.flatMap(({ tag }) => (tag === undefined ? [] : [tag])));
    for (const tag of [...tags].slice(0, SHOWN)) say([`history of ${tag}`, ...(await historyOf(box, tag))].join('\n'));
    return verdict;
  } finally {
    await box.close();
  }
}

function evidenceOf(
  { town }: Stage,
  sent: Sent,
  account: BusAccount,
  rest: Pick<Evidence, 'subscriptions' | 'seen' | 'underWay'>,
): Evidence {
  const receipts = [...sent.all.values(), ...taxReceipts(town)];
  return { receipts, ...arrivedIn(town), ...account, ...rest };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
