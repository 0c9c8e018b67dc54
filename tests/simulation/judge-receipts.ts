/** G1, G2, G3, G5: what was acknowledged is on record once, as it came, and went to everyone whom it concerns. */
import type { DeliveryRecord } from '../../runtime/contracts/inspection.ts';
import type { Message } from '../../runtime/contracts/message.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { tagOf, textOf } from './describe.ts';
import type { Books } from './judge.ts';

export function judgeReceipts(books: Books): void {
  judgeAcknowledged(books);
  judgeDuplicates(books);
  const deliveries = Map.groupBy(books.stock.deliveries, ({ message }) => message);
  const { history, published } = books.world.ledger;
  for (const { name, message, port } of history) {
    // What was recognised as a duplicate is told of, too, but was never kept.
    if (name === 'message-received' && published.has(message!))
      judgeRouting(message!, port!, deliveries.get(message!) ?? [], books);
  }
  judgeSuspended(books);
  judgePublished(books);
}

/** Acknowledged means on record, with the bytes as received. */
function judgeAcknowledged({ sources, stock, world: { ledger } }: Books): void {
  for (const { item, told } of sources.acknowledged) {
    for (const [index, { messageId, outcome }] of told.entries()) {
      const message = stock.messages.get(messageId);
      if (!message) ledger.breach('lost', `${item.name} was told ${outcome} ${messageId}, which is not on record`);
      else if (textOf(message) !== item.bodies[index]) {
        ledger.breach('changed', `${item.name} sent ${item.bodies[index]}, on record is ${textOf(message)}`);
      }
    }
  }
}

/** One receipt, however often it is offered, has one message. */
function judgeDuplicates({ sources, world: { ledger } }: Books): void {
  const seen = new Map<string, string>();
  const accepted = new Set<string>();
  for (const { item, told } of sources.acknowledged) {
    for (const [index, { messageId, outcome }] of told.entries()) {
      const receipt = `${item.location} ${item.key ?? ''} ${item.bodies[index]}`;
      const before = seen.get(receipt) ?? messageId;
      seen.set(receipt, before);
      if (before !== messageId) ledger.breach('duplicate', `${receipt} became ${before} and ${messageId}`);
      if (outcome !== 'accepted') continue;
      if (accepted.has(receipt)) ledger.breach('duplicate', `${receipt} was accepted twice`);
      accepted.add(receipt);
    }
  }
}

/** One delivery for each subscription that the message was meant for, and none for another. */
function judgeRouting(id: string, port: string, deliveries: readonly DeliveryRecord[], books: Books): void {
  const { ledger, scene } = books.world;
  const message = books.stock.messages.get(id);
  if (!message) {
    ledger.breach('lost', `${id} was received and is not on record`);
    return;
  }
  const tag = tagOf(message);
  const expected = scene.expected(port, kindOf(message));
  for (const subscription of expected ?? []) {
    const count = deliveries.filter((delivery) => delivery.subscription === subscription).length;
    if (count === 0) ledger.breach('lost', `${tag} was not delivered for ${subscription}`);
    if (count > 1) ledger.breach('repeated', `${tag} was delivered ${count} times for ${subscription}`);
  }
  const strange = expected && deliveries.find((delivery) => isStrange(delivery, expected));
  if (strange) ledger.breach('misrouted', `${tag} went to ${strange.subscriber}`);
  if (deliveries.length === 0) ledger.breach('lost', `${tag} was received and has no delivery`);
}

/** Instances are reached by correlation; a location keeps what it could not prepare, the bus what nobody took. */
function isStrange({ subscription, instance, subscriber }: DeliveryRecord, expected: readonly string[]): boolean {
  if (instance !== undefined || subscriber === 'unrouted' || subscriber.startsWith('receive:')) return false;
  return !expected.includes(subscription ?? subscriber);
}

function kindOf(message: Message): { kind: string; weight?: number } {
  return { kind: '', ...(JSON.parse(textOf(message)) as { kind?: string; weight?: number }) };
}

/** Nothing is parked without a reason, and nothing ended but by an operator. */
function judgeSuspended({ stock, world: { ledger } }: Books): void {
  for (const { id, state, code, reason, subscriber } of stock.deliveries) {
    if (state === 'suspended' && (!code || !reason)) ledger.breach('unexplained', `${id} of ${subscriber}`);
    if (state === 'terminated' && !ledger.terminated.has(id)) {
      ledger.breach('lost', `${id} of ${subscriber} is terminated, and no operator did it`);
    }
  }
}

/** No message that was published is without a place. */
function judgePublished({ stock, world: { ledger } }: Books): void {
  const deliveries = Map.groupBy(stock.deliveries, ({ message }) => message);
  for (const [id, message] of ledger.published) {
    const own = deliveries.get(id) ?? [];
    if (!stock.messages.has(id)) ledger.breach('lost', `${tagOf(message)} ${id} was published and is not on record`);
    else if (own.length === 0 && !ledger.kept.has(id)) ledger.breach('lost', `${tagOf(message)} ${id} has no delivery`);
    const port = message.context.get(BUS.sendPort);
    if (!port?.promoted) continue;
    const count = own.filter(({ subscription }) => subscription === `send:${port.value}`).length;
    if (count !== 1) ledger.breach('misrouted', `${tagOf(message)} for ${port.value} has ${count} deliveries there`);
  }
}
