/** Acknowledgements: what a send port publishes, for whoever asks, of a message that it has sent or given up. */
import type { Instant, NewId } from '../contracts/clock.ts';
import type { BoundSendPort } from '../contracts/deployment.ts';
import type { BusError } from '../contracts/errors.ts';
import { type Message, type Property, partOf, withProperties } from '../contracts/message.ts';
import type { Publication } from '../contracts/message-box.ts';
import { ACK, BUS } from '../contracts/properties.ts';
import { carried, promoted, textOf } from './documents.ts';
import { demoted, refusalOf } from './give-up.ts';

type Acknowledging = Pick<BoundSendPort, 'name' | 'acknowledge'>;

export interface Settled {
  readonly at: Instant;
  /** Why it was given up. */
  readonly error?: BusError;
}

/**
 * An ACK, or with an error a NACK, whose body is JSON {code, fault, reason, detail}; none where nobody asked for it. Only its own
 * properties are promoted; nobody needs to take it. What tells of an acknowledgement is not acknowledged.
 */
export function acknowledgement(message: Message, port: Acknowledging, settled: Settled, newId: NewId): Publication[] {
  const { context } = message;
  const isAddressed = textOf(context, BUS.sendPort) === port.name;
  const token = isAddressed ? textOf(context, BUS.ackToken) : undefined;
  const given = isAddressed ? textOf(context, BUS.ackSendPort) : undefined;
  if (context.has(ACK.type) || !(port.acknowledge || token !== undefined || given !== undefined)) return [];
  const asked = { ...settled, sendPort: given ?? port.name, via: port.name, token };
  return [{ message: acknowledging(message, asked, newId()), unrouted: 'discard' }];
}

/** What the copy for its backup takes along, so that the backup acknowledges in its place. */
export function acknowledgedAs({ context }: Message, { name, acknowledge }: Acknowledging): [string, Property][] {
  const asks = acknowledge || context.has(BUS.ackToken) || context.has(BUS.ackSendPort);
  return asks ? [[BUS.ackSendPort, carried(textOf(context, BUS.ackSendPort) ?? name)]] : [];
}

interface Asked extends Settled {
  readonly sendPort: string;
  readonly via: string;
  readonly token: string | undefined;
}

function acknowledging(message: Message, asked: Asked, id: string): Message {
  const { at, error, sendPort, via, token } = asked;
  const told: readonly (readonly [string, string | undefined])[] = [
    [ACK.type, error ? 'NACK' : 'ACK'],
    [ACK.messageId, message.id],
    [ACK.messageType, message.type],
    [ACK.sendPort, sendPort],
    [ACK.via, via],
    [ACK.correlationToken, token],
    [ACK.time, new Date(at).toISOString()],
    [ACK.failureCode, error?.code],
    [ACK.fault, error?.fault],
    [ACK.description, error?.message],
  ];
  const properties = told.flatMap(([name, value]): [string, Property][] =>
    value === undefined ? [] : [[name, promoted(value)]],
  );
  const organisation = message.context.get(BUS.organisation);
  if (organisation) properties.push([BUS.organisation, organisation]);
  const body = error ? refusalOf(error) : {};
  return {
    id,
    interchange: message.interchange,
    type: undefined,
    parts: [partOf(Buffer.from(JSON.stringify(body)), 'application/json')],
    context: withProperties(demoted(message), properties),
  };
}
