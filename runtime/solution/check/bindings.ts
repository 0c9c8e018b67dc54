/** Checks bindings: every port of every orchestration is bound, to a port that exists, in the right direction, for its types. */
import type { Finding } from '../../contracts/finding.ts';
import type { LogicalPort } from '../../contracts/orchestration.ts';
import { finding } from '../../errors/finding.ts';
import { nearest } from '../../errors/nearest.ts';
import { bindingsOf, CALLED, type WrittenBinding, type WrittenBindings } from '../bindings.ts';
import type { Flows } from '../flows.ts';
import { application } from '../kinds/application.ts';
import { lost } from '../load.ts';
import type { KnownOrchestration, Model } from '../model.ts';
import { at, textsOf } from '../plain.ts';
import { suggestPort } from './suggest-port.ts';

export function checkBindings(model: Model, flows: Flows): Finding[] {
  const written = bindingsOf(model.loaded);
  return [
    ...model.orchestrations.flatMap((each) => unbound(model, flows, each, written)),
    ...written.flatMap((bindings) => boundTwice(model, bindings, written)),
    ...written.flatMap((bindings) => checkOne(model, flows, bindings)),
  ];
}

function unbound(
  model: Model,
  flows: Flows,
  { name, file, ports }: KnownOrchestration,
  written: readonly WrittenBindings[],
): Finding[] {
  if (written.some(({ orchestration }) => orchestration === name)) return [];
  if (lost(model.loaded, application)) return [];
  const likely = [...ports].map(
    ([port, logical]) => `${port}: ${suggestPort(model, flows, port, logical) ?? '<port>'}`,
  );
  const suggestion = `${name}: { ${likely.join(', ')} }`;
  const values = { orchestration: name, ports: [...ports.keys()].map((port) => `${port}: <port>`).join(', ') };
  return [finding('UNBOUND_ORCHESTRATION', file.source.locate(['orchestration']), values, { suggestion })];
}

/** Suggests an orchestration that nothing binds yet, or else to put both together. */
function boundTwice(model: Model, bindings: WrittenBindings, written: readonly WrittenBindings[]): Finding[] {
  const first = written.find(({ orchestration }) => orchestration === bindings.orchestration)!;
  if (first === bindings) return [];
  const place = `${first.at.file}:${first.at.line}:${first.at.column}`;
  const values = { what: 'binding of', name: bindings.orchestration, first: place };
  const bound = written.map(({ orchestration }) => orchestration);
  const unbound = model.orchestrations.find(({ name }) => !bound.includes(name))?.name;
  const suggestion = unbound ?? `all ports in the binding at ${place}`;
  return [finding('DUPLICATE_NAME', bindings.at, values, { suggestion })];
}

function checkOne(model: Model, flows: Flows, written: WrittenBindings): Finding[] {
  const { orchestration: name, bindings } = written;
  const known = model.orchestrations.map((each) => each.name);
  const orchestration = model.orchestrations.find((each) => each.name === name);
  const unknown = { unknown: { name: written.written, known } };
  const misnamed = finding('UNKNOWN_ORCHESTRATION', written.at, { name: written.written }, unknown);
  if (!orchestration) return [misnamed];
  return [
    ...(name === written.written ? [] : [misnamed]),
    ...(lost(model.loaded, application) ? [] : unboundPorts(model, flows, orchestration, written)),
    ...bindings.flatMap((binding) => unknownLogical(orchestration, binding)),
    ...bindings.flatMap((binding) => checkBinding(model, flows, orchestration, binding)),
  ];
}

/** Told at the bindings, or at the step that uses the port where its name seems misspelt there. */
function unboundPorts(
  model: Model,
  flows: Flows,
  orchestration: KnownOrchestration,
  written: WrittenBindings,
): Finding[] {
  const { name, file, ports, uses } = orchestration;
  const { bindings, at: place } = written;
  const bound = bindings.map(({ logical }) => logical);
  const misspelt = bindings
    .filter((binding) => !ports.has(binding.logical) && !isCertain(binding))
    .map(({ logical }) => nearest(logical, ports.keys()));
  const missing = [...ports.keys()].filter((port) => !bound.includes(port) && !misspelt.includes(port));
  return missing.map((port) => {
    const meant = nearest(port, bound);
    const use = meant && uses.find((each) => each.port === port);
    const like = suggestPort(model, flows, port, ports.get(port)!);
    const suggestion = meant ?? (like && `${port}: ${like}`);
    const at = use ? file.source.locate(use.path) : place;
    return finding('UNBOUND_PORT', at, { port, orchestration: name }, suggestion ? { suggestion } : {});
  });
}

/** Named as the physical port is: then not the binding is misspelt, but the step. */
const isCertain = ({ logical, physical }: WrittenBinding) => logical === physical;

function unknownLogical({ name, file, ports }: KnownOrchestration, binding: WrittenBinding): Finding[] {
  const { logical, logicalAt } = binding;
  const known = [...ports.keys()];
  if (ports.has(logical) || !file.whole || (isCertain(binding) && nearest(logical, known))) return [];
  const values = { orchestration: name, name: logical, known: known.join(', ') || 'none' };
  return [finding('UNKNOWN_LOGICAL_PORT', logicalAt, values, { unknown: { name: logical, known } })];
}

interface Bound {
  readonly model: Model;
  readonly flows: Flows;
  readonly logical: LogicalPort;
  readonly binding: WrittenBinding;
  readonly orchestration: string;
}

function checkBinding(model: Model, flows: Flows, of: KnownOrchestration, binding: WrittenBinding): Finding[] {
  const { physical: name, physicalAt } = binding;
  const { receive, send, groups } = model.ports;
  const all = [...receive.keys(), ...send.keys(), ...groups.keys()];
  if (name === CALLED && !all.includes(name)) return toCalled(of, binding);
  if (!all.includes(name)) {
    if (lost(model.loaded, application)) return [];
    return [finding('UNKNOWN_PORT', physicalAt, { what: 'port', name }, { unknown: { name, known: all } })];
  }
  const logical = of.ports.get(binding.logical);
  if (!logical) return [];
  const bound = { model, flows, logical, binding, orchestration: of.name };
  if (groups.has(name)) return toGroup(bound);
  return receive.has(name) ? toReceivePort(bound) : toSendPort(bound);
}

/** Several would answer a request or tell of a delivery, and one answer counts. */
function toGroup(bound: Bound): Finding[] {
  const { binding, logical, orchestration } = bound;
  if (logical.receives.length === 0 && !logical.notified) return [];
  const [use, wanted] = logical.requests
    ? ['makes requests', 'two-way send']
    : logical.receives.length > 0
      ? ['waits for messages', 'receive']
      : ['waits for one delivery', 'send'];
  const values = { port: binding.logical, orchestration, use, physical: binding.physical, wanted };
  return [finding('PORT_IS_GROUP', binding.physicalAt, values)];
}

/** Nothing comes in there later on, and nobody but a caller is answered. */
function toCalled({ name, ports, program }: KnownOrchestration, binding: WrittenBinding): Finding[] {
  const logical = ports.get(binding.logical);
  if (!logical || !program) return [];
  const starts = program.activations.some(({ port }) => port === binding.logical);
  if (starts && !logical.requests) return [];
  const values = { port: binding.logical, orchestration: name, use: 'is not where it starts', physical: CALLED };
  return [finding('PORT_DIRECTION', binding.physicalAt, { ...values, kind: 'called', wanted: 'receive or send' })];
}

function toReceivePort(bound: Bound): Finding[] {
  const { model, flows, logical, binding } = bound;
  if (logical.requests) return [direction(bound, 'makes requests', 'receive', 'two-way send')];
  const responses = textsOf(at(model.ports.receive.get(binding.physical)!.options.value, ['response']));
  if (logical.receives.length === 0) {
    const misled = logical.sends.length > 0 && responses.length > 0;
    return misled ? [direction(bound, 'sends', 'two-way receive', 'send or a one-way receive')] : [];
  }
  if (logical.sends.length > 0 && responses.length === 0) return [oneWay(bound, 'answers')];
  const published = flows.published.get(binding.physical) ?? [];
  return [
    ...mismatches(bound, 'waits for', logical.receives, published),
    ...mismatches(bound, 'answers with', logical.sends, responses),
  ];
}

function toSendPort(bound: Bound): Finding[] {
  const { model, logical, binding } = bound;
  if (logical.receives.length > 0 && !logical.requests)
    return [direction(bound, 'waits for messages', 'send', 'receive')];
  if (!logical.requests) return [];
  const responses = textsOf(at(model.ports.send.get(binding.physical)!.options.value, ['response']));
  if (responses.length === 0) return [oneWay(bound, 'waits for an answer')];
  return mismatches(bound, 'waits for the answer', logical.receives, responses);
}

function direction({ binding, orchestration }: Bound, use: string, kind: string, wanted: string): Finding {
  const values = { port: binding.logical, orchestration, use, physical: binding.physical, kind, wanted };
  return finding('PORT_DIRECTION', binding.physicalAt, values);
}

function oneWay({ binding, orchestration }: Bound, use: string): Finding {
  const values = { port: binding.logical, orchestration, use, physical: binding.physical };
  return finding('PORT_ONE_WAY', binding.physicalAt, values);
}

/** Types that are not known at all are told of where they are named. */
function mismatches(bound: Bound, use: string, wanted: readonly string[], given: readonly string[]): Finding[] {
  const { model, binding, orchestration } = bound;
  const known = (type: string) => model.schemas.find(type) !== undefined;
  if (!given.every(known)) return [];
  return wanted
    .filter((type) => known(type) && !given.includes(type))
    .map((type) => {
      const values = { port: binding.logical, orchestration, use, type, physical: binding.physical };
      return finding('PORT_TYPE_MISMATCH', binding.physicalAt, {
        ...values,
        given: given.join(', ') || 'nothing of a known type',
      });
    });
}
