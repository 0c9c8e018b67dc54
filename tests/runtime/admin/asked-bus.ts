/** A small bus in memory with its admin API on a free port, and a caller who holds the token. */

import type { AdminUser } from '../../../runtime/admin/callers.ts';
import { createAdminServer } from '../../../runtime/admin/server.ts';
import { createIds } from '../../../runtime/clock/identity.ts';
import type { BusEvent } from '../../../runtime/contracts/events.ts';
import { defaultRetention } from '../../../runtime/contracts/retention.ts';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { type Files, type SmallBus, type SmallBusOptions, startSmallBus } from '../host/small-bus.ts';

export const TOKEN = 'a-token-of-this-test';

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the API answers.
  readonly body: any;
}

export interface AskedBus extends SmallBus {
  readonly address: string;
  /** Events of the admin API itself. */
  readonly told: readonly BusEvent[];
  get(path: string, headers?: Record<string, string>): Promise<Answered>;
  /** `order` goes as JSON; text goes as it is. */
  post(path: string, order?: unknown, headers?: Record<string, string>): Promise<Answered>;
}

export async function startAskedBus(
  files: Files,
  { users = [], ...given }: SmallBusOptions & { readonly users?: readonly AdminUser[] } = {},
): Promise<AskedBus> {
  const bus = await startSmallBus(files, given);
  const emitted: BusEvent[] = [];
  const admin = createAdminServer({
    bus: 'small',
    version: '0.0.0',
    host: bus.host,
    hostName: 'main',
    box: bus.box,
    clock: bus.clock,
    newId: createIds(bus.clock, () => 0.5),
    retention: defaultRetention,
    listen: { host: '127.0.0.1', port: 0 },
    token: TOKEN,
    users,
    emit: (event) => void emitted.push(event),
  });
  await admin.start();

  async function ask(path: string, init: RequestInit, headers: Record<string, string> = {}): Promise<Answered> {
    const sent = { Authorization: `Bearer ${TOKEN}`, ...headers };
    let answered = false;
    const work = fetch(`${admin.address}${path}`, { ...init, headers: sent }).finally(() => {
      answered = true;
    });
    // The bus moves only when its simulated clock does; an answer that never comes is late at last.
    await eventually(`${path} is answered`, async () => {
      await bus.clock.advance(100);
      return answered;
    });
    const response = await work;
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, headers: response.headers, text, body: json ? JSON.parse(text) : undefined };
  }

  return {
    ...bus,
    told: emitted,
    address: admin.address,
    get: (path, headers) => ask(path, {}, headers),
    post: (path, order, headers) => {
      const body = typeof order === 'string' ? order : order === undefined ? null : JSON.stringify(order);
      return ask(path, { method: 'POST', body }, { 'Content-Type': 'application/json', ...headers });
    },
    stop: async () => {
      await admin.stop();
      await bus.stop();
    },
  };
}

/** Two-way `counter/desk`: an orchestration asks `depot` and answers with what it says. */
export const counter: Files = {
  'config/applications/counter.yaml': `application: counter
receivePorts:
  counter:
    response: receipt
    timeout: 10s
    locations:
      desk: { transport: stub, pipeline: json-receive, message: parcel, dedupe: parcel.id }
sendPorts:
  depot:
    transport: stub
    pipeline: json-send
    responsePipeline: json-receive
    response: receipt
    retry: { attempts: 1 }
bindings:
  handle-parcel: { counter: counter, depot: depot }
`,
  'orchestrations/handle-parcel.orchestration.yaml': `orchestration: handle-parcel
messages: { parcel: parcel, receipt: receipt }
body:
  - receive: { port: counter, message: parcel, activate: true }
  - request: { port: depot, send: parcel, response: receipt, timeout: 5s }
  - send: { port: counter, message: receipt }
`,
};
