/** Judges the books of a run that has come to rest, guarantee by guarantee. */
import type { FarEnds } from './far-ends.ts';
import { judgeCallers } from './judge-callers.ts';
import { judgeDeliveries } from './judge-deliveries.ts';
import { judgeInstances } from './judge-instances.ts';
import { judgeOrder } from './judge-order.ts';
import { judgeReceipts } from './judge-receipts.ts';
import type { Plan } from './plan.ts';
import type { Figures } from './simulate.ts';
import type { Sources } from './sources.ts';
import type { Stock } from './stock.ts';
import type { World } from './world.ts';

export interface Books {
  readonly plan: Plan;
  readonly world: World;
  readonly farEnds: FarEnds;
  readonly sources: Sources;
  readonly stock: Stock;
  readonly rested: boolean;
}

export function judge(books: Books): Figures {
  if (!books.rested) judgeUnrest(books);
  else if (books.plan.resumesAll) judgeResumed(books);
  judgeReceipts(books);
  judgeDeliveries(books);
  judgeInstances(books);
  books.world.scene.judge(books);
  judgeCallers(books);
  judgeOrder(books);
  return figuresOf(books);
}

/** Nothing may wait for ever. */
function judgeUnrest({ world: { ledger, scene }, stock, sources }: Books): void {
  for (const { id, subscriber, state, dueAt } of stock.open) {
    ledger.breach('stuck', `${id} of ${subscriber} is still ${state}, due at ${dueAt}`);
  }
  for (const record of stock.running.filter((each) => !scene.mayWait(each)))
    ledger.breach('stuck', `instance ${record.instance.id} is still ${record.instance.status}`);
  for (const name of sources.offering) ledger.breach('stuck', `${name} was never acknowledged`);
  ledger.breach('stuck', 'the bus did not come to rest');
}

/** With every far end well again, whatever failed for their sake has gone on once operators resumed it. */
function judgeResumed({ world: { ledger }, stock }: Books): void {
  for (const { id, subscriber, state, code } of stock.deliveries) {
    const failed = subscriber.startsWith('send:') && (state === 'suspended' || code === 'ORDER_STOPPED');
    if (failed) ledger.breach('stuck', `${id} of ${subscriber} was resumed and is ${state} again: ${code}`);
  }
  for (const { instance } of stock.instances) {
    if (instance.status !== 'suspended') continue;
    ledger.breach('stuck', `instance ${instance.id} was resumed and is suspended again: ${instance.failure?.reason}`);
  }
}

function figuresOf({ world: { ledger, faults, clock }, farEnds, sources, stock }: Books): Figures {
  const inState = (wanted: string) => stock.deliveries.filter(({ state }) => state === wanted).length;
  const about = (rule: string) => ledger.breaches.filter((breach) => breach.rule === rule).length;
  const crashes = [...faults.struck.values()].filter(({ kind }) => kind.startsWith('crash')).length;
  return {
    receipts: sources.acknowledged.length,
    messages: stock.messages.size,
    commits: ledger.commits,
    done: inState('done'),
    suspended: inState('suspended'),
    terminated: inState('terminated'),
    instances: stock.instances.length,
    sends: farEnds.accepted.length,
    faults: faults.struck.size,
    crashes,
    lost: about('lost'),
    doubled: about('doubled') + about('repeated') + about('duplicate'),
    breaches: ledger.breaches.length,
    simulatedSeconds: Math.round(clock.uptime() / 1000),
  };
}
