/**
 * Serves the operations of a WSDL at a path: the body element of a call is one message, answered once it is durable. Promises:
 * a call that is not one of the WSDL's never reaches the bus; every failure is a fault, without a word about the inside.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Express, type NextFunction } from 'express';
import type { AdapterContext, ReceiveLocation, Submit } from '../../runtime/contracts/adapter.ts';
import { type Access, compileAccess } from '../shared/access/access.ts';
import type { AccessConfig } from '../shared/access/config.ts';
import { type Allowed, isRefused, type Refused } from '../shared/access/verdict.ts';
import { faultAction, type IncomingAddressing, isUnwanted, type Reply, replyBlocks } from './addressing/incoming.ts';
import { messageIdOf } from './addressing/message-id.ts';
import {
  type AnswersConfig,
  compilePackaging,
  endMultipart,
  kindOf,
  type PackagingFor,
} from './attachments/answers.ts';
import type { Inclusion } from './attachments/open-message.ts';
import { checkCall, type Gate, type Spoken, type Taken } from './check-call.ts';
import { compileDispatch } from './dispatch.ts';
import type { SoapVersion } from './envelope.ts';
import { handIn } from './hand-in.ts';
import { createRespond, type Respond } from './node-soap-server.ts';
import { readWsdl, type ServiceDescription } from './read-wsdl.ts';
import type { SignatureConfig, SignConfig } from './security/config.ts';
import type { EncryptConfig, EncryptionConfig } from './security/encryption-config.ts';
import { compileSecurity } from './security/open-security.ts';
import { compileSecureAnswer, type SecureAnswer } from './security/secure-answer.ts';
import { wsdlFor } from './serve-wsdl.ts';
import { compileUsernameToken, type UsernameTokenConfig } from './username-token.ts';
import { contentTypeOf, type Fault, statusOf, writeFault } from './write-fault.ts';

export interface SoapReceiveConfig {
  readonly wsdl: string;
  readonly path: string;
  readonly service?: string;
  readonly port?: string;
  readonly maxBytes?: number;
  readonly understands?: readonly string[];
  readonly access?: AccessConfig;
  readonly addressing?: IncomingAddressing;
  readonly usernameToken?: UsernameTokenConfig;
  readonly signature?: SignatureConfig;
  readonly encryption?: EncryptionConfig;
  readonly sign?: SignConfig;
  readonly encrypt?: EncryptConfig;
  readonly attachments?: Inclusion;
  readonly answers?: AnswersConfig;
}

export const RECEIVE_DEFAULTS = { maxBytes: 10 * 1024 * 1024 } as const;

interface Location {
  readonly config: SoapReceiveConfig;
  readonly context: AdapterContext;
  readonly description: ServiceDescription;
  readonly gate: Gate;
  readonly access: Access | undefined;
  readonly respond: Promise<Respond>;
  readonly secure: SecureAnswer | undefined;
  readonly packagingFor: PackagingFor;
  readonly submit: Submit;
  readonly signal: AbortSignal;
}

type Call = IncomingMessage & { body?: unknown; allowed?: Allowed };

export function createReceiveLocation(config: SoapReceiveConfig, context: AdapterContext): ReceiveLocation {
  async function run(submit: Submit, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const location = open(config, context, submit, signal);
    const coming = new Set<IncomingMessage>();
    const underWay = new Set<Promise<void>>();
    const app = createApp(location, (request, response) => {
      const work = take(location, request, response).finally(() => underWay.delete(work));
      underWay.add(work);
    });
    const unmount = context.http.mount(config.path, (request, response) => {
      coming.add(request);
      response.once('close', () => coming.delete(request));
      app(request, response);
    });
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    unmount();
    for (const request of coming) if (!request.complete) request.destroy();
    await Promise.all(underWay);
  }

  return { run };
}

function open(config: SoapReceiveConfig, context: AdapterContext, submit: Submit, signal: AbortSignal): Location {
  const { wsdl, service, port, path, understands = [] } = config;
  const choice = { ...(service === undefined ? {} : { service }), ...(port === undefined ? {} : { port }) };
  const description = readWsdl(wsdl, choice, context);
  const { types, operations } = description.service;
  const dispatch = compileDispatch(operations);
  const gate = {
    dispatch,
    types,
    understands: new Set(understands),
    attachments: config.attachments,
    ...demands(config, context),
  };
  const access = compileAccess(config.access, context);
  const secure = compileSecureAnswer(config, context);
  return {
    config,
    context,
    description,
    gate,
    access,
    respond: createRespond(description.service, path),
    secure,
    packagingFor: compilePackaging(config.answers ?? {}, description.files, secure !== undefined),
    submit,
    signal,
  };
}

/** What callers must prove and say. */
function demands(config: SoapReceiveConfig, context: AdapterContext) {
  const { addressing, usernameToken } = config;
  return {
    ...(addressing?.required ? { addressing: true } : {}),
    ...(usernameToken ? { checkToken: compileUsernameToken(usernameToken, context) } : {}),
    security: compileSecurity(config, context),
  };
}

function createApp(location: Location, serve: (request: Call, response: ServerResponse) => void): Express {
  const { path, maxBytes = RECEIVE_DEFAULTS.maxBytes } = location.config;
  const app = express();
  app.disable('x-powered-by').disable('etag').set('env', 'production');
  app.use(path, (request: Call, response: ServerResponse, next: NextFunction) => {
    void admit(location, request, response).then((admitted) => admitted && next());
  });
  app.get(path, (request, response) => serveWsdl(location, request, response));
  app.post(path, (request, response, next) => {
    // Otherwise it is refused only once all of it was read and thrown away.
    if (Number(request.headers['content-length'] ?? 0) <= maxBytes) next();
    else refuse(location, response, versionOf(request), unreadable(413, maxBytes));
  });
  app.post(path, express.raw({ type: () => true, limit: maxBytes, inflate: false }), serve);
  app.use((request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    const known = request.url?.split('?')[0] === path;
    response.writeHead(known ? 405 : 404, known ? { Allow: 'GET, POST' } : {}).end();
  });
  app.use((error: { status?: number }, request: IncomingMessage, response: ServerResponse, _next: NextFunction) => {
    request.resume();
    refuse(location, response, versionOf(request), unreadable(error.status ?? 400, maxBytes));
  });
  return app;
}

/** Answers who may not call; the WSDL is for those who may, too. Never rejects. */
async function admit(location: Location, request: Call, response: ServerResponse): Promise<boolean> {
  const answer = (await location.access?.admit(request)) ?? {};
  if (isRefused(answer)) {
    request.resume();
    refuse(location, response, versionOf(request), faultOf(answer));
    return false;
  }
  request.allowed = answer;
  return true;
}

const faultOf = ({ status, reason, headers }: Refused): Fault => ({
  code: status === 503 ? 'Server' : 'Client',
  status,
  reason,
  headers,
});

function unreadable(status: number, maxBytes: number): Fault {
  if (status === 413) return { code: 'Client', status, reason: `The request is larger than ${maxBytes} bytes.` };
  return {
    code: 'Client',
    status,
    reason: 'The request cannot be read; send it whole, and without a content encoding.',
  };
}

const versionOf = ({ headers }: IncomingMessage): SoapVersion =>
  headers['content-type']?.startsWith('application/soap+xml') ? '1.2' : '1.1';

function serveWsdl(
  { config, context, description }: Location,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const query = request.url?.split('?')[1] ?? '';
  const text = wsdlFor(query, description.files, context.http.address + config.path);
  if (text === undefined) {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end(`The WSDL is at ${config.path}?wsdl`);
    return;
  }
  response.writeHead(200, { 'Content-Type': 'text/xml; charset=utf-8' }).end(declaredUtf8(text));
}

const declaredUtf8 = (text: string) => text.replace(/^(<\?xml[^>]*?\sencoding\s*=\s*)("[^"]*"|'[^']*')/, '$1"utf-8"');

/** Never rejects. */
async function take(location: Location, request: Call, response: ServerResponse): Promise<void> {
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const unsigned = location.access?.confirm(request, bytes);
  if (unsigned) {
    refuse(location, response, versionOf(request), faultOf(unsigned));
    return;
  }
  const call = checkCall(bytes, request.headers['content-type'] ?? '', location.gate, header(request, 'soapaction'));
  if ('fault' in call) {
    refuse(location, response, call.version, call.fault, blocksOf(location, call, faultReply(call, call.fault)));
    return;
  }
  const { caller = request.allowed?.caller } = call;
  const allowed = { ...request.allowed, ...(caller === undefined ? {} : { caller }) };
  const { version, operation } = call;
  const packaging = location.packagingFor(call.packaged, request.headers.accept);
  const answer = await handIn({ ...location, types: location.gate.types }, { ...call, allowed, packaging });
  if ('refused' in answer) {
    refuse(location, response, version, answer.refused, blocksOf(location, call, faultReply(call, answer.refused)));
    return;
  }
  const finish = finishing(location.secure, call, response);
  if ('fault' in answer) {
    const blocks = blocksOf(location, call, faultReply(call, answer.fault));
    answerFault(response, version, answer.fault, { blocks, finish });
    return;
  }
  if (isUnwanted(call.addressing)) {
    response.writeHead(202).end();
    return;
  }
  try {
    const respond = await location.respond;
    const header = (answer.header ?? '') + blocksOf(location, call, { action: operation.actions.output ?? '' });
    const { parts = [] } = answer;
    const deliver = (envelope: string) => {
      const kind = kindOf(packaging, parts.length);
      const boundary = `guildhall-${location.context.newId()}`;
      if (kind) endMultipart(response, envelope, parts, { kind, boundary });
      else response.end(finish?.(envelope) ?? envelope);
    };
    respond({ version, operation, xml: answer.xml, header, deliver }, request, response);
  } catch {
    answerFault(response, version, { code: 'Server', reason: 'The answer could not be given.' });
  }
}

/** An answer that cannot be secured never goes as it is. */
function finishing(
  secure: SecureAnswer | undefined,
  { version, signer }: Pick<Taken & Spoken, 'version' | 'signer'>,
  response: ServerResponse,
): ((envelope: string) => string) | undefined {
  if (!secure) return undefined;
  return (envelope) => {
    try {
      return secure(envelope, signer);
    } catch {
      response.statusCode = 500;
      return writeFault({ code: 'Server', reason: 'The answer could not be secured.' }, version);
    }
  };
}

/** What an answer carries of WS-Addressing. */
function blocksOf(
  { context }: Location,
  { addressing, version: soap }: Spoken,
  reply: Pick<Reply, 'action' | 'isFault'>,
): string {
  return replyBlocks(addressing, { ...reply, soap, messageId: messageIdOf(context.newId()) });
}

const faultReply = ({ addressing }: Spoken, fault: Fault) => ({
  action: faultAction(fault, addressing?.version ?? '1.0'),
  isFault: true,
});

/** It never was a message. */
function refuse(
  { context }: Location,
  response: ServerResponse,
  version: SoapVersion,
  fault: Fault,
  blocks?: string,
): void {
  const { code, secretly } = fault;
  const reason = secretly === undefined ? {} : { reason: secretly };
  const data = { location: context.name, code, status: statusOf(fault, version), ...reason };
  context.emit({ name: 'receive-refused', at: context.clock.now(), data });
  answerFault(response, version, fault, { blocks });
}

interface Around {
  readonly blocks?: string | undefined;
  readonly finish?: ((envelope: string) => string) | undefined;
}

function answerFault(
  response: ServerResponse,
  version: SoapVersion,
  fault: Fault,
  { blocks, finish = (envelope) => envelope }: Around = {},
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const headers = { 'Content-Type': contentTypeOf(version), ...fault.headers };
  response.writeHead(statusOf(fault, version), headers).end(finish(writeFault(fault, version, blocks)));
}

const header = ({ headers }: IncomingMessage, name: string) => headers[name]?.toString();
