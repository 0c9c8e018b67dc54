/** Units, deliveries and messages in a few words, for stories; and the name by which a fault finds a commit. */
import type { Message } from '../../runtime/contracts/message.ts';
import type { Delivery, Receipt, Unit } from '../../runtime/contracts/message-box.ts';
import type { Ledger } from './ledger.ts';

/** Whose commit it is: stable from run to run. */
export function subjectOf(unit: Unit, ledger: Ledger): string {
  const lease = unit.settle?.[0]?.lease;
  if (lease !== undefined) return `${ledger.subscriberOf(lease) ?? 'unknown'}`;
  if (unit.deploy) return 'deploy';
  if (unit.operate) return 'operate';
  const [first] = [...(unit.publish ?? []), ...(unit.suspend ?? [])];
  return first ? `receive ${tagOf(first.message)}` : 'other';
}

export function describeUnit(unit: Unit, receipt: Receipt, ledger: Ledger): string {
  const settle = (unit.settle ?? []).map(({ lease, as }) => `${ledger.subscriberOf(lease)} ${lease} ${as}`);
  const instances = (unit.instances ?? []).map(({ id, revision, status }) => {
    return `instance ${id.slice(-6)} is ${status} (revision ${revision})`;
  });
  const publish = (unit.publish ?? []).map(({ message }, index) => {
    const { duplicateOf, subscriptions } = receipt.routed[index]!;
    if (duplicateOf !== undefined) return `${nameOf(message)} is a duplicate of ${duplicateOf.slice(-6)}`;
    return `${nameOf(message)} to ${subscriptions.join(', ') || 'nobody'}`;
  });
  const suspend = (unit.suspend ?? []).map(({ message, code }) => `${nameOf(message)} suspended: ${code}`);
  const operate = (unit.operate ?? []).map(({ kind }) => kind);
  const deploy = unit.deploy ? ['the solution'] : [];
  return [...deploy, ...settle, ...instances, ...publish, ...suspend, ...operate].join('; ');
}

export function shortDelivery({ lease, attempt, work, instance }: Delivery): string {
  const what = work.kind === 'message' ? nameOf(work.message) : work.kind === 'timer' ? 'a timer' : work.signal;
  return `${lease} ${what}${instance ? ` for instance ${instance.id.slice(-6)}` : ''} (attempt ${attempt})`;
}

const nameOf = (message: Message) => `${message.type ?? 'raw'} ${tagOf(message)} [${message.id.slice(-6)}]`;

export const textOf = ({ parts: [body] }: Message): string => Buffer.from(body.bytes!).toString('utf8');

/** What the sender called it, whatever it was turned into: `P-3` of a parcel and of its receipt `R-P-3`. */
export function tagOf(message: Message): string {
  return tagIn(textOf(message));
}

export function tagIn(text: string): string {
  return /"(?:id|number)":\s*"(?:R-)?([^"]*)"/.exec(text)?.[1] ?? 'unnamed';
}
