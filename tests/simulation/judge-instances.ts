/** G4 and G8 inside: each step's outputs once, compensations at most once, and nothing of an instance after its end. */
import type { InstanceRecord } from '../../runtime/contracts/inspection.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { tagOf, textOf } from './describe.ts';
import type { Books } from './judge.ts';
import { hasEnded } from './ledger.ts';

export function judgeInstances(books: Books): void {
  judgeZombies(books);
  judgeActivations(books);
  for (const record of books.stock.instances) judgeOutputs(record, books);
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

/** What an instance publishes bears its id: `<instance>/<number of the command>`. */
function judgeOutputs({ instance, history }: InstanceRecord, { stock, world: { ledger } }: Books): void {
  const own = [...ledger.published.values()].filter(({ id }) => id.startsWith(`${instance.id}/`));
  const to = (port: string) => own.filter(({ context }) => context.get(BUS.sendPort)?.value === port);
  const replies = own.filter(({ context }) => context.has(BUS.responseTo));
  const most = (port: string, count: number, limit: number) => {
    if (count > limit) ledger.breach('repeated', `instance ${instance.id} sent ${count} times to ${port}`);
  };
  most('ledger', to('ledger').length, 1);
  most('archive', to('archive').length, 1);
  most('undo', to('undo').length, 1);
  most('its caller', replies.length, 1);
  most('depot', to('depot').length, 1 + (ledger.resumed.get(instance.id) ?? 0));
  if (instance.status !== 'completed') return;
  const least = (port: string, count: number) => {
    if (count === 0) ledger.breach('lost', `instance ${instance.id} has completed and sent nothing to ${port}`);
  };
  least('ledger', to('ledger').length);
  if (instance.program === 'follow-parcel') {
    least('archive', to('archive').length);
    return;
  }
  least('its caller', replies.length);
  const cancelled = to('ledger').some((message) => textOf(message).includes('"cancel"'));
  const activation = stock.messages.get(history.find(({ name }) => name === 'instance-started')?.message ?? '');
  const booked = activation !== undefined && !textOf(activation).includes('"full"');
  const undone = to('undo').length > 0;
  if (undone !== (cancelled && booked)) {
    ledger.breach(undone ? 'repeated' : 'lost', `instance ${instance.id} was ${undone ? 'undone' : 'not undone'}`);
  }
}
