/** When a send port gives up: the message for its backup, or the news for the orchestration that waits. */
import type { BoundSendPort } from '../contracts/deployment.ts';
import type { BusError } from '../contracts/errors.ts';
import { derive, type Message, type Property, partOf, withProperties } from '../contracts/message.ts';
import { BUS } from '../contracts/properties.ts';
import { carried, promoted, textOf } from './documents.ts';

/** A copy addressed to the backup; keeps the idempotency key, because the primary may have done the work. */
export function toBackup(message: Message, port: BoundSendPort, id: string): Message {
  const key = textOf(message.context, BUS.idempotencyKey) ?? `${message.id}@${port.name}`;
  const context = withProperties(demoted(message), [
    [BUS.idempotencyKey, carried(key)],
    [BUS.sendPort, promoted(port.backup!)],
  ]);
  return derive(message, { id, context });
}

/** Tells whoever awaits the answer to `request` that there will be none: JSON {code, fault, reason, detail}. */
export function failureOf(request: Message, error: BusError, id: string): Message {
  const told = { code: error.code, fault: error.fault, reason: error.message, detail: error.detail };
  const organisation = request.context.get(BUS.organisation);
  const properties: [string, Property][] = [
    [BUS.responseTo, promoted(request.id)],
    [BUS.fault, promoted(true)],
    ...(organisation ? [[BUS.organisation, organisation] as [string, Property]] : []),
  ];
  return {
    id,
    interchange: request.interchange,
    type: undefined,
    parts: [partOf(Buffer.from(JSON.stringify(told)), 'application/json')],
    context: new Map(properties),
  };
}

/** Nothing but the new address may route the copy: filters have had their chance with the original. */
function demoted(message: Message): Map<string, Property> {
  return new Map([...message.context].map(([name, { value }]) => [name, carried(value)]));
}
