/** The rest adapter against real HTTP: callers that insist, and a server that keeps what it gets by its idempotency key. */
import { rest } from '../../../adapters/rest/adapter.ts';
import { createSystemClock } from '../../../runtime/clock/system.ts';
import { createHttpListener } from '../../../runtime/host/http-listener.ts';
import type { AdapterContractOptions, AdapterHarness } from '../../../runtime/testing/adapter-contract.ts';
import { openSink } from '../http-sink.ts';
import { insistentCaller } from '../insistent-caller.ts';

/** What comes in comes through the host's own listener. */
export const options: AdapterContractOptions = { unbreakable: ['receive'] };

export async function createHarness(): Promise<AdapterHarness> {
  const listener = createHttpListener('127.0.0.1:0', createSystemClock());
  await listener.start();
  const sink = await openSink((_body, response) => response.writeHead(201).end());
  const caller = insistentCaller((bytes) =>
    fetch(`${listener.address}/in`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json; charset=utf-8', 'X-Source': 'portal' },
      body: bytes,
    }),
  );
  return {
    adapter: rest,
    contentType: 'application/json',
    context: { http: listener },
    receive: {
      config: { path: '/in', properties: { 'X-Source': 'http.source' } },
      properties: { 'bus.sourceName': '/in', 'http.source': 'portal' },
      arrive: caller.arrive,
      left: caller.left,
    },
    send: {
      config: { url: `${sink.address}/out` },
      taken: async () => sink.taken(),
      recognisesRepeats: true,
      breakLink: sink.breakLink,
      healLink: sink.healLink,
      stall: sink.stall,
    },
    dispose: async () => {
      await caller.dispose();
      await listener.stop();
      await sink.close();
    },
  };
}
