/** Checks what starts and calls: the orchestration is there, and starts with a message of the type that it is given. */
import type { Finding } from '../../contracts/finding.ts';
import { finding } from '../../errors/finding.ts';
import { bindingsOf, CALLED, type WrittenBindings } from '../bindings.ts';
import type { KnownOrchestration, Model } from '../model.ts';
import { at, textsOf } from '../plain.ts';

export function checkCalls(model: Model): Finding[] {
  const written = bindingsOf(model.loaded);
  return [
    ...model.orchestrations.flatMap((each) => callsOf(model, each)),
    ...circles(model),
    ...written.flatMap((bindings) => selfStarts(model, bindings)),
    ...written.flatMap((bindings) => neverCalled(model, bindings)),
  ];
}

/** Each circle once, where the first of its orchestrations in the order of their names closes it. */
function circles({ orchestrations }: Model): Finding[] {
  const calls = new Map(orchestrations.map(({ name, program }) => [name, program?.calls ?? []]));
  const told = new Set<string>();
  return orchestrations.flatMap(({ name, file }) => {
    const circle = circleFrom(name, calls);
    if (!circle || told.has([...circle].sort().join())) return [];
    told.add([...circle].sort().join());
    const first = calls.get(name)!.find(({ orchestration }) => orchestration === (circle[1] ?? name))!;
    const values = { circle: [...circle, name].join(' -> ') };
    const place = file.source.locate([...first.path, 'orchestration']);
    return [finding('CALL_CIRCLE', place, values, { severity: 'warning' })];
  });
}

function circleFrom(
  start: string,
  calls: ReadonlyMap<string, readonly { readonly orchestration: string }[]>,
  trail: readonly string[] = [start],
): readonly string[] | undefined {
  for (const { orchestration } of calls.get(trail.at(-1)!) ?? []) {
    if (orchestration === start) return trail;
    const further = trail.includes(orchestration) ? undefined : circleFrom(start, calls, [...trail, orchestration]);
    if (further) return further;
  }
  return undefined;
}

function callsOf({ orchestrations }: Model, { program, file }: KnownOrchestration): Finding[] {
  return (program?.calls ?? []).flatMap(({ orchestration: name, type, path }) => {
    const called = orchestrations.find((each) => each.name === name);
    const at = file.source.locate([...path, 'orchestration']);
    if (!called) {
      const known = orchestrations.map((each) => each.name);
      return [finding('UNKNOWN_ORCHESTRATION', at, { name }, { unknown: { name, known } })];
    }
    const types = called.program?.activations.map(({ messageType }) => messageType);
    if (!types || types.includes(type)) return [];
    return [finding('CALL_TYPE', at, { name, type, types: types.join(', ') })];
  });
}

/** What it sends to a one-way receive port comes in there, and activates it where nothing but its type counts. */
function selfStarts(model: Model, { orchestration: name, bindings }: WrittenBindings): Finding[] {
  const found = model.orchestrations.find((each) => each.name === name);
  if (!found?.program) return [];
  const { activations, ports } = found.program;
  const starting = (physical: string) =>
    activations.filter(({ port, where, convoy }) => {
      return !where && !convoy && bindings.some((each) => each.logical === port && each.physical === physical);
    });
  return bindings.flatMap(({ logical, physical, physicalAt }) => {
    const port = model.ports.receive.get(physical);
    if (!port || textsOf(at(port.options.value, ['response'])).length > 0) return [];
    const sends = ports.get(logical)?.sends ?? [];
    if (!starting(physical).some(({ messageType }) => sends.includes(messageType))) return [];
    return [finding('STARTS_ITSELF', physicalAt, { orchestration: name, physical }, { severity: 'warning' })];
  });
}

/** Not told while some orchestration cannot be compiled: it may be the one that calls. */
function neverCalled({ orchestrations }: Model, { orchestration: name, bindings }: WrittenBindings): Finding[] {
  const binding = bindings.find(({ physical }) => physical === CALLED);
  if (!binding || orchestrations.some(({ program }) => !program)) return [];
  if (orchestrations.some(({ program }) => program!.calls.some(({ orchestration }) => orchestration === name)))
    return [];
  return [finding('NEVER_CALLED', binding.physicalAt, { orchestration: name }, { severity: 'warning' })];
}
