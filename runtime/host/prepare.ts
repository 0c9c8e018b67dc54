/**
 * The receive side up to the MessageBox: raw bytes through the receive pipeline and the inbound maps. What fails for the
 * message's own sake is to be suspended as it came; nothing is lost and nothing half-done is published.
 */

import type { NewId } from '../contracts/clock.ts';
import type { BoundLocation, BoundReceivePort, Deployment } from '../contracts/deployment.ts';
import type { BusError } from '../contracts/errors.ts';
import { type Message, withProperties } from '../contracts/message.ts';
import type { DedupeKey, Publication } from '../contracts/message-box.ts';
import { asBusError } from '../errors/as-bus-error.ts';
import { runPipeline } from '../pipelines/run.ts';
import { load, write } from './documents.ts';

export type Prepared =
  | { readonly ok: true; readonly publications: readonly Publication[] }
  | { readonly ok: false; readonly error: BusError };

export interface Origin {
  readonly deployment: Deployment;
  readonly port: BoundReceivePort;
  readonly location: BoundLocation;
  readonly newId: NewId;
}

/** Rejects only for transient errors: then the source should keep the message and offer it again. */
export async function prepare(
  raw: Message,
  key: string | undefined,
  origin: Origin,
  signal: AbortSignal,
): Promise<Prepared> {
  try {
    const messages = await disassemble(raw, origin, signal);
    const mapped = await Promise.all(messages.map((message) => mapInbound(message, origin)));
    return { ok: true, publications: mapped.map((message, index) => publication(message, key, index, origin)) };
  } catch (thrown) {
    const error = asBusError(thrown, origin.location.name);
    if (error.kind === 'transient') throw error;
    return { ok: false, error };
  }
}

async function disassemble(
  raw: Message,
  { deployment, location, newId }: Origin,
  signal: AbortSignal,
): Promise<Message[]> {
  const context = { schemas: deployment.schemas, expected: location.expected, newId, signal };
  const messages: Message[] = [];
  for await (const message of runPipeline(location.pipeline, raw, context)) messages.push(message);
  return messages;
}

async function mapInbound(message: Message, { deployment, port }: Origin): Promise<Message> {
  const map = message.type === undefined ? undefined : port.maps.get(message.type);
  if (!map) return message;
  const { document } = await load(message, deployment.schemas);
  const schema = deployment.schemas.find(map.target)!;
  return write({ ...message, document: map.transform([document]) }, schema);
}

function publication(message: Message, key: string | undefined, index: number, origin: Origin): Publication {
  const keys = [...receiptKeys(origin, key, index), ...businessKeys(message, origin)];
  return keys.length === 0 ? { message } : { message, keys };
}

/** The transport's identity of the receipt, one per message that came of it. */
export function receiptKeys({ port, location }: Origin, key: string | undefined, index = 0): DedupeKey[] {
  return key === undefined ? [] : [{ scope: `${port.name}/${location.name}`, key: `${key}#${index}` }];
}

/** The values of the location's `dedupe` properties; shared by all locations of the port. */
function businessKeys(message: Message, { port, location }: Origin): DedupeKey[] {
  if (location.dedupe.length === 0) return [];
  const values = location.dedupe.map((name) => message.context.get(name)?.value);
  if (values.some((value) => value === undefined)) return [];
  return [{ scope: port.name, key: JSON.stringify(values) }];
}

export function replying(publications: readonly Publication[], replyTo: readonly [string, string]): Publication[] {
  const property = [replyTo[0], { value: replyTo[1], promoted: false }] as const;
  return publications.map((entry) => ({
    ...entry,
    message: { ...entry.message, context: withProperties(entry.message.context, [property]) },
  }));
}
