/** The admin API: JSON over HTTP for operators' tools, on loopback, behind a bearer token. Errors are problem+json. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler, type Express } from 'express';
import type { Service } from '../contracts/service.ts';
import { asBusError, reasonOf } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import type { ListenAddress } from '../solution/bus-config.ts';
import { authorised, callerOf, checkTokens, onlyOperators } from './callers.ts';
import type { AdminContext } from './context.ts';
import { definitionRoutes } from './routes/definitions.ts';
import { instanceRoutes } from './routes/instances.ts';
import { messageRoutes } from './routes/messages.ts';
import { migrationRoutes } from './routes/migrations.ts';
import { sendRoutes } from './routes/send.ts';
import { sendPortRoutes } from './routes/send-ports.ts';
import { statusRoutes } from './routes/status.ts';
import { storeRoutes } from './routes/store.ts';
import { suspendedRoutes } from './routes/suspended.ts';
import { taskHoldingRoutes } from './routes/task-holding.ts';
import { taskRoutes } from './routes/tasks.ts';
import { watermarkRoutes } from './routes/watermarks.ts';

export interface AdminOptions extends AdminContext {
  /** Port 0 takes a free one. */
  readonly listen: ListenAddress;
  readonly token: string;
}

export interface AdminServer extends Service {
  /** `http://127.0.0.1:8079`, once started. */
  readonly address: string;
}

const STATUS: Readonly<Record<string, number>> = {
  ADMIN_DENIED: 401,
  ADMIN_FORBIDDEN: 403,
  TASK_FORBIDDEN: 403,
  ADMIN_NO_ROUTE: 404,
  NOT_FOUND: 404,
  NO_SUCH_LOCATION: 404,
  NOT_SUSPENDED: 409,
  NOT_RESUMABLE: 409,
  ALREADY_ENDED: 409,
  INSTANCE_UNFIT: 409,
  TASK_NOT_OPEN: 409,
  TASK_CLAIMED: 409,
  BODY_PURGED: 410,
  SCHEMA_VIOLATION: 422,
  STORE_EXISTS: 409,
};

export function createAdminServer(options: AdminOptions): AdminServer {
  const server = createServer(createApp(options));
  const { host, port } = options.listen;
  let address = '';
  return {
    get address() {
      return address;
    },
    /** Rejects with ADMIN_TOKEN_UNFIT and HTTP_LISTEN. */
    start: async () => {
      checkTokens(options.token, options.users ?? []);
      await new Promise<void>((resolve, reject) => {
        const refuse = (thrown: Error) =>
          reject(busError('HTTP_LISTEN', { address: `${host}:${port}`, reason: reasonOf(thrown) }, { cause: thrown }));
        server.once('error', refuse);
        server.listen(port, host, () => {
          server.off('error', refuse);
          address = `http://${host}:${(server.address() as AddressInfo).port}`;
          resolve();
        });
      });
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function createApp(options: AdminOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(authorised(options.token, options.users ?? []));
  app.use(onlyOperators);
  for (const routes of [
    statusRoutes,
    messageRoutes,
    suspendedRoutes,
    taskRoutes,
    taskHoldingRoutes,
    instanceRoutes,
    migrationRoutes,
    definitionRoutes,
    sendRoutes,
    sendPortRoutes,
    watermarkRoutes,
    storeRoutes,
  ]) {
    app.use(routes(options));
  }
  app.use((request) => {
    throw busError('ADMIN_NO_ROUTE', { method: request.method, path: request.path });
  });
  app.use(told(options));
  app.use(problem);
  return app;
}

const REFUSALS = new Set(['ADMIN_FORBIDDEN', 'TASK_FORBIDDEN']);

/** Whoever tries what is not theirs stands in the log. */
function told({ emit, clock }: AdminOptions): ErrorRequestHandler {
  return (thrown, { method, path }, response, next) => {
    const user = callerOf(response)?.name;
    const code = (thrown as { code?: string }).code ?? '';
    if (user !== undefined && REFUSALS.has(code)) {
      emit?.({ name: 'admin-refused', at: clock.now(), data: { user, method, path, code, reason: thrown.message } });
    }
    next(thrown);
  };
}

/** Express knows an error handler by its four parameters. */
const problem: ErrorRequestHandler = (thrown, request, response, next) => {
  if (response.headersSent) {
    next(thrown); // Half an answer is on its way: the connection ends.
    return;
  }
  const parsing = typeof thrown?.status === 'number' && thrown.status < 500;
  const error = parsing ? busError('ADMIN_BAD_REQUEST', { reason: reasonOf(thrown) }) : asBusError(thrown, 'admin API');
  const status = parsing ? thrown.status : (STATUS[error.code] ?? (error.kind === 'message' ? 400 : 503));
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  response.status(status).type('application/problem+json');
  const { code, message: detail, help } = error;
  response.send(
    JSON.stringify({ type: 'about:blank', title: code, status, detail, help, code, instance: request.path }),
  );
};
