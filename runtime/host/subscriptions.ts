/** The standing subscriptions: of a deployment its send ports, their groups and activating receives, of a host the answers for its callers. */
import type { BoundOrchestration, BoundSendPort, BoundSendPortGroup, Deployment } from '../contracts/deployment.ts';
import type { Activation } from '../contracts/orchestration.ts';
import { BUS, subscriberOf } from '../contracts/properties.ts';
import type { Condition, Predicate, Subscription } from '../contracts/routing.ts';

export function subscriptionsOf(deployment: Deployment): Subscription[] {
  return [
    ...deployment.sendPorts.map(ofSendPort),
    ...deployment.sendPortGroups.flatMap((group) => ofGroup(group, deployment)),
    ...deployment.orchestrations.flatMap(ofOrchestration),
  ];
}

/** Answers on their way to callers who wait at the host. */
export function responsesTo(host: string): Subscription {
  const subscriber = subscriberOf.responses(host);
  return { id: subscriber, subscriber, where: [[equal(BUS.responseHost, host)]] };
}

/** Belongs to a host, not to a deployment. */
export const isResponses = ({ id }: Subscription) => id.startsWith(subscriberOf.responses(''));

/** What is addressed to the port by name, and what its filter takes. */
function ofSendPort(port: BoundSendPort): Subscription {
  const subscriber = subscriberOf.sendPort(port.name);
  const where = [[equal(BUS.sendPort, port.name)], ...port.filter];
  return { id: subscriber, subscriber, where, ...(port.order ? { order: port.order } : {}) };
}

/** One for each member, so that each has a delivery of its own, and its own order. */
function ofGroup(group: BoundSendPortGroup, { sendPorts }: Deployment): Subscription[] {
  const where = [[equal(BUS.sendPort, group.name)], ...group.filter];
  return group.members.flatMap((member) => {
    const port = sendPorts.find(({ name }) => name === member);
    if (!port) return [];
    const subscriber = subscriberOf.sendPort(member);
    return [{ id: `group:${group.name}/${member}`, subscriber, where, ...(port.order ? { order: port.order } : {}) }];
  });
}

function ofOrchestration(bound: BoundOrchestration): Subscription[] {
  const subscriber = subscriberOf.orchestration(bound.program.name);
  return bound.program.activations.map((activation, index) => ({
    id: activationId(bound, index),
    subscriber,
    where: activationPredicate(bound, activation),
    ...(activation.convoy ? { convoy: activation.convoy } : {}),
  }));
}

function activationPredicate(bound: BoundOrchestration, activation: Activation): Predicate {
  const physical = bound.ports.get(activation.port)!;
  const ofType = equal(BUS.messageType, activation.messageType);
  const started = [equal(BUS.starts, bound.program.name), ofType];
  const received = [equal(BUS.receivePort, physical.name), ofType];
  const bases = physical.kind === 'called' ? [started] : [received, started];
  return bases.flatMap((base) => activation.where?.map((group) => [...base, ...group]) ?? [base]);
}

const activationId = (bound: BoundOrchestration, index: number) =>
  `${subscriberOf.orchestration(bound.program.name)}#${index}`;

/** The activation that a subscription id stands for. */
export function activationOf(bound: BoundOrchestration, subscription: string | undefined): Activation | undefined {
  return bound.program.activations.find((_, index) => activationId(bound, index) === subscription);
}

export const equal = (property: string, value: Condition['value'] & {}): Condition => ({ property, op: '=', value });
