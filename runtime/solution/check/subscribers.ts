/** Checks that each message type that comes in has some subscriber: an orchestration or a filter. */
import type { Finding } from '../../contracts/finding.ts';
import { BUS } from '../../contracts/properties.ts';
import type { Condition, Predicate } from '../../contracts/routing.ts';
import { finding } from '../../errors/finding.ts';
import { bindingsOf } from '../bindings.ts';
import { type Flows, mapsOf, meant } from '../flows.ts';
import type { Model } from '../model.ts';
import { at } from '../plain.ts';
import type { WrittenReceivePort, WrittenSendPort } from '../ports.ts';
import { contractOf } from '../served.ts';

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
    const known = (type: string, also: Readonly<Record<string, string>> = {}) =>
      taken.includes(type) || filters.some((filter) => mayTake(filter, { type, receivePort: port.name, also }));
    const operated = operationsOf(model, port);
    const unheard = operated.filter(({ type, property, name }) => !known(type, { [property]: name }));
    return [
      ...types
        .filter((type) => !operated.some((each) => each.type === type) && !known(type))
        .map((type) => nobody(type, port)),
      ...unheard.map(({ name, location }) =>
        finding('OPERATION_UNHANDLED', location.options.locate(['openapi']), { name }, { severity: 'warning' }),
      ),
    ];
  });
}

/** The operations of the contracts that a port serves, with the message types that it publishes for them. */
function operationsOf(model: Model, port: WrittenReceivePort) {
  const maps = mapsOf(model, port);
  return port.locations.flatMap((location) => {
    const contract = contractOf(model, location);
    return (contract?.operations ?? [])
      .filter(({ request }) => model.schemas.find(request))
      .map(({ name, request }) => {
        const type = maps.get(request)?.target ?? request;
        return { name, type, property: contract!.property, location };
      });
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

/** A message that may come in: its type, its port, and what else is known of it. */
interface Arriving {
  readonly type: string;
  readonly receivePort: string;
  readonly also: Readonly<Record<string, string>>;
}

/** A filter with a fault may take whatever it mentions, and anything where it names a type that nothing has. */
function mayTake({ port, predicate, findings }: PortFilter, arriving: Arriving): boolean {
  if (findings.length === 0) return predicate.some((group) => group.every((each) => allows(each, arriving)));
  if (findings.some(({ code }) => code === 'SUBSCRIPTION_UNSATISFIABLE')) return true;
  const text = String(at(port.options.value, ['filter']));
  return text.includes(arriving.type) || !text.includes(BUS.messageType);
}

function allows({ property, op, value }: Condition, { type, receivePort, also }: Arriving): boolean {
  const told = property === BUS.messageType ? type : also[property];
  if (told !== undefined) return op === '=' ? value === told : op !== '!=' || value !== told;
  return property !== BUS.receivePort || op !== '=' || value === receivePort;
}
