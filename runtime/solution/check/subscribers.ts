/** Checks that each message type that comes in has some subscriber: an orchestration or a filter. */
import type { Finding } from '../../contracts/finding.ts';
import { BUS } from '../../contracts/properties.ts';
import type { Condition, Predicate } from '../../contracts/routing.ts';
import { finding } from '../../errors/finding.ts';
import { bindingsOf } from '../bindings.ts';
import { type Flows, meant } from '../flows.ts';
import type { Model } from '../model.ts';
import { at } from '../plain.ts';
import type { WrittenReceivePort, WrittenSendPort } from '../ports.ts';

export interface PortFilter {
  readonly port: WrittenSendPort;
  readonly predicate: Predicate;
  /** What is wrong with the filter itself. */
  readonly findings: readonly Finding[];
}

/** Where something is not known for sure, a subscriber is assumed: these are only warnings. */
export function checkSubscribers(model: Model, flows: Flows, filters: readonly PortFilter[]): Finding[] {
  if (!flows.complete) return [];
  return model.ports.allReceive.flatMap((port) => {
    const taken = [...takenBy(model, port), ...takenUnbound(model)];
    const types = (flows.published.get(port.name) ?? []).filter((type) => model.schemas.find(type));
    return types
      .filter((type) => !taken.includes(type) && !filters.some((filter) => mayTake(filter, type, port.name)))
      .map((type) => nobody(type, port));
  });
}

function nobody(type: string, { name, options }: WrittenReceivePort): Finding {
  const values = { type, port: name };
  return finding('NOBODY_SUBSCRIBES', options.locate([], 'key'), values, { severity: 'warning' });
}

function takenBy(model: Model, port: WrittenReceivePort): string[] {
  return bindingsOf(model.loaded).flatMap(({ orchestration, bindings }) => {
    const known = model.orchestrations.find(({ name }) => name === orchestration);
    const logical = bindings.filter(({ physical }) => physical === port.name).map((binding) => binding.logical);
    return logical.flatMap((name) => known?.ports.get(name)?.receives ?? []).map((type) => meant(model, type));
  });
}

/** By ports of orchestrations that are not bound, which is told already: each may be meant for this one. */
function takenUnbound(model: Model): string[] {
  const bound = bindingsOf(model.loaded);
  return model.orchestrations.flatMap(({ name, ports }) => {
    const own = bound.filter(({ orchestration }) => orchestration === name).flatMap(({ bindings }) => bindings);
    const unbound = [...ports].filter(([port]) => !own.some(({ logical }) => logical === port));
    return unbound.flatMap(([, { receives }]) => receives).map((type) => meant(model, type));
  });
}

/** A filter with a fault may take whatever it mentions, and anything where it names a type that nothing has. */
function mayTake({ port, predicate, findings }: PortFilter, type: string, receivePort: string): boolean {
  if (findings.length === 0) return predicate.some((group) => group.every((each) => allows(each, type, receivePort)));
  if (findings.some(({ code }) => code === 'SUBSCRIPTION_UNSATISFIABLE')) return true;
  const text = String(at(port.options.value, ['filter']));
  return text.includes(type) || !text.includes(BUS.messageType);
}

function allows({ property, op, value }: Condition, type: string, receivePort: string): boolean {
  if (property === BUS.messageType) return op === '=' ? value === type : op !== '!=' || value !== type;
  return property !== BUS.receivePort || op !== '=' || value === receivePort;
}
