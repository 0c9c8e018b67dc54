/** To which send ports and orchestrations leads what comes in at a receive port: at once, or by way of orchestrations. Pure. */
import type { BoundReceivePort, Deployment } from '../contracts/deployment.ts';
import { BUS, subscriberOf } from '../contracts/properties.ts';
import type { Condition, Subscription } from '../contracts/routing.ts';
import { subscriptionsOf } from './subscriptions.ts';

/** Subscribers by receive port. Where a filter asks for more than types and ports, it is taken to hold. */
export function feedsOf(deployment: Deployment): ReadonlyMap<string, ReadonlySet<string>> {
  const subscriptions = subscriptionsOf(deployment);
  return new Map(deployment.receivePorts.map((port) => [port.name, fedBy(port, subscriptions, deployment)]));
}

function fedBy(port: BoundReceivePort, subscriptions: readonly Subscription[], deployment: Deployment): Set<string> {
  const types = typesOf(port);
  const takes = ({ where }: Subscription) =>
    where.some((group) => group.every((condition) => mayHold(condition, port.name, types)));
  const fed = new Set(subscriptions.filter(takes).map(({ subscriber }) => subscriber));
  for (const subscriber of fed) for (const next of sentBy(subscriber, deployment)) fed.add(next);
  return fed;
}

/** After inbound maps; undefined where any may come in. */
function typesOf({ locations, maps }: BoundReceivePort): Set<string> | undefined {
  if (locations.some(({ expected }) => expected.length === 0)) return undefined;
  return new Set(locations.flatMap(({ expected }) => expected.map((type) => maps.get(type)?.target ?? type)));
}

function mayHold({ property, op, value }: Condition, port: string, types: Set<string> | undefined): boolean {
  if (property === BUS.receivePort) return op !== '=' || value === port;
  if (property === BUS.messageType) return op !== '=' || !types || types.has(String(value));
  return property !== BUS.sendPort && property !== BUS.starts && property !== BUS.responseTo;
}

/** What the orchestration sends to, members of groups too, and the orchestrations that it calls. */
function sentBy(subscriber: string, { orchestrations, sendPortGroups }: Deployment): string[] {
  const bound = orchestrations.find(({ program }) => subscriberOf.orchestration(program.name) === subscriber);
  const names = [...(bound?.ports.values() ?? [])].filter(({ kind }) => kind === 'send').map(({ name }) => name);
  const members = (name: string) => sendPortGroups.find((group) => group.name === name)?.members ?? [name];
  const called = bound?.program.calls.map(({ orchestration }) => subscriberOf.orchestration(orchestration)) ?? [];
  return [...names.flatMap(members).map(subscriberOf.sendPort), ...called];
}
