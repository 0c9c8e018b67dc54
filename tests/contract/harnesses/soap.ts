/** The soap adapter against real HTTP: a caller that insists on an answer or a fault about a kept message, and a service. */
import { soap } from '../../../adapters/soap/adapter.ts';
import { readEnvelope } from '../../../adapters/soap/envelope.ts';
import { createSystemClock } from '../../../runtime/clock/system.ts';
import { createHttpListener } from '../../../runtime/host/http-listener.ts';
import type { AdapterContractOptions, AdapterHarness } from '../../../runtime/testing/adapter-contract.ts';
import { openSink } from '../http-sink.ts';
import { insistentCaller } from '../insistent-caller.ts';

/** What comes in comes through the host's own listener. */
export const options: AdapterContractOptions = { unbreakable: ['receive'] };

const WSDL = 'tests/adapters/soap/wsdl/desk.wsdl';
const ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/';
const envelope = (xml: string) => `<s:Envelope xmlns:s="${ENVELOPE}"><s:Body>${xml}</s:Body></s:Envelope>`;

const note = (n: number, size = 0) =>
  Buffer.from(`<Note xmlns="urn:test:types">${n} Schöne Grüße &amp; £5${'x'.repeat(size)}</Note>`);

const bodyOf = (bytes: Uint8Array) => Buffer.from(readEnvelope(Buffer.from(bytes).toString()).body[0]!.xml);

export async function createHarness(): Promise<AdapterHarness> {
  const listener = createHttpListener('127.0.0.1:0', createSystemClock());
  await listener.start();
  const sink = await openSink((_body, response) => response.writeHead(202).end(), bodyOf);
  const caller = insistentCaller(async (bytes) => {
    const headers = { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: '"urn:test:desk/Note"' };
    const body = envelope(Buffer.from(bytes).toString());
    const answer = await fetch(`${listener.address}/desk`, { method: 'POST', headers, body });
    const text = await answer.text();
    const kept = answer.ok || text.includes('<messageId>');
    return new Response(text, { status: kept ? 202 : 503 });
  });
  return {
    adapter: soap,
    contentType: 'text/xml',
    context: { http: listener },
    body: note,
    receive: {
      config: { wsdl: WSDL, path: '/desk' },
      properties: { 'bus.sourceName': '/desk', 'soap.operation': 'Note' },
      arrive: caller.arrive,
      left: caller.left,
    },
    send: {
      config: { wsdl: WSDL, url: `${sink.address}/desk` },
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
