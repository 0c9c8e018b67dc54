/** A location that serves the sample contract over a real socket; what came in is kept. */
import { resolve } from 'node:path';
import { rest } from '../../../../adapters/rest/adapter.ts';
import type { ContractReceiveConfig } from '../../../../adapters/rest/contract/serve.ts';
import { createSystemClock } from '../../../../runtime/clock/system.ts';
import type { AdapterContext, Incoming, Submission } from '../../../../runtime/contracts/adapter.ts';
import { bytesOf } from '../../../../runtime/contracts/message.ts';
import { createHttpListener } from '../../../../runtime/host/http-listener.ts';
import { testAdapterContext } from '../../../../runtime/testing/adapter-context.ts';

export const CONTRACT = 'street-care.yaml';
export const BASE = '/v1';

export type Verdict = (incoming: Incoming) => Promise<Partial<Submission>>;

export async function openContractLocation(
  config: Partial<ContractReceiveConfig> = {},
  verdict: Verdict = async () => ({}),
  overrides: Partial<AdapterContext> = {},
) {
  const listener = createHttpListener('127.0.0.1:0', createSystemClock());
  await listener.start();
  const seen: Incoming[] = [];
  const stopping = new AbortController();
  const location = rest.receive!(
    { openapi: CONTRACT, ...config },
    testAdapterContext({
      name: 'reports/api',
      http: listener,
      resolvePath: (path) => resolve(import.meta.dirname, path),
      ...overrides,
    }),
  );
  const running = location.run(async ([incoming]) => {
    seen.push(incoming!);
    return [{ messageId: `m${seen.length}`, outcome: 'accepted', ...(await verdict(incoming!)) }];
  }, stopping.signal);
  return {
    listener,
    seen,
    ask: (path: string, init?: RequestInit) => fetch(`${listener.address}${BASE}${path}`, init),
    json: (path: string, document: unknown, init: RequestInit = {}) =>
      fetch(`${listener.address}${BASE}${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: typeof document === 'string' ? document : JSON.stringify(document),
        ...init,
      }),
    async close() {
      stopping.abort(new Error('The location is stopped.'));
      await running;
      await listener.stop();
    },
  };
}

export type OpenLocation = Awaited<ReturnType<typeof openContractLocation>>;

/** The document of the first part, and the properties. */
export async function toldOf({ parts, context }: Incoming) {
  return {
    document: JSON.parse(Buffer.from(await bytesOf(parts[0])).toString()) as unknown,
    properties: Object.fromEntries([...context].map(([name, { value }]) => [name, value])),
  };
}
