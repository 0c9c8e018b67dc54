/**
 * Takes requests at a path: one request is one message, answered once it is durable. Promises: what is refused never reaches the
 * bus; what was accepted stays accepted when the caller goes away; stopping answers everyone who waits.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Express, type NextFunction } from 'express';
import type { AdapterContext, Incoming, ReceiveLocation } from '../../runtime/contracts/adapter.ts';
import { type Context, type Property, withProperties } from '../../runtime/contracts/message.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { compileAccess } from '../shared/access/access.ts';
import type { AccessConfig } from '../shared/access/config.ts';
import { callerProperties, isRefused } from '../shared/access/verdict.ts';
import { RECEIVE_DEFAULTS } from './defaults.ts';
import { answerProblem } from './problem.ts';
import { compileReading, isRefusal, queryOfRequest, type Refusal } from './read-request.ts';
import { hand, refusalOf, type Serve, serving, type Take } from './serving.ts';

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

export function createReceiveLocation(config: RestReceiveConfig, context: AdapterContext): ReceiveLocation {
  const { path, method = RECEIVE_DEFAULTS.method } = config;
  const mount = (serve: Serve) => context.http.mount(path, straight(config, createApp(config, serve), serve), [method]);
  return serving(mount, compileTake(config, context));
}

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
