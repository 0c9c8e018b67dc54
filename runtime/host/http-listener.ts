/**
 * The host's one HTTP server, shared by all locations: gives each request to the handler mounted at the longest prefix of its
 * path. Promises: a broken request or handler harms nobody else; an answer given before the request was read to its end
 * reaches the caller; stop() takes no new connection and lets what is under way finish, for as long as it was told.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { HttpListener } from '../contracts/adapter.ts';
import type { Clock } from '../contracts/clock.ts';
import type { Service } from '../contracts/service.ts';
import { reasonOf } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import { headProblem, originForm } from './http-head.ts';
import { createHttpMounts, type Mount, type MountLayer } from './http-mounts.ts';
import { answerProblem, refuseBytes, refuseTunnel } from './http-problem.ts';
import { createHttpTurns } from './http-turns.ts';

export interface ListeningHttp extends HttpListener, Service {
  /** Mounts that hide the earlier ones while they last. */
  layer(): MountLayer;
}

export interface HttpLimits {
  /** How long (ms) stop() waits for requests under way before it cuts their connections. */
  readonly grace: number;
  /** How long (ms) a caller may go on sending after its answer was given. */
  readonly linger: number;
  /** How long (ms) the head of a request, and a whole request, may take to arrive. */
  readonly head: number;
  readonly request: number;
}

const LIMITS: HttpLimits = { grace: 10_000, linger: 2000, head: 15_000, request: 120_000 };
/** How long (ms) an idle connection is kept for its next request. */
const KEEP_ALIVE = 15_000;
const CHECK_INTERVAL = 1000;

/**
 * `address` is `host:port`; port 0 takes a free one. `tls` gives what HTTPS needs each time it starts; absent: HTTP. start()
 * rejects with HTTP_LISTEN, or with what `tls` throws.
 */
export function createHttpListener(
  address: string,
  clock: Clock,
  overrides: Partial<HttpLimits> = {},
  tls?: () => ServerOptions,
): ListeningHttp {
  const limits = { ...LIMITS, ...overrides };
  const scheme = tls ? 'https' : 'http';
  const mounts = createHttpMounts();
  const base = mounts.layer().share();
  const turns = createHttpTurns();
  let server: Server | undefined;
  let draining: Server | undefined;
  let stopping: Promise<void> | undefined;
  let listening = `${scheme}://${address}`;

  function serve(request: IncomingMessage, response: ServerResponse): void {
    turns.begin(request, response);
    if (draining) response.setHeader('Connection', 'close');
    const wrong = headProblem(request);
    request.url = originForm(request.url ?? '/');
    const mount = wrong ? undefined : mounts.find(request.url, request.method);
    if (mount) mount.active += 1;
    response.once('close', () => answered(request, mount));
    if (wrong) {
      response.setHeader('Connection', 'close');
      answerProblem(response, wrong.status, wrong.detail, request.url);
      return;
    }
    if (!mount) {
      answerProblem(response, 404, 'Nothing is served at this path.', request.url);
      return;
    }
    try {
      mount.handler(request, response);
    } catch {
      answerProblem(response, 500, 'The request could not be handled.', request.url);
    }
  }

  /** Invited to go on only by who reads the body: a caller who is refused need not send it. */
  function serveExpecting(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader('Connection', 'close');
    request.on('newListener', function invite(event) {
      if ((event !== 'data' && event !== 'readable') || response.headersSent) return;
      request.off('newListener', invite);
      if (!draining) response.removeHeader('Connection');
      response.writeContinue();
    });
    serve(request, response);
  }

  function refuseExpectation(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader('Connection', 'close');
    response.once('close', () => answered(request, undefined));
    answerProblem(response, 417, 'Only 100-continue can be expected.', request.url);
  }

  function refuse(socket: Duplex, answer: (socket: Duplex) => void): void {
    turns.after(socket, (told) => {
      if (!told) answer(socket);
      soonCut(socket);
    });
  }

  /** What still comes is thrown away, so that the answer arrives; who does not hang up is cut. */
  function soonCut(socket: Duplex): void {
    if (socket.destroyed) return;
    socket.resume();
    const cancel = clock.schedule(limits.linger, () => socket.destroy());
    socket.once('close', cancel);
  }

  /** Node throws away what still comes of an answered request; here that ends. */
  function answered(request: IncomingMessage, mount: Mount | undefined): void {
    if (mount) mount.active -= 1;
    if (mount?.active === 0) mount.onIdle();
    draining?.closeIdleConnections();
    if (request.complete || request.destroyed) return;
    request.resume();
    const cancel = clock.schedule(limits.linger, () => request.socket.destroy());
    request.once('close', () => {
      cancel();
      draining?.closeIdleConnections();
    });
  }

  async function drain(closing: Server): Promise<void> {
    const cut = clock.schedule(limits.grace, () => closing.closeAllConnections());
    draining = closing;
    await new Promise<void>((resolve) => closing.close(() => resolve()));
    cut();
  }

  return {
    get address() {
      return listening;
    },
    mount: base.mount,
    layer: mounts.layer,
    async start() {
      if (server) return;
      const options = optionsFor(limits);
      const starting: Server = tls ? createSecureServer({ ...options, ...tls() }, serve) : createServer(options, serve);
      starting.on('clientError', (error, socket) => refuse(socket, () => refuseBytes(error, socket)));
      starting.on('checkContinue', serveExpecting);
      starting.on('checkExpectation', refuseExpectation);
      starting.on('connect', (_request, socket) => refuse(socket, refuseTunnel));
      const { host, port } = parseAddress(address);
      server = starting;
      try {
        listening = `${scheme}://${await listen(starting, host, port)}`;
      } catch (thrown) {
        server = undefined;
        throw busError('HTTP_LISTEN', { address, reason: reasonOf(thrown) }, { cause: thrown });
      }
    },
    async stop() {
      if (server) stopping = drain(server);
      server = undefined;
      await stopping;
    },
  };
}

function optionsFor(limits: HttpLimits) {
  return {
    keepAliveTimeout: KEEP_ALIVE,
    headersTimeout: limits.head,
    requestTimeout: limits.request,
    connectionsCheckingInterval: CHECK_INTERVAL,
    noDelay: true,
    requireHostHeader: false, // headProblem sees to it, in the words of our answers.
  };
}

function parseAddress(address: string): { readonly host: string; readonly port: number } {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:\s]+):(\d{1,5})$/.exec(address);
  const port = Number(match?.[2]);
  if (!match || port > 65_535) throw busError('HTTP_LISTEN', { address, reason: 'it is not host:port' });
  return { host: match[1]!.replace(/^\[|\]$/g, ''), port };
}

function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const bound = server.address() as AddressInfo;
      resolve(`${host.includes(':') ? `[${host}]` : host}:${bound.port}`);
    });
  });
}
