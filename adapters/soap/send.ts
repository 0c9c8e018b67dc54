/**
 * Calls operations of a SOAP service: the message is the body element, node-soap writes the envelope, action and security around
 * it, and the answer's body element comes back as XML that stands alone. A fault rejects with the name to catch it by.
 */
import { WSSecurity } from 'soap';
import type { AdapterContext, Incoming, SendPort } from '../../runtime/contracts/adapter.ts';
import { bytesOf, type Message, type Property, partOf, type Scalar } from '../../runtime/contracts/message.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { reasonOf } from '../../runtime/errors/as-bus-error.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import type { Auth } from '../shared/client/auth/config.ts';
import type { ConnectionConfig } from '../shared/client/dispatcher.ts';
import { type TextOrSecret, textFrom } from '../shared/client/schema.ts';
import { decodeRpc } from './encoded/decode.ts';
import { encodeRpc } from './encoded/encode.ts';
import { nameOf, readRoot } from './envelope.ts';
import { readAnswer } from './read-answer.ts';
import { readWsdl } from './read-wsdl.ts';
import type { SoapOperation, SoapService } from './service.ts';
import { createWay } from './way.ts';
import { createWriter } from './write-call.ts';
import { decodeXml } from './xml-reader.ts';

/** WS-Security, in the envelope. */
export interface UsernameTokenAuth {
  readonly type: 'usernameToken';
  readonly user: string;
  readonly password: { readonly secret: string };
  readonly digest?: boolean;
}

export interface SoapSendConfig extends ConnectionConfig {
  readonly wsdl: string;
  readonly service?: string;
  readonly port?: string;
  readonly operation?: string;
  readonly url?: string;
  readonly soapAction?: string;
  readonly soap12?: boolean;
  readonly headers?: Readonly<Record<string, TextOrSecret>>;
  readonly auth?: Auth | UsernameTokenAuth;
  readonly maxAnswerBytes?: number;
}

export const SEND_DEFAULTS = { connections: 16, maxAnswerBytes: 10 * 1024 * 1024 } as const;

export function createSendPort(config: SoapSendConfig, context: AdapterContext): SendPort {
  const { service } = readWsdl(config.wsdl, choiceOf(config), context);
  const endpoint = endpointOf(config, service, context);
  const {
    auth,
    connections = SEND_DEFAULTS.connections,
    maxAnswerBytes: limit = SEND_DEFAULTS.maxAnswerBytes,
  } = config;
  const way = createWay(endpoint, { ...config, connections, limit, auth: isToken(auth) ? undefined : auth }, context);
  const operationFor = compileOperations(config, service, endpoint, context);
  const fixed = headersOf(config, context);
  const soap12 = config.soap12 ?? service.version === '1.2';
  const write = createWriter(service, {
    soap12,
    soapAction: config.soapAction,
    security: isToken(auth) ? tokenOf(auth, context) : undefined,
  });

  async function send(message: Message, signal: AbortSignal): Promise<Incoming | undefined> {
    signal.throwIfAborted();
    const { operation, xml } = operationFor(
      decoded(await bytesOf(message.parts[0]), message.parts[0].contentType, endpoint),
    );
    const key = message.context.get(BUS.idempotencyKey)?.value;
    const headers = key === undefined ? fixed : { ...fixed, 'idempotency-key': String(key) };
    const { input, output } = operation.encoded ?? {};
    const body = input ? readable(() => encodeRpc(xml, input, service.types, soap12 ? '1.2' : '1.1'), endpoint) : xml;
    const written = async () => {
      const call = await write({ operation: operation.name, xml: body });
      return { ...call, headers: { ...call.headers, ...headers } };
    };
    const answer = await way.post(written, signal);
    const decode = output && ((elements: readonly string[]) => decodeRpc(elements, output, service.types));
    const answered = readAnswer(answer, { endpoint, twoWay: context.twoWay, now: context.clock.now(), decode });
    if (answered === undefined) return undefined;
    const properties = { 'http.status': answer.status, 'soap.operation': operation.name };
    return { parts: [partOf(Buffer.from(answered), 'text/xml; charset=utf-8')], context: contextOf(properties) };
  }

  return { send, close: () => way.close() };
}

function choiceOf({ service, port, soap12 }: SoapSendConfig) {
  return {
    ...(service === undefined ? {} : { service }),
    ...(port === undefined ? {} : { port }),
    ...(soap12 === undefined ? {} : { version: soap12 ? ('1.2' as const) : ('1.1' as const) }),
  };
}

function endpointOf({ url, wsdl }: SoapSendConfig, { address }: SoapService, { name }: AdapterContext): string {
  const endpoint = url ?? address;
  if (endpoint !== undefined && /^https?:/i.test(endpoint) && URL.canParse(endpoint)) return endpoint;
  const reason = endpoint === undefined ? `${wsdl} has no address` : `${endpoint} is no http address`;
  throw busError('ADAPTER_CONFIG', { name, reason: `${reason}; write one in \`url\`` });
}

type OperationFor = (text: string) => { readonly operation: SoapOperation; readonly xml: string };

/** Finds the operation by the message's root element, so that one port may serve all operations of its service. */
function compileOperations(
  config: SoapSendConfig,
  service: SoapService,
  endpoint: string,
  { name }: AdapterContext,
): OperationFor {
  const { operations } = service;
  const offered = operations.filter((operation) => (config.operation ?? operation.name) === operation.name);
  if (offered.length === 0) {
    const known = operations.map((operation) => operation.name).join(', ');
    throw busError('ADAPTER_CONFIG', {
      name,
      reason: `${config.wsdl} has no operation ${config.operation}; it has ${known}`,
    });
  }
  const byRoot = new Map(offered.map((operation) => [nameOf(operation.input), operation]));
  return (text) => {
    const root = readable(() => readRoot(text), endpoint);
    const operation = byRoot.get(nameOf(root));
    if (operation) return { operation, xml: root.xml };
    const reason = `no operation takes ${nameOf(root)}; there are ${[...byRoot.keys()].join(', ')}`;
    throw busError('ENDPOINT_REFUSED', { endpoint, reason });
  };
}

const decoded = (bytes: Uint8Array, contentType: string, endpoint: string) =>
  readable(() => decodeXml(bytes, contentType), endpoint);

/** Our own message, which cannot be put into an envelope. */
function readable<T>(read: () => T, endpoint: string): T {
  try {
    return read();
  } catch (thrown) {
    throw busError('ENDPOINT_REFUSED', { endpoint, reason: `the message cannot be sent: ${reasonOf(thrown)}` });
  }
}

function headersOf({ headers = {} }: SoapSendConfig, { secret }: AdapterContext): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), textFrom(value, secret)]),
  );
}

const isToken = (auth: SoapSendConfig['auth']): auth is UsernameTokenAuth => auth?.type === 'usernameToken';

function tokenOf({ user, password, digest }: UsernameTokenAuth, { secret }: AdapterContext): WSSecurity {
  const passwordType = digest ? 'PasswordDigest' : 'PasswordText';
  return new WSSecurity(user, secret(password.secret), { passwordType, hasTimeStamp: false, mustUnderstand: true });
}

function contextOf(properties: Readonly<Record<string, Scalar>>): ReadonlyMap<string, Property> {
  return new Map(Object.entries(properties).map(([name, value]) => [name, { value, promoted: false }]));
}
