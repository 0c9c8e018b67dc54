/**
 * Calls operations of a SOAP service: the message is the body element, node-soap writes the envelope, action and security around
 * it, and the answer's body element comes back as XML that stands alone. A fault rejects with the name to catch it by.
 */
import type { AdapterContext, Incoming, SendPort } from '../../runtime/contracts/adapter.ts';
import { bytesOf, type Message, type Property, partOf, type Scalar } from '../../runtime/contracts/message.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { messageIdOf } from './addressing/message-id.ts';
import { addressingProperties, checkRelation } from './addressing/outgoing.ts';
import { readAddressing } from './addressing/read.ts';
import { createFarEnd, type FarEndConfig, readable } from './far-end.ts';
import { headerProperties } from './header-parts.ts';
import type { SessionConfig } from './session/config.ts';
import { createSessions } from './session/sessions.ts';
import { decodeXml } from './xml-reader.ts';

export interface SoapSendConfig extends FarEndConfig {
  readonly session?: SessionConfig;
}

export function createSendPort(config: SoapSendConfig, host: AdapterContext): SendPort {
  const far = createFarEnd(config, host);
  const sessions = config.session && createSessions(config.session, { config, far }, host);

  async function send(message: Message, signal: AbortSignal): Promise<Incoming | undefined> {
    signal.throwIfAborted();
    const [part] = message.parts;
    const bytes = await bytesOf(part);
    const request = far.requestFor(readable(() => decodeXml(bytes, part.contentType), far.endpoint));
    const key = message.context.get(BUS.idempotencyKey)?.value;
    const addressed = { messageId: messageIdOf(String(key ?? message.id)), relatesTo: relatedTo(config, message) };
    const headers = key === undefined ? {} : { 'idempotency-key': String(key) };
    const parts = message.parts.slice(1);
    const extras = { blocks: far.blocksFor(request.operation, message), parts, addressed, headers };
    const answer = await (sessions ?? far).call(request, extras, signal);
    const answered = far.read(answer, request.operation, host.twoWay);
    if (answered === undefined) return undefined;
    if (config.addressing) checkRelation(answered.header, addressed.messageId, far.endpoint);
    const properties = contextOf({ 'http.status': answer.status, 'soap.operation': request.operation.name });
    const given = headerProperties(request.operation.headers?.output ?? [], answered.header);
    const told = addressingProperties(readAddressing(answered.header));
    const answeredParts: Incoming['parts'] = [
      partOf(Buffer.from(answered.xml), 'text/xml; charset=utf-8'),
      ...answered.attachments,
    ];
    return { parts: answeredParts, context: new Map([...properties, ...given, ...told]) };
  }

  async function close(): Promise<void> {
    await sessions?.close();
    await far.close();
  }

  return { send, close };
}

/** The id of what a message answers, where the port is told which property holds it. */
function relatedTo({ addressing }: SoapSendConfig, { context }: Message): string | undefined {
  const value = addressing?.relatesTo === undefined ? undefined : context.get(addressing.relatesTo)?.value;
  return value === undefined ? undefined : String(value);
}

function contextOf(properties: Readonly<Record<string, Scalar>>): ReadonlyMap<string, Property> {
  return new Map(Object.entries(properties).map(([name, value]) => [name, { value, promoted: false }]));
}
