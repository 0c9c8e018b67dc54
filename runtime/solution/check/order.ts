/** Checks that the key of an ordered send port is promoted by the message types that reach the port. */
import type { Finding } from '../../contracts/finding.ts';
import { BUS } from '../../contracts/properties.ts';
import { finding } from '../../errors/finding.ts';
import { type Flows, unique } from '../flows.ts';
import { message } from '../kinds/message.ts';
import { lost } from '../load.ts';
import type { Model } from '../model.ts';
import { at, textOf } from '../plain.ts';
import type { WrittenSendPort } from '../ports.ts';
import { typesReaching } from '../reaching.ts';

export function checkOrder(model: Model, flows: Flows): Finding[] {
  if (lost(model.loaded, message)) return [];
  return model.ports.allSend.flatMap((port) => ofPort(model, flows, port));
}

/** Every message has them, whatever its type. */
const OF_THE_BUS: readonly string[] = [
  BUS.messageType,
  BUS.receivePort,
  BUS.receiveLocation,
  BUS.transport,
  BUS.sendPort,
  BUS.organisation,
];

function ofPort(model: Model, flows: Flows, port: WrittenSendPort): Finding[] {
  const by = textOf(at(port.options.value, ['order', 'by']));
  if (by === undefined || OF_THE_BUS.includes(by)) return [];
  const { named, any } = typesReaching(model, port);
  const told = named.filter((type) => model.promoted.has(type)); // An unknown type: told at its own place.
  const lacking = told.filter((type) => !promotes(model, type, by));
  if (lacking.length > 0) return [unpromoted(model, port, by, lacking)];
  if (!any || told.length > 0 || !flows.complete) return [];
  const types = [...flows.produced].filter((type) => model.promoted.has(type));
  if (types.length === 0 || types.some((type) => promotes(model, type, by))) return [];
  return [unpromoted(model, port, by, types)];
}

const promotes = (model: Model, type: string, property: string) =>
  model.promoted.get(type)?.includes(property) ?? false;

function unpromoted(model: Model, { options }: WrittenSendPort, name: string, types: readonly string[]): Finding {
  const known = unique(types.flatMap((type) => model.promoted.get(type) ?? []));
  const values = { name, where: `The message type ${types.join(' or ')}` };
  return finding('UNKNOWN_PROPERTY', options.locate(['order', 'by']), values, { unknown: { name, known } });
}
