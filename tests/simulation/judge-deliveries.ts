/** G3, G4, G7: whatever was settled as sent has reached its system, and everything reached it under one key. */
import { BUS } from '../../runtime/contracts/properties.ts';
import { tagOf } from './describe.ts';
import type { Books } from './judge.ts';

const PREFIX = 'send:';

export function judgeDeliveries(books: Books): void {
  judgeSent(books);
  judgeKeys(books);
}

/** How a send port said that it was done with a message. */
const ENDS = ['message-sent', 'send-moved', 'request-refused'];

function judgeSent({ stock, farEnds, world: { ledger } }: Books): void {
  const accepted = new Set(farEnds.accepted.map(({ system, key }) => `${system} ${key}`));
  const ends = Map.groupBy(
    ledger.history.filter(({ name }) => ENDS.includes(name)),
    ({ message, port }) => `${port} ${message}`,
  );
  for (const { id, state, subscriber, message: messageId } of stock.deliveries) {
    if (state !== 'done' || !subscriber.startsWith(PREFIX)) continue;
    const port = subscriber.slice(PREFIX.length);
    const message = stock.messages.get(messageId!)!;
    const key = String(message.context.get(BUS.idempotencyKey)?.value ?? `${messageId}@${port}`);
    const told = ends.get(`${port} ${messageId}`) ?? [];
    const what = `${tagOf(message)} (${id}) for ${port}`;
    if (told.length > 1) ledger.breach('repeated', `${what} was ended ${told.length} times`);
    const how = told[0]?.name;
    if (how === undefined) ledger.breach('lost', `${what} is done, and nothing tells how`);
    if (how === 'message-sent' && !accepted.has(`${port} ${key}`))
      ledger.breach('lost', `${what} is done, not accepted`);
    if (how === 'send-moved' && !isMoved(key)) ledger.breach('lost', `${what} was moved to nowhere`);
  }

  function isMoved(key: string): boolean {
    return [...ledger.published.values()].some(({ context }) => context.get(BUS.idempotencyKey)?.value === key);
  }
}

/** Primary and backup are one to whoever waits for the goods. */
const FAMILY: Readonly<Record<string, string>> = { spare: 'alpha' };

function judgeKeys({ farEnds, stock, world: { ledger, scene } }: Books): void {
  const asked = askedAnew(stock, ledger.resumed);
  const keys = new Map<string, Set<string>>();
  for (const { system, tag, key } of farEnds.accepted) {
    const goods = `${FAMILY[system] ?? system} ${tag}`;
    keys.set(goods, (keys.get(goods) ?? new Set()).add(key));
  }
  for (const [goods, found] of keys) {
    const [system, tag] = goods.split(' ') as [string, string];
    const allowed = 1 + (scene.asked.has(system) ? (asked.get(tag) ?? 0) : 0);
    if (found.size > allowed) ledger.breach('doubled', `${goods} was accepted under ${[...found].join(' and ')}`);
  }
}

/** An instance that failed to be answered asks anew, under a new key, each time an operator resumes it. */
function askedAnew(stock: Books['stock'], resumed: ReadonlyMap<string, number>): Map<string, number> {
  const found = new Map<string, number>();
  for (const { instance, history } of stock.instances) {
    const activation = history.find(({ name }) => name === 'instance-started')?.message;
    const message = activation === undefined ? undefined : stock.messages.get(activation);
    if (!message) continue;
    const tag = tagOf(message);
    found.set(tag, (found.get(tag) ?? 0) + (resumed.get(instance.id) ?? 0));
  }
  return found;
}
