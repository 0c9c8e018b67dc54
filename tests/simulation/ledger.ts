/**
 * What truly happened, seen right at the store, whatever the hosts were told of it. What no commit may ever do is noted as
 * a breach the moment it is done; the rest is judged from these books when the run has ended.
 */
import type { TrackingEvent } from '../../runtime/contracts/events.ts';
import type { Message } from '../../runtime/contracts/message.ts';
import type { Delivery, Operation, Receipt, Settlement, Unit } from '../../runtime/contracts/message-box.ts';
import type { Instance } from '../../runtime/contracts/orchestration.ts';
import type { Owned } from '../../runtime/contracts/ownership.ts';
import { subscriberOf } from '../../runtime/contracts/properties.ts';
import { createOpenConvoys } from './open-convoys.ts';

/** G1 to G8 as in the guarantees; `stuck`: it never came to an end. */
export type Rule =
  | 'lost'
  | 'doubled'
  | 'repeated'
  | 'duplicate'
  | 'zombie'
  | 'lease'
  | 'stuck'
  | 'misrouted'
  | 'changed'
  | 'disordered'
  | 'unexplained'
  | 'broken';

export interface Breach {
  readonly rule: Rule;
  readonly text: string;
}

export interface Ledger {
  readonly breaches: readonly Breach[];
  breach(rule: Rule, text: string): void;
  /** A host was given a delivery. */
  granted(who: string, delivery: Delivery): void;
  /** A host was given names. */
  owns(who: string, names: readonly Owned[]): void;
  /** A unit is about to be written: what it allows may be seen before its answer. */
  asked(unit: Unit): void;
  /** What the store writes now; its reactions follow. */
  writing: Unit | undefined;
  /** A unit was written after `to`, which is yet to be told, as what follows from it. */
  reacted(who: string, to: Unit, reaction: { delivery: Delivery; unit: Unit; receipt: Receipt }): void;
  /** A unit was written, and after it what reacted to it. */
  committed(who: string, unit: Unit, receipt: Receipt): void;
  /** The subscriber of a delivery, by its lease. */
  subscriberOf(lease: string): string | undefined;
  readonly published: ReadonlyMap<string, Message>;
  /** Of those published, what was only to be kept where nobody waits for it. */
  readonly kept: ReadonlySet<string>;
  readonly history: readonly TrackingEvent[];
  readonly instances: ReadonlyMap<string, Instance>;
  /** What operators ended. */
  readonly terminated: ReadonlySet<string>;
  /** How often operators resumed an instance. */
  readonly resumed: ReadonlyMap<string, number>;
  readonly commits: number;
  /** The commit, counted, in which a message was published. */
  readonly publishedIn: ReadonlyMap<string, number>;
  /** ... and in which the convoy of an instance was closed. */
  readonly closedIn: ReadonlyMap<string, number>;
}

interface Grant {
  readonly who: string;
  readonly delivery: string;
  readonly subscriber: string;
}

interface Written {
  readonly who: string;
  readonly unit: Unit;
  readonly receipt: Receipt;
}

/** The location that runs on one host only. */
const EXCLUSIVE = subscriberOf.receiveLocation('nightly', 'folder');

export function createLedger(): Ledger {
  const breaches: Breach[] = [];
  const grants = new Map<string, Grant>();
  const latest = new Map<string, string>();
  const done = new Set<string>();
  const fences = new Map<string, number>();
  const stopped = new Set<string>();
  const owners = new Map<string, string>();
  const published = new Map<string, Message>();
  const publishedIn = new Map<string, number>();
  const kept = new Set<string>();
  const history: TrackingEvent[] = [];
  const instances = new Map<string, Instance>();
  const terminated = new Set<string>();
  const resumed = new Map<string, number>();
  /** Of commits that are still to be told, in the order in which they were written. */
  const reactions = new Map<Unit, Written[]>();
  let commits = 0;

  const breach = (rule: Rule, text: string) => void breaches.push({ rule, text });
  const convoys = createOpenConvoys((text) => breach('repeated', text));

  function granted(who: string, delivery: Delivery): void {
    const { id, lease, subscriber, instance } = delivery;
    if (done.has(id)) breach('repeated', `${who} was given ${id} of ${subscriber}, which was settled before`);
    if (terminated.has(id)) breach('zombie', `${who} was given ${id} of ${subscriber}, which an operator had ended`);
    if (instance && hasEnded(instances.get(instance.id) ?? instance)) {
      breach('zombie', `${who} was given ${id} for instance ${instance.id}, which has ended`);
    }
    if (stopped.has(subscriber)) breach('zombie', `${who} was given ${id} of ${subscriber}, which is stopped`);
    grants.set(lease, { who, delivery: id, subscriber });
    latest.set(id, lease);
  }

  /** Whoever has been overtaken by another owner writes nothing more. */
  function owned(who: string, { name, fence }: Owned): void {
    const highest = fences.get(name) ?? 0;
    if (fence < highest) breach('lease', `${who} wrote as owner ${fence} of ${name}, after owner ${highest}`);
    fences.set(name, Math.max(fence, highest));
  }

  /** What one host at a time may receive came from the one that may. */
  function received(who: string, { name, port }: TrackingEvent): void {
    const owner = owners.get(EXCLUSIVE);
    if (name !== 'message-received' || port !== 'nightly' || owner === who) return;
    breach('lease', `${who} received at ${EXCLUSIVE}, which ${owner ?? 'nobody'} owns`);
  }

  function settled(who: string, { lease, as }: Settlement): void {
    const grant = grants.get(lease);
    if (!grant) {
      breach('lease', `${who} settled under ${lease}, which nobody was given`);
      return;
    }
    const { delivery } = grant;
    if (grant.who !== who) breach('lease', `${who} settled ${delivery} under the lease of ${grant.who}`);
    if (latest.get(delivery) !== lease) breach('lease', `${who} settled ${delivery} under a lease that was taken over`);
    if (done.has(delivery)) breach('repeated', `${who} settled ${delivery} a second time`);
    if (as === 'done') done.add(delivery);
  }

  function advanced(who: string, instance: Instance): void {
    const before = instances.get(instance.id);
    if (before && hasEnded(before)) breach('zombie', `${who} took instance ${instance.id} further after its end`);
    const next = (before?.revision ?? 0) + 1;
    if (instance.revision !== next) {
      breach('repeated', `${who} took instance ${instance.id} to revision ${instance.revision} a second time`);
    }
    instances.set(instance.id, instance);
    convoys.changed(instance, commits);
  }

  function operated(operation: Operation): void {
    if (operation.kind === 'terminate') terminated.add(operation.delivery);
    if (operation.kind === 'resume-instance') {
      resumed.set(operation.instance, (resumed.get(operation.instance) ?? 0) + 1);
    }
    if (operation.kind === 'stop') stopped.add(operation.subscriber);
    if (operation.kind === 'terminate-instance') {
      terminated.add(operation.instance);
      const found = instances.get(operation.instance);
      if (found) advanced('operator', { ...found, status: 'terminated', revision: found.revision + 1 });
    }
  }

  function written({ who, unit, receipt: { routed } }: Written): void {
    commits += 1;
    for (const each of unit.owned ?? []) owned(who, each);
    for (const settlement of unit.settle ?? []) settled(who, settlement);
    for (const instance of unit.instances ?? []) advanced(who, instance);
    for (const [index, { message, unrouted }] of (unit.publish ?? []).entries()) {
      const { duplicateOf, subscriptions } = routed[index]!;
      if (duplicateOf !== undefined || (subscriptions.length === 0 && unrouted === 'discard')) continue;
      if (published.has(message.id)) breach('repeated', `${who} published ${message.id} a second time`);
      published.set(message.id, message);
      publishedIn.set(message.id, commits);
      if (subscriptions.length === 0 && unrouted === 'keep') kept.add(message.id);
    }
    for (const event of unit.track ?? []) received(who, event);
    history.push(...(unit.track ?? []));
    for (const operation of unit.operate ?? []) operated(operation);
  }

  return {
    breaches,
    breach,
    writing: undefined,
    granted,
    published,
    publishedIn,
    closedIn: convoys.closedIn,
    kept,
    history,
    instances,
    terminated,
    resumed,
    get commits() {
      return commits;
    },
    subscriberOf: (lease) => grants.get(lease)?.subscriber,
    asked: ({ operate = [] }) => {
      for (const operation of operate) if (operation.kind === 'start') stopped.delete(operation.subscriber);
    },
    owns: (who, names) => {
      for (const { name } of names) owners.set(name, who);
    },
    reacted: (who, to, { delivery, unit, receipt }) => {
      granted(who, delivery);
      reactions.set(to, [...(reactions.get(to) ?? []), { who, unit, receipt }]);
    },
    committed: (who, unit, receipt) => {
      for (const each of [{ who, unit, receipt }, ...(reactions.get(unit) ?? [])]) written(each);
      reactions.delete(unit);
    },
  };
}

export const hasEnded = ({ status }: Pick<Instance, 'status'>): boolean =>
  status === 'completed' || status === 'terminated';
