/** Checks that what ports refer to exists: pipelines, maps, message types, backup ports, promoted properties. */
import type { Finding } from '../../contracts/finding.ts';
import type { Path } from '../../contracts/source.ts';
import type { ErrorCode } from '../../errors/catalog.ts';
import { finding } from '../../errors/finding.ts';
import { windowProblem } from '../calendars.ts';
import { type Flows, keyOf, mapsOf } from '../flows.ts';
import { application } from '../kinds/application.ts';
import { message } from '../kinds/message.ts';
import { lost } from '../load.ts';
import type { Model } from '../model.ts';
import { at, isPlain, textOf, textsOf } from '../plain.ts';
import type { WrittenLocation, WrittenReceivePort, WrittenSendPort } from '../ports.ts';
import type { Placed } from '../structure.ts';

export function checkReferences(model: Model, flows: Flows): Finding[] {
  const receive = model.ports.allReceive;
  const send = model.ports.allSend;
  return [
    ...receive.flatMap((port) => ofReceivePort(model, port)),
    ...receive.flatMap((port) => port.locations.flatMap((location) => ofLocation(model, flows, port, location))),
    ...send.flatMap((port) => ofSendPort(model, port)),
    ...backupCircles(send),
    ...unstated(flows),
  ];
}

function ofReceivePort(model: Model, port: WrittenReceivePort): Finding[] {
  return [...messages(model, port.options, ['response']), ...maps(model, port)];
}

function ofLocation(model: Model, flows: Flows, port: WrittenReceivePort, location: WrittenLocation): Finding[] {
  const { options } = location;
  return [
    ...pipelines(model, options),
    ...messages(model, options, ['message']),
    ...dedupe(model, flows, port, location),
    ...standby(port, location),
    ...window(model, options),
    ...window(model, options, 'expect'),
  ];
}

/** It stands by for another location of its port, which itself does not. */
function standby({ locations }: WrittenReceivePort, { name, options }: WrittenLocation): Finding[] {
  const primary = textOf(at(options.value, ['standby', 'for']));
  if (primary === undefined) return [];
  const able = locations.filter((each) => each.name !== name && at(each.options.value, ['standby']) === undefined);
  const known = able.map((each) => each.name);
  if (known.includes(primary)) return [];
  const place = options.locate(['standby', 'for']);
  return [finding('STANDBY_UNFIT', place, { location: name, primary }, { unknown: { name: primary, known } })];
}

function ofSendPort(model: Model, port: WrittenSendPort): Finding[] {
  const known = [...model.ports.send.keys()].filter((name) => name !== port.name);
  const backup = unknown('UNKNOWN_PORT', port.options, ['backup'], known, { what: 'other send port' });
  return [
    ...pipelines(model, port.options),
    ...messages(model, port.options, ['response']),
    ...maps(model, port),
    ...window(model, port.options),
    ...(lost(model.loaded, application) ? [] : backup),
  ];
}

/** `expect` has days by a calendar, too, and no hours. */
function window(model: Model, options: Placed, key: 'window' | 'expect' = 'window'): Finding[] {
  const written = at(options.value, [key]);
  if (!isPlain(written)) return [];
  const known = [...(model.lookups.calendars?.keys() ?? [])];
  const problem = windowProblem(written);
  return [
    ...unknown('UNKNOWN_CALENDAR', options, [key, 'calendar'], known),
    ...(problem === undefined ? [] : [finding('CALENDAR_INVALID', options.locate([key]), { reason: problem })]),
  ];
}

function pipelines(model: Model, options: Placed): Finding[] {
  const known = [...model.pipelines.keys()];
  return (['pipeline', 'responsePipeline'] as const).flatMap((key) =>
    unknown('UNKNOWN_PIPELINE', options, [key], known),
  );
}

const messages = (model: Model, options: Placed, path: Path) =>
  unknown('UNKNOWN_MESSAGE', options, path, model.schemas.types);

/** A finding for each text at the path, or in the list there, that is not a known name. */
function unknown(
  code: ErrorCode,
  options: Placed,
  path: Path,
  known: readonly string[],
  values: Readonly<Record<string, string>> = {},
): Finding[] {
  const value = at(options.value, path);
  return textsOf(value).flatMap((name, index) => {
    if (known.includes(name)) return [];
    const place = options.locate(Array.isArray(value) ? [...path, index] : path);
    return [finding(code, place, { ...values, name }, { unknown: { name, known } })];
  });
}

function maps(model: Model, port: WrittenReceivePort | WrittenSendPort): Finding[] {
  const used = mapsOf(model, port);
  const misused = textsOf(at(port.options.value, ['maps'])).flatMap((name, index) => {
    const map = model.maps.get(name);
    const reason = map && reasonAgainst(map.sources, used.get(map.sources[0] ?? '')?.name, name);
    const values = { name, port: port.name, reason };
    return reason ? [finding('MAP_NOT_USABLE', port.options.locate(['maps', index]), values)] : [];
  });
  return [...unknown('UNKNOWN_MAP', port.options, ['maps'], [...model.maps.keys()]), ...misused];
}

function reasonAgainst(sources: readonly string[], user: string | undefined, name: string): string | undefined {
  if (sources.length > 1)
    return `it has ${sources.length} sources (${sources.join(', ')}), a port gives it one message`;
  if (user !== undefined && user !== name) return `the map ${user} has the same source ${sources[0]}`;
  return undefined;
}

function unstated(flows: Flows): Finding[] {
  if (!flows.readable) return [];
  return flows.unstated.map((location) =>
    finding('MESSAGE_TYPE_UNSTATED', location.options.locate([], 'key'), { location: keyOf(location) }),
  );
}

function dedupe(model: Model, flows: Flows, port: WrittenReceivePort, location: WrittenLocation): Finding[] {
  const expected = flows.expected.get(keyOf(location)) ?? [];
  const types = [...expected, ...(flows.published.get(port.name) ?? [])];
  const known =
    types.length > 0 ? types.flatMap((type) => model.promoted.get(type) ?? []) : [...model.schemas.properties.keys()];
  if (lost(model.loaded, message) || types.some((type) => !model.promoted.has(type))) return []; // An unknown type: told at its own place.
  const where = types.length > 0 ? `The message type ${[...new Set(types)].join(' or ')}` : 'Any message type';
  const path = isPlain(at(location.options.value, ['dedupe'])) ? ['dedupe', 'by'] : ['dedupe'];
  return unknown('UNKNOWN_PROPERTY', location.options, path, known, { where });
}

function backupCircles(ports: readonly WrittenSendPort[]): Finding[] {
  const backups = new Map(ports.map(({ name, options }) => [name, textOf(at(options.value, ['backup']))]));
  const told = new Set<string>();
  return ports.flatMap(({ name, options }) => {
    const circle = circleFrom(name, backups);
    if (!circle || told.has(name)) return [];
    for (const member of circle) told.add(member);
    return [finding('BACKUP_CIRCLE', options.locate(['backup']), { circle: [...circle, name].join(' -> ') })];
  });
}

function circleFrom(start: string, backups: ReadonlyMap<string, string | undefined>): string[] | undefined {
  const passed = [start];
  for (let next = backups.get(start); next !== undefined; next = backups.get(next)) {
    if (next === start) return passed;
    if (passed.includes(next)) return undefined;
    passed.push(next);
  }
  return undefined;
}
