/**
 * Serves all operations of an OpenAPI document: what does not keep to it never reaches the bus, and is told what is wrong with it and
 * where. What keeps to it is one message, answered once it is durable.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Express, type NextFunction } from 'express';
import type { AdapterContext, Incoming, ReceiveLocation, Submit } from '../../../runtime/contracts/adapter.ts';
import { type Context, type Property, withProperties } from '../../../runtime/contracts/message.ts';
import { BUS } from '../../../runtime/contracts/properties.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import type { Operation } from '../../../runtime/openapi/contract.ts';
import { type Access, compileAccess } from '../../shared/access/access.ts';
import type { AccessConfig } from '../../shared/access/config.ts';
import { type Allowed, callerProperties, isRefused } from '../../shared/access/verdict.ts';
import { RECEIVE_DEFAULTS } from '../defaults.ts';
import { answerProblem } from '../problem.ts';
import { readBody } from '../read-body.ts';
import { queryOfRequest, type Refusal } from '../read-request.ts';
import { hand, refusalOf, type Serve, serving } from '../serving.ts';
import { mannerOf } from './answer.ts';
import { type ContractConfig, isServed } from './config.ts';
import { accepts } from './media.ts';
import { openContract, type ServedPath } from './open-contract.ts';
import { compilePublishing, publishedAt } from './publish.ts';
import { type ReadBody, readContractBody } from './read-body.ts';
import { type ReadParameter, type RequestFault, readParameters } from './read-parameters.ts';
import { successOf, typesOfSuccess, waitsFor } from './success.ts';
import { partsOf, propertiesOf } from './to-message.ts';

export type ContractReceiveConfig = ContractConfig & { readonly access?: AccessConfig };

/** One request, and which operation it asks for. */
interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly served: ServedPath;
  readonly operation: Operation;
}

export function createContractLocation(config: ContractReceiveConfig, context: AdapterContext): ReceiveLocation {
  const open = openContract(config, context);
  const access = compileAccess(config.access, context);
  const calls = new WeakMap<IncomingMessage, Omit<Call, 'request' | 'response'>>();

  function mount(serve: Serve): () => void {
    const app = createApp(open.paths, (call) => {
      calls.set(call.request, call);
      serve(call.request, call.response);
    });
    const unmounts = open.paths.map(({ template, operations }) =>
      context.http.mount(template, app, [...operations.keys()]),
    );
    const published = publishedAt(open, config);
    if (published !== undefined) unmounts.push(context.http.mount(published, publishing(), ['GET']));
    return () => {
      for (const unmount of unmounts) unmount();
    };
  }

  /** For those who may call. */
  function publishing(): Serve {
    const publish = compilePublishing(open);
    return (request, response) => {
      void Promise.resolve(access?.admit(request)).then((allowed) => {
        if (isRefused(allowed)) refuse({ request, response }, refusalOf(allowed));
        else publish(request, response);
      });
    };
  }

  function refuse({ response, request }: Pick<Call, 'request' | 'response'>, refusal: Refusal): void {
    const { status, code } = refusal;
    context.emit({ name: 'receive-refused', at: context.clock.now(), data: { location: context.name, code, status } });
    answerProblem(response, { ...refusal, instance: pathOf(request) });
  }

  async function take(request: IncomingMessage, response: ServerResponse, submit: Submit, signal: AbortSignal) {
    const call: Call = { request, response, ...calls.get(request)! };
    const allowed = (await access?.admit(request)) ?? {};
    if (isRefused(allowed)) return refuse(call, refusalOf(allowed));
    const read = await readCall(call, config, access);
    if (!read) return;
    if ('status' in read) return refuse(call, read);
    const { operation } = call;
    const waits = waitsFor(operation, config, context.twoWay);
    const success = successOf(operation, waits);
    const incoming = incomingOf(call, read, config, allowed);
    const manner = mannerOf(operation, config);
    await hand(incoming, { response, path: pathOf(request), success, signal, waits, manner }, submit);
  }

  return serving(mount, take);
}

const pathOf = ({ url = '' }: IncomingMessage) => url.split('?')[0]!;

interface Read {
  readonly values: readonly ReadParameter[];
  readonly body: ReadBody | undefined;
}

/** Undefined when the caller went away. */
async function readCall(
  call: Call,
  config: ContractReceiveConfig,
  access: Access | undefined,
): Promise<Read | Refusal | undefined> {
  const { request, operation, served } = call;
  if (!isServed(config, operation.id))
    return { status: 501, code: 'NOT_IMPLEMENTED', detail: 'This operation of the contract is not done here.' };
  const types = typesOfSuccess(operation);
  if (!accepts(request.headers.accept, [...types, ...(types.length > 0 ? ['application/problem+json'] : [])]))
    return { status: 406, code: 'NOT_ACCEPTABLE', detail: `This operation answers in ${types.join(', ')}.` };
  const bytes = await readBytes(request, config);
  if (!(bytes instanceof Uint8Array)) return bytes;
  const unsigned = access?.confirm(request, bytes);
  if (unsigned) return refusalOf(unsigned);
  const parameters = readParameters(operation.parameters, {
    path: served.match(pathOf(request)) ?? {},
    query: queryOfRequest(request),
    header: (name) => request.headers[name.toLowerCase()]?.toString(),
    cookies: request.headers.cookie ?? '',
  });
  const body = await readContractBody(operation.body, bytes, request.headers['content-type']);
  if (body && 'status' in body) return body;
  const { values, faults } = parameters;
  if (faults.length + (body?.faults.length ?? 0) > 0) return faulty([...faults, ...(body?.faults ?? [])]);
  return { values, body };
}

async function readBytes(
  request: IncomingMessage,
  { maxBytes = RECEIVE_DEFAULTS.maxBytes }: ContractReceiveConfig,
): Promise<Uint8Array | Refusal | undefined> {
  const coded = request.headers['content-encoding'] ?? 'identity';
  if (coded !== 'identity') {
    const detail = `Bodies with the content encoding ${coded} are not taken.`;
    return { status: 415, code: 'CONTENT_TYPE_UNSUPPORTED', detail, headers: { 'Accept-Encoding': 'identity' } };
  }
  const body = await readBody(request, maxBytes).catch(() => undefined);
  if (!body) return undefined;
  if ('bytes' in body) return body.bytes;
  const { code, message } = busError('PAYLOAD_TOO_LARGE', {
    name: pathOf(request),
    size: body.tooLarge,
    limit: maxBytes,
  });
  return { status: 413, code, detail: message };
}

const MOST_FAULTS = 50;

/** Parameters that are wrong make another request of it; a body that is wrong was understood, and breaks the contract. */
function faulty(faults: readonly RequestFault[]): Refusal {
  const status = faults.every((fault) => fault.in === 'body') ? 422 : 400;
  const shown = faults.slice(0, 5).map(({ in: place, pointer, message }) => `${place} ${pointer || '/'} ${message}`);
  const detail = `The request breaks its contract: ${shown.join('; ')}${faults.length > shown.length ? `; and ${faults.length - shown.length} more` : ''}.`;
  return { status, code: 'CONTRACT_VIOLATION', detail, errors: faults.slice(0, MOST_FAULTS) };
}

function incomingOf(
  { request, operation, served }: Call,
  { values, body }: Read,
  { keyHeader, properties = {} }: ContractReceiveConfig,
  allowed: Allowed,
): Incoming {
  const headers = Object.entries(properties).flatMap(([header, name]): [string, Property][] => {
    const value = request.headers[header.toLowerCase()];
    return value === undefined ? [] : [[name, { value: String(value), promoted: false }]];
  });
  const source: Context = new Map([[BUS.sourceName, { value: served.template, promoted: false }]]);
  const context = withProperties(source, [...headers, ...propertiesOf(operation, values)]);
  const key = keyHeader === undefined ? undefined : request.headers[keyHeader.toLowerCase()];
  return {
    parts: partsOf(operation, values, body),
    context: withProperties(context, callerProperties(allowed)),
    // Callers count by operation.
    ...(typeof key === 'string' && key !== '' ? { key: `${operation.id} ${key}` } : {}),
  };
}

/** The operations by their paths and methods; all else is told what is wrong. */
function createApp(paths: readonly ServedPath[], serve: (call: Call) => void): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').disable('query parser').set('env', 'production');
  app.use((request: IncomingMessage, response: ServerResponse, next: NextFunction) => {
    if (!isRoundabout(pathOf(request))) return next();
    const detail = 'The path has segments that are only dots, or is not encoded as addresses are.';
    answerProblem(response, { status: 400, code: 'BAD_REQUEST', detail, instance: pathOf(request) });
  });
  app.use((request: IncomingMessage, response: ServerResponse, next: NextFunction) => {
    const served = paths.find(({ match }) => match(pathOf(request)));
    if (!served) return next();
    const { operations } = served;
    const { method = '' } = request;
    const operation = operations.get(method) ?? (method === 'HEAD' ? operations.get('GET') : undefined);
    if (operation) serve({ request, response, served, operation });
    else answerMethods(request, response, [...operations.keys()]);
  });
  app.use((request: IncomingMessage, response: ServerResponse) => {
    const detail = 'The contract has no such path.';
    answerProblem(response, { status: 404, code: 'NOT_FOUND', detail, instance: pathOf(request) });
  });
  app.use((_error: unknown, request: IncomingMessage, response: ServerResponse, _next: NextFunction) => {
    const detail = 'The request cannot be read.';
    answerProblem(response, { status: 400, code: 'BAD_REQUEST', detail, instance: pathOf(request) });
  });
  return app;
}

/** Who resolves addresses before us would have made another path of it. */
function isRoundabout(path: string): boolean {
  return path.split('/').some((segment) => {
    try {
      return /^\.{1,2}$/.test(decodeURIComponent(segment));
    } catch {
      return true;
    }
  });
}

function answerMethods(request: IncomingMessage, response: ServerResponse, methods: readonly string[]): void {
  const allow = [...methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])), 'OPTIONS'].join(', ');
  if (request.method === 'OPTIONS') {
    response.writeHead(204, { Allow: allow }).end();
    return;
  }
  const detail = `Only ${methods.join(', ')} ${methods.length > 1 ? 'are' : 'is'} served here.`;
  answerProblem(response, {
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    detail,
    instance: pathOf(request),
    headers: { Allow: allow },
  });
}
