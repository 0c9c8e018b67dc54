/** G4 and G8 inside: one instance for each delivery that starts one, and nothing of an instance after its end. */
import { tagOf } from './describe.ts';
import type { Books } from './judge.ts';
import { hasEnded } from './ledger.ts';

export function judgeInstances(books: Books): void {
  judgeZombies(books);
  judgeActivations(books);
}

function judgeZombies({ stock, world: { ledger } }: Books): void {
  const ended = new Set(
    stock.instances.filter(({ instance }) => hasEnded(instance)).map(({ instance }) => instance.id),
  );
  for (const { id, instance } of stock.subscriptions) {
    if (instance !== undefined && ended.has(instance)) {
      ledger.breach('zombie', `subscription ${id} of instance ${instance}, which has ended`);
    }
  }
  for (const { id, instance, state } of stock.deliveries) {
    const final = state === 'done' || state === 'terminated' || state === 'suspended';
    if (instance !== undefined && ended.has(instance) && !final) {
      ledger.breach('zombie', `${id} is ${state} for instance ${instance}, which has ended`);
    }
  }
  for (const { instance, timers } of stock.instances) {
    if (hasEnded(instance) && timers.length > 0) ledger.breach('zombie', `a timer of instance ${instance.id}`);
  }
}

/** One delivery to an orchestration starts one instance. */
function judgeActivations({ stock, world: { ledger } }: Books): void {
  const started = Map.groupBy(
    ledger.history.filter(({ name }) => name === 'instance-started'),
    ({ message }) => message,
  );
  for (const { subscription, state, message } of stock.deliveries) {
    if (!subscription?.startsWith('orchestration:') || state !== 'done') continue;
    const count = started.get(message)?.length ?? 0;
    const what = tagOf(stock.messages.get(message!)!);
    if (count === 0) ledger.breach('lost', `${what} was settled by ${subscription} without an instance`);
    if (count > 1) ledger.breach('repeated', `${what} started ${count} instances`);
  }
}
