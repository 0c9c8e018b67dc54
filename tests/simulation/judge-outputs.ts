/** G4: what the orchestrations of the post put out, each step's outputs once, compensations at most once. */
import type { InstanceRecord } from '../../runtime/contracts/inspection.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { textOf } from './describe.ts';
import type { Books } from './judge.ts';

export function judgeOutputs(books: Books): void {
  for (const record of books.stock.instances) judgeInstance(record, books);
}

/** What an instance publishes bears its id: `<instance>/<number of the command>`. */
function judgeInstance({ instance, history }: InstanceRecord, { stock, world: { ledger } }: Books): void {
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
