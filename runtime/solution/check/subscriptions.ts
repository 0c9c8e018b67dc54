/**
 * Checks that every subscription can be satisfied by some message of the solution, and that every message type that comes
 * in has some subscriber. Works on types, promoted properties and enumerated values, not on the values of a running bus.
 */
import type { Finding } from '../../contracts/finding.ts';
import { ACK, BUS, ERROR_REPORT, ERROR_TYPE } from '../../contracts/properties.ts';
import type { Condition, Predicate } from '../../contracts/routing.ts';
import { finding } from '../../errors/finding.ts';
import { suggestName } from '../../errors/suggest-name.ts';
import { filterOf } from '../filters.ts';
import type { Flows } from '../flows.ts';
import { application } from '../kinds/application.ts';
import { party } from '../kinds/party.ts';
import { lost } from '../load.ts';
import type { Model } from '../model.ts';
import { at } from '../plain.ts';
import type { WrittenSendPort } from '../ports.ts';
import { operationProperties } from '../served.ts';
import { partyNames } from './parties.ts';
import { checkSubscribers } from './subscribers.ts';

export function checkSubscriptions(model: Model, flows: Flows): Finding[] {
  const ports = [...model.ports.allSend, ...model.ports.allGroups];
  const filters = ports.map((port) => {
    const { predicate, findings } = filterOf(model, port);
    return { port, predicate, findings: [...findings, ...unsatisfiable(model, flows, port, predicate)] };
  });
  return [...filters.flatMap(({ findings }) => findings), ...checkSubscribers(model, flows, filters)];
}

/** One finding for each thing that cannot be, wherever it is repeated in the alternatives of the filter. */
function unsatisfiable(model: Model, flows: Flows, port: WrittenSendPort, predicate: Predicate): Finding[] {
  const told = new Map<string, Finding>();
  for (const group of predicate) {
    const problem = problemOf(model, flows, group);
    if (!problem || told.has(problem.reason)) continue;
    const offset = offsetOf(String(at(port.options.value, ['filter'])), problem.condition);
    const place = port.options.locate(['filter'], 'value', offset);
    const { reason, known, suggestion } = problem;
    const meant = known
      ? { unknown: { name: String(problem.condition.value), known } }
      : suggestion
        ? { suggestion }
        : {};
    told.set(reason, finding('SUBSCRIPTION_UNSATISFIABLE', place, { reason }, meant));
  }
  return [...told.values()];
}

interface Problem {
  readonly condition: Condition;
  readonly reason: string;
  readonly known?: readonly string[];
  readonly suggestion?: string | undefined;
}

type Group = readonly Condition[];

function problemOf(model: Model, flows: Flows, group: Group): Problem | undefined {
  return (
    first(group, (condition) => unknownValue(model, flows, condition)) ??
    first(group, (condition) => unpromoted(model, flows, group, condition))
  );
}

function first(group: Group, check: (condition: Condition) => Problem | undefined): Problem | undefined {
  for (const condition of group) {
    const problem = check(condition);
    if (problem) return problem;
  }
  return undefined;
}

/** A value that nothing in the solution has: a message type, a port, a transport, a value outside the enumeration. */
function unknownValue(model: Model, flows: Flows, condition: Condition): Problem | undefined {
  const { property, op, value } = condition;
  if (op !== '=' || typeof value !== 'string') return undefined;
  const known = knownValues(model, flows, property);
  if (!known || known.includes(value)) return undefined;
  return { condition, reason: reasonAgainst(model, property, value), known };
}

const SEND_PORTS = new Set<string>([ERROR_REPORT.sendPort, ACK.sendPort, ACK.via]);

function knownValues(model: Model, flows: Flows, property: string): readonly string[] | undefined {
  const { receive, send, groups } = model.ports;
  if (property === BUS.messageType) return flows.complete ? [...flows.produced] : model.schemas.types;
  if (lost(model.loaded, application) && isOfBus(property)) return undefined;
  if (property === BUS.receivePort) return [...receive.keys(), ...send.keys()];
  if (property === BUS.sendPort) return [...send.keys(), ...groups.keys()];
  if (SEND_PORTS.has(property)) return [...send.keys()];
  if (property === ACK.type) return ['ACK', 'NACK'];
  if (property === ERROR_REPORT.receivePort) return [...receive.keys()];
  if (property === ERROR_REPORT.errorType) return Object.values(ERROR_TYPE);
  if (property === BUS.receiveLocation)
    return model.ports.allReceive.flatMap((port) => port.locations.map(({ name }) => name));
  if (property === BUS.party) return lost(model.loaded, party) ? undefined : partyNames(model);
  if (property === BUS.transport) return [...model.adapters.keys()];
  const operations = operationProperties(model).get(property);
  if (operations) return operations;
  const type = model.schemas.properties.get(property);
  return type?.kind === 'string' ? type.values : undefined;
}

function reasonAgainst(model: Model, property: string, value: string): string {
  if (property !== BUS.messageType) return `${property} is never "${value}"`;
  if (!model.schemas.find(value)) return `there is no message type "${value}"`;
  return `no location, orchestration or answer produces a message of type "${value}"`;
}

/** A property that the types in question do not promote. */
function unpromoted(model: Model, flows: Flows, group: Group, condition: Condition): Problem | undefined {
  const { property } = condition;
  if (isOfBus(property) || operationProperties(model).has(property)) return undefined;
  if (isOfReport(property)) return unreported(model, group, condition);
  if (isOfAck(property))
    return acknowledges(model)
      ? undefined
      : { condition, reason: 'no send port has `acknowledge: true`', suggestion: 'acknowledge: true' };
  const types = typesOf(group) ?? (flows.complete ? [...flows.produced] : model.schemas.types);
  if (types.length === 0 || types.some((type) => promotes(model, type, property))) return undefined;
  const subject = typesOf(group) ? `the message type ${types.join(' or ')}` : 'no message type that is ever published';
  const carrier = model.schemas.types.find((type) => promotes(model, type, property));
  const suggestion = carrier
    ? `${BUS.messageType} == "${carrier}"`
    : suggestName(property, [...new Set(types.flatMap((type) => model.promoted.get(type) ?? []))]);
  return {
    condition,
    reason: `${subject} ${typesOf(group) ? 'does not promote' : 'promotes'} ${property}`,
    suggestion,
  };
}

/** Reports are of what a port gives up, or of what has not come in. */
function unreported(model: Model, group: Group, condition: Condition): Problem | undefined {
  const asked = group.find(({ property, op }) => property === ERROR_REPORT.errorType && op === '=')?.value;
  const failed = asked !== ERROR_TYPE.overdue && routesFailed(model);
  const overdue = asked !== ERROR_TYPE.failed && expectsArrivals(model);
  if (failed || overdue) return undefined;
  const reasons = {
    [ERROR_TYPE.failed]: 'no port has `failedMessages: route`',
    [ERROR_TYPE.overdue]: 'no location has `expect`',
  };
  const either = 'no port has `failedMessages: route`, and no location `expect`';
  return { condition, reason: reasons[asked as keyof typeof reasons] ?? either };
}

/** The types that the group names; undefined where it takes any. */
function typesOf(group: Group): string[] | undefined {
  const named = group.filter(({ property, op }) => property === BUS.messageType && op === '=');
  return named.length > 0 ? named.map(({ value }) => String(value)) : undefined;
}

const promotes = (model: Model, type: string, property: string) => model.promoted.get(type)?.includes(property) ?? true;

const isOfBus = (property: string) => Object.values(BUS).some((name) => name === property);

const isOfReport = (property: string) => Object.values(ERROR_REPORT).some((name) => name === property);

const isOfAck = (property: string) => Object.values(ACK).some((name) => name === property);

const acknowledges = ({ ports }: Model) =>
  ports.allSend.some(({ options }) => at(options.value, ['acknowledge']) === true);

const routesFailed = ({ ports }: Model) =>
  [...ports.allReceive, ...ports.allSend].some(({ options }) => at(options.value, ['failedMessages']) === 'route');

const expectsArrivals = ({ ports }: Model) =>
  ports.allReceive.some(({ locations }) =>
    locations.some(({ options }) => at(options.value, ['expect']) !== undefined),
  );

/** Where the value stands in the filter as it is written; else the property. */
function offsetOf(text: string, { property, value }: Condition): number {
  const forms = typeof value === 'string' ? [`"${value}"`, `'${value}'`] : value === undefined ? [] : [String(value)];
  const offsets = [...forms, property].map((form) => text.indexOf(form)).filter((offset) => offset >= 0);
  return offsets[0] ?? 0;
}
