/** When a send port gives up: the message for its backup, or the news for the orchestration that waits. */
import type { Instant } from '../contracts/clock.ts';
import type { BoundSendPort } from '../contracts/deployment.ts';
import type { BusError } from '../contracts/errors.ts';
import { derive, type Message, type Property, partOf, withProperties } from '../contracts/message.ts';
import { BUS, ERROR_REPORT, ERROR_TYPE } from '../contracts/properties.ts';
import { carried, promoted, textOf } from './documents.ts';

/** A copy addressed to the backup; keeps the idempotency key, because the primary may have done the work. */
export function toBackup(
  message: Message,
  port: BoundSendPort,
  id: string,
  more: readonly [string, Property][] = [],
): Message {
  const key = textOf(message.context, BUS.idempotencyKey) ?? `${message.id}@${port.name}`;
  const context = withProperties(demoted(message), [
    [BUS.idempotencyKey, carried(key)],
    [BUS.sendPort, promoted(port.backup!)],
    ...more,
    ...(message.context.has(BUS.replyTo) ? [[BUS.request, carried(requestOf(message))] as [string, Property]] : []),
  ]);
  return derive(message, { id, context });
}

/** Tells whoever awaits the answer to `request` that there will be none: JSON {code, fault, reason, detail}. */
export function failureOf(request: Message, error: BusError, id: string): Message {
  const organisation = request.context.get(BUS.organisation);
  const properties: [string, Property][] = [
    [BUS.responseTo, promoted(requestOf(request))],
    [BUS.fault, promoted(true)],
    ...(organisation ? [[BUS.organisation, organisation] as [string, Property]] : []),
  ];
  return {
    id,
    interchange: request.interchange,
    type: undefined,
    parts: [partOf(Buffer.from(JSON.stringify(refusalOf(error))), 'application/json')],
    context: new Map(properties),
  };
}

/** What a body says of a failure. */
export const refusalOf = ({ code, fault, message, detail }: BusError) => ({ code, fault, reason: message, detail });

/** The id by which whoever asked knows the request. */
export const requestOf = ({ id, context }: Message): string => textOf(context, BUS.request) ?? id;

/** Nothing but the new address may route the copy: filters have had their chance with the original. */
export function demoted(message: Message): Map<string, Property> {
  return new Map([...message.context].map(([name, { value }]) => [name, carried(value)]));
}

/** Where a message failed. */
export interface FailedAt {
  readonly sendPort?: string;
  readonly receivePort?: string;
  readonly receiveLocation?: string;
  readonly at: Instant;
}

/**
 * A copy for whoever looks after failed messages: only the properties that tell of the failure are promoted, so that no filter
 * takes it for the message itself.
 */
export function failureReport(message: Message, error: BusError, where: FailedAt, id = `${message.id}!`): Message {
  const told: readonly (readonly [string, string | undefined])[] = [
    [ERROR_REPORT.errorType, ERROR_TYPE.failed],
    [ERROR_REPORT.failureCode, error.code],
    [ERROR_REPORT.fault, error.fault],
    [ERROR_REPORT.description, error.message],
    [ERROR_REPORT.messageType, message.type],
    [ERROR_REPORT.messageId, message.id],
    [ERROR_REPORT.sendPort, where.sendPort],
    [ERROR_REPORT.receivePort, where.receivePort],
    [ERROR_REPORT.receiveLocation, where.receiveLocation],
    [ERROR_REPORT.failureTime, new Date(where.at).toISOString()],
  ];
  const properties = told.flatMap(([name, value]): [string, Property][] =>
    value === undefined ? [] : [[name, promoted(value)]],
  );
  const organisation = message.context.get(BUS.organisation);
  if (organisation) properties.push([BUS.organisation, organisation]);
  return derive(message, { id, context: withProperties(demoted(message), properties) });
}
