/** A service as calls reach it: the way there, the envelope, the encoding of its operations, and what its answers mean. */
import { type ISecurity, WSSecurity, type WSSecurityCert, WSSecurityPlusCert } from 'soap';
import type { AdapterContext } from '../../runtime/contracts/adapter.ts';
import type { Part } from '../../runtime/contracts/message.ts';
import { reasonOf } from '../../runtime/errors/as-bus-error.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import type { Auth } from '../shared/client/auth/config.ts';
import type { ConnectionConfig } from '../shared/client/dispatcher.ts';
import { type TextOrSecret, textFrom } from '../shared/client/schema.ts';
import type { AddressingConfig } from './addressing/config.ts';
import { messageIdOf } from './addressing/message-id.ts';
import { type Addressed, compileAddressing } from './addressing/outgoing.ts';
import { attach } from './attachments/attach.ts';
import type { AttachmentsConfig } from './attachments/config.ts';
import { writeMultipart } from './attachments/write-multipart.ts';
import { decodeRpc } from './encoded/decode.ts';
import { encodeRpc } from './encoded/encode.ts';
import { NOTHING, nameOf, readRoot } from './envelope.ts';
import { type Answered, readAnswer } from './read-answer.ts';
import { readWsdl } from './read-wsdl.ts';
import { renamedRoot } from './rename-root.ts';
import type { SignatureConfig, SignConfig } from './security/config.ts';
import { compileEncrypt } from './security/encrypt.ts';
import type { EncryptConfig, EncryptionConfig } from './security/encryption-config.ts';
import { compileSecurity } from './security/open-security.ts';
import { compileSigning } from './security/sign.ts';
import type { SoapOperation, SoapService } from './service.ts';
import { createWay, type HttpAnswer } from './way.ts';
import { createWriter } from './write-call.ts';
import { compileHeaders, type HeaderContents, type HeadersFor } from './write-headers.ts';

/** WS-Security, in the envelope. */
export interface UsernameTokenAuth {
  readonly type: 'usernameToken';
  readonly user: string;
  readonly password: { readonly secret: string };
  readonly digest?: boolean;
  readonly nonce?: boolean;
  readonly timestamp?: boolean;
}

export interface FarEndConfig extends ConnectionConfig {
  readonly wsdl: string;
  readonly service?: string;
  readonly port?: string;
  readonly operation?: string;
  readonly url?: string;
  readonly soapAction?: string;
  readonly soap12?: boolean;
  readonly headers?: Readonly<Record<string, TextOrSecret>>;
  readonly soapHeaders?: HeaderContents;
  readonly auth?: Auth | UsernameTokenAuth;
  readonly addressing?: AddressingConfig;
  readonly sign?: SignConfig;
  readonly signature?: SignatureConfig;
  readonly encrypt?: EncryptConfig;
  readonly encryption?: EncryptionConfig;
  readonly attachments?: AttachmentsConfig;
  readonly maxAnswerBytes?: number;
}

export const SEND_DEFAULTS = { connections: 16, maxAnswerBytes: 10 * 1024 * 1024 } as const;

export interface Request {
  readonly operation: SoapOperation;
  /** The body element. */
  readonly xml: string;
}

/** What a call carries beside its body. */
export interface Extras {
  /** HTTP headers, names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Header blocks of the envelope. */
  readonly blocks?: string;
  /** The further parts of the message. */
  readonly parts?: readonly Part[];
  /** Where WS-Addressing is spoken. */
  readonly addressed?: Addressed;
}

export interface FarEnd {
  readonly endpoint: string;
  /** The operation that takes the root of a message. Throws BusError ENDPOINT_REFUSED. */
  requestFor(text: string): Request;
  /** Rejects with BusError, or the signal's reason. */
  call(request: Request, extras: Extras, signal: AbortSignal): Promise<HttpAnswer>;
  /** The header blocks of the option soapHeaders, and those that a message brings. Throws BusError ENDPOINT_REFUSED. */
  readonly blocksFor: HeadersFor;
  /** What an answer says; undefined where none is wanted. Throws BusError. */
  read(answer: HttpAnswer, operation: SoapOperation, twoWay: boolean): Answered | undefined;
  close(): Promise<void>;
}

/** Throws BusError ADAPTER_CONFIG or SECRET_MISSING. */
export function createFarEnd(config: FarEndConfig, context: AdapterContext): FarEnd {
  const { service } = readWsdl(config.wsdl, choiceOf(config), context);
  const endpoint = endpointOf(config, service, context);
  const { auth, connections = SEND_DEFAULTS.connections } = config;
  const { maxAnswerBytes: limit = SEND_DEFAULTS.maxAnswerBytes } = config;
  const way = createWay(endpoint, { ...config, connections, limit, auth: isToken(auth) ? undefined : auth }, context);
  const fixed = headersOf(config, context);
  const soap12 = config.soap12 ?? service.version === '1.2';
  const address = config.addressing && compileAddressing(config.addressing, endpoint, soap12 ? '1.2' : '1.1');
  const security = compileSecurity(config, context);
  const encrypt = config.encrypt && compileEncrypt(config.encrypt, context);
  const proof = securityOf(config, context);
  const write = createWriter(service, { soap12, soapAction: config.soapAction, security: proof });

  function call({ operation, xml }: Request, extras: Extras, signal: AbortSignal): Promise<HttpAnswer> {
    const { headers, addressed = { messageId: messageIdOf(context.newId()) } } = extras;
    const header = (address?.(operation.actions, addressed) ?? '') + (extras.blocks ?? '');
    const input = operation.encoded?.input;
    const plain = operation.empty?.input ? NOTHING : xml;
    const body = input ? readable(() => encodeRpc(xml, input, service.types, soap12 ? '1.2' : '1.1'), endpoint) : plain;
    const written = async () => {
      const { xml: attached, parts } = await attach(body, extras.parts ?? [], config.attachments ?? {});
      const plain = await write({ operation, xml: attached, ...(header === '' ? {} : { header }) });
      const call = encrypt ? { ...plain, envelope: encrypt(plain.envelope) } : plain;
      const whole =
        parts.length === 0 ? call : writeMultipart(call, parts, kindOf(config), `guildhall-${context.newId()}`);
      return { ...whole, headers: { ...whole.headers, ...fixed, ...headers } };
    };
    return way.post(written, signal);
  }

  function read(answer: HttpAnswer, operation: SoapOperation, twoWay: boolean): Answered | undefined {
    const output = operation.encoded?.output;
    const decode = output && ((elements: readonly string[]) => decodeRpc(elements, output, service.types));
    const answered = readAnswer(answer, {
      endpoint,
      twoWay,
      empty: operation.empty?.output ? operation.output : undefined,
      now: context.clock.now(),
      decode,
      headerFaults: operation.headerFaults,
      types: service.types,
      security,
      attachments: config.attachments?.answers,
    });
    if (!answered || !operation.rpc || !operation.output) return answered;
    return { ...answered, xml: renamedRoot(answered.xml, operation.output) };
  }

  return {
    endpoint,
    blocksFor: compileHeaders(config.soapHeaders ?? {}, service.operations, endpoint, context),
    requestFor: compileOperations(config, service, endpoint, context),
    call,
    read,
    close: () => way.close(),
  };
}

function choiceOf({ service, port, soap12 }: FarEndConfig) {
  return {
    ...(service === undefined ? {} : { service }),
    ...(port === undefined ? {} : { port }),
    ...(soap12 === undefined ? {} : { version: soap12 ? ('1.2' as const) : ('1.1' as const) }),
  };
}

function endpointOf({ url, wsdl }: FarEndConfig, { address }: SoapService, { name }: AdapterContext): string {
  const endpoint = url ?? address;
  if (endpoint !== undefined && /^https?:/i.test(endpoint) && URL.canParse(endpoint)) return endpoint;
  const reason = endpoint === undefined ? `${wsdl} has no address` : `${endpoint} is no http address`;
  throw busError('ADAPTER_CONFIG', { name, reason: `${reason}; write one in \`url\`` });
}

type OperationFor = (text: string) => Request;

/** Finds the operation by the message's root element, so that one port may serve all operations of its service. */
function compileOperations(
  config: FarEndConfig,
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
  const byRoot = Map.groupBy(offered, ({ input }) => nameOf(input));
  return (text) => {
    const root = readable(() => readRoot(text), endpoint);
    const [operation, other] = byRoot.get(nameOf(root)) ?? [];
    if (operation && !other) return { operation, xml: root.xml };
    if (operation && other) {
      const reason = `${operation.name} and ${other.name} take ${nameOf(root)}; say which by the option \`operation\``;
      throw busError('ENDPOINT_REFUSED', { endpoint, reason });
    }
    const reason = `no operation takes ${nameOf(root)}; there are ${[...byRoot.keys()].join(', ')}`;
    throw busError('ENDPOINT_REFUSED', { endpoint, reason });
  };
}

/** Our own message, which cannot be put into an envelope. */
export function readable<T>(read: () => T, endpoint: string): T {
  try {
    return read();
  } catch (thrown) {
    throw busError('ENDPOINT_REFUSED', { endpoint, reason: `the message cannot be sent: ${reasonOf(thrown)}` });
  }
}

function headersOf({ headers = {} }: FarEndConfig, { secret }: AdapterContext): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), textFrom(value, secret)]),
  );
}

const isToken = (auth: FarEndConfig['auth']): auth is UsernameTokenAuth => auth?.type === 'usernameToken';

const kindOf = ({ attachments }: FarEndConfig) => (attachments?.send === 'swa' ? 'swa' : 'mtom');

/** What is written into the envelope to prove who we are, anew for each call. */
function securityOf({ auth, sign }: FarEndConfig, context: AdapterContext): (() => ISecurity) | undefined {
  const signed = sign && compileSigning(sign, context);
  if (!isToken(auth)) return signed;
  const { user, digest, nonce = false, timestamp = false } = auth;
  const options = {
    passwordType: digest ? 'PasswordDigest' : 'PasswordText',
    hasTimeStamp: timestamp && !signed,
    hasNonce: nonce,
    mustUnderstand: true,
  };
  const token = new WSSecurity(user, context.secret(auth.password.secret), options);
  return signed ? () => new WSSecurityPlusCert(token, signed() as WSSecurityCert) : () => token;
}
