/**
 * Takes requests at a path: one request is one message, answered once it is durable. Promises: what is refused never reaches the
 * bus; what was accepted stays accepted when the caller goes away; stopping answers everyone who waits.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Express, type NextFunction } from 'express';
import type { AdapterContext, Incoming, ReceiveLocation, Submit } from '../../runtime/contracts/adapter.ts';
import { type Context, type Property, withProperties } from '../../runtime/contracts/message.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { compileAccess } from '../shared/access/access.ts';
import type { AccessConfig } from '../shared/access/config.ts';
import { callerProperties, isRefused, type Refused } from '../shared/access/verdict.ts';
import { type Answering, answer, answerNotKept } from './answer.ts';
import { answerProblem } from './problem.ts';
import { compileReading, isRefusal, queryOfRequest, type Refusal } from './read-request.ts';

export interface RestReceiveConfig {
  readonly path: string;
  readonly method?: string;
  readonly contentTypes?: readonly string[];
  readonly maxBytes?: number;
  readonly successStatus?: number;
  readonly keyHeader?: string;
  /** Header name to property name. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Field of the query to property name. */
  readonly query?: Readonly<Record<string, string>>;
  readonly access?: AccessConfig;
}

export const RECEIVE_DEFAULTS = {
  method: 'POST',
  contentTypes: ['application/json', 'application/*+json', 'application/xml', 'text/xml', 'text/csv', 'text/plain'],
  maxBytes: 10 * 1024 * 1024,
} as const;

export function createReceiveLocation(config: RestReceiveConfig, context: AdapterContext): ReceiveLocation {
  const take = compileTake(config, context);

  async function run(submit: Submit, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const underWay = new Map<IncomingMessage, Promise<void>>();
    const serve: Serve = (request, response) => {
      const work = take(request, response, submit, signal).finally(() => underWay.delete(request));
      underWay.set(request, work);
    };
    const app = createApp(config, serve);
    const unmount = context.http.mount(config.path, straight(config, app, serve), [
      config.method ?? RECEIVE_DEFAULTS.method,
    ]);
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    unmount();
    for (const request of underWay.keys()) if (!request.complete) request.destroy();
    await Promise.all(underWay.values());
  }

  return { run };
}

type Serve = (request: IncomingMessage, response: ServerResponse) => void;

type Take = (request: IncomingMessage, response: ServerResponse, submit: Submit, signal: AbortSignal) => Promise<void>;

/** All that can be known before the first request is worked out here. Never rejects. */
function compileTake(config: RestReceiveConfig, context: AdapterContext): Take {
  const { path } = config;
  const success = config.successStatus ?? (context.twoWay ? 200 : 202);
  const contextOf = compileContext(config);
  const keyHeader = config.keyHeader?.toLowerCase();
  const access = compileAccess(config.access, context);
  const confirm = (request: IncomingMessage, bytes: Uint8Array) => {
    const refused = access?.confirm(request, bytes);
    return refused && refusalOf(refused);
  };
  const read = compileReading({ ...RECEIVE_DEFAULTS, ...config, confirm });

  function refuse(response: ServerResponse, { status, code, detail, headers = {} }: Refusal): void {
    context.emit({ name: 'receive-refused', at: context.clock.now(), data: { location: context.name, code, status } });
    answerProblem(response, { status, code, detail, instance: path, headers });
  }

  return async (request, response, submit, signal) => {
    const allowed = (await access?.admit(request)) ?? {};
    if (isRefused(allowed)) return refuse(response, refusalOf(allowed));
    const parts = await read(request);
    if (!parts) return;
    if (isRefusal(parts)) return refuse(response, parts);
    const key = keyHeader === undefined ? undefined : request.headers[keyHeader];
    const incoming: Incoming = {
      parts,
      context: withProperties(contextOf(request), callerProperties(allowed)),
      ...(typeof key === 'string' && key !== '' ? { key } : {}),
    };
    await hand(incoming, { response, path, success, signal }, submit);
  };
}

const refusalOf = ({ status, code, reason, headers }: Refused): Refusal => ({ status, code, detail: reason, headers });

async function hand(incoming: Incoming, answering: Answering, submit: Submit): Promise<void> {
  try {
    const [submission] = await submit([incoming], answering.signal);
    await answer(answering, submission!);
  } catch (thrown) {
    if (answering.response.headersSent) answering.response.destroy();
    else answerNotKept(answering, thrown);
  }
}

/** The same context for every message where nothing of a request becomes a property. */
function compileContext({
  path,
  properties = {},
  query = {},
}: RestReceiveConfig): (request: IncomingMessage) => Context {
  const carried = (value: string): Property => ({ value, promoted: false });
  const fixed: Context = new Map([[BUS.sourceName, carried(path)]]);
  const headers = Object.entries(properties).map(([header, name]) => [header.toLowerCase(), name] as const);
  const fields = Object.entries(query);
  if (headers.length === 0 && fields.length === 0) return () => fixed;
  return (request) => {
    const context = new Map(fixed);
    for (const [header, name] of headers) {
      const value = request.headers[header];
      if (value !== undefined) context.set(name, carried(String(value)));
    }
    const asked = new URLSearchParams(queryOfRequest(request));
    for (const [field, name] of fields) {
      if (asked.has(field)) context.set(name, carried(asked.getAll(field).join(', ')));
    }
    return context;
  };
}

/** What asks for exactly this path and method needs no routing, and routing is dear; the rest is told what is wrong. */
function straight({ path, method = RECEIVE_DEFAULTS.method }: RestReceiveConfig, app: Express, serve: Serve): Serve {
  return (request, response) => {
    if (request.method === method && request.url === path) serve(request, response);
    else app(request, response);
  };
}

/** Only this path and this method reach `serve`. */
function createApp(config: RestReceiveConfig, serve: Serve): Express {
  const { path, method = RECEIVE_DEFAULTS.method } = config;
  const app = express();
  app.disable('x-powered-by').disable('etag').disable('query parser').set('env', 'production');
  app.all(path, (request, response) => {
    if (request.method === method) {
      serve(request, response);
      return;
    }
    const detail = `Only ${method} is served here.`;
    answerProblem(response, {
      status: 405,
      code: 'METHOD_NOT_ALLOWED',
      detail,
      instance: path,
      headers: { Allow: method },
    });
  });
  app.use((_request: IncomingMessage, response: ServerResponse) => {
    answerProblem(response, { status: 404, code: 'NOT_FOUND', detail: `Only ${path} is served here.`, instance: path });
  });
  app.use((_error: unknown, _request: IncomingMessage, response: ServerResponse, _next: NextFunction) => {
    answerProblem(response, {
      status: 400,
      code: 'BAD_REQUEST',
      detail: 'The request cannot be read.',
      instance: path,
    });
  });
  return app;
}
