/** A receive location of the adapter over real HTTP, and what it took. */
import { soap } from '../../../adapters/soap/adapter.ts';
import type { SoapReceiveConfig } from '../../../adapters/soap/receive.ts';
import { createSystemClock } from '../../../runtime/clock/system.ts';
import type { AdapterContext, Incoming, Submission } from '../../../runtime/contracts/adapter.ts';
import { bytesOf, type Message, partOf } from '../../../runtime/contracts/message.ts';
import { createHttpListener } from '../../../runtime/host/http-listener.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';

export type Verdict = (incoming: Incoming) => Promise<Partial<Submission>>;

export const S11 = 'http://schemas.xmlsoap.org/soap/envelope/';
export const S12 = 'http://www.w3.org/2003/05/soap-envelope';

export const envelope = (body: string, { namespace = S11, header = '' } = {}) =>
  `<e:Envelope xmlns:e="${namespace}">${header && `<e:Header>${header}</e:Header>`}<e:Body>${body}</e:Body></e:Envelope>`;

let close: (() => Promise<void>) | undefined;

export async function closeLocation(): Promise<void> {
  await close?.();
  close = undefined;
}

export async function openLocation(
  config: Pick<SoapReceiveConfig, 'wsdl'> & Partial<SoapReceiveConfig>,
  verdict: Verdict = async () => ({}),
  more: Partial<AdapterContext> = {},
) {
  const listener = createHttpListener('127.0.0.1:0', createSystemClock());
  await listener.start();
  const seen: Incoming[] = [];
  const stopping = new AbortController();
  const context = testAdapterContext({ name: 'desk/web', http: listener, ...more });
  const running = soap.receive!({ path: '/desk', ...config }, context).run(async ([incoming]) => {
    seen.push(incoming!);
    return [{ messageId: `m${seen.length}`, outcome: 'accepted', ...(await verdict(incoming!)) }];
  }, stopping.signal);
  close = async () => {
    stopping.abort();
    await running;
    await listener.stop();
  };
  const url = `${listener.address}/desk`;
  const post = async (
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = { 'Content-Type': 'text/xml; charset=utf-8' },
  ) => {
    const answer = await fetch(url, { method: 'POST', headers, body });
    return {
      status: answer.status,
      type: answer.headers.get('content-type'),
      headers: answer.headers,
      text: await answer.text(),
    };
  };
  return { url, seen, post };
}

export const bodyText = async (incoming: Incoming | undefined) =>
  Buffer.from(await bytesOf(incoming!.parts[0])).toString();

export const answering = (text: string): Verdict => {
  const parts: Message['parts'] = [partOf(Buffer.from(text), 'text/xml; charset=utf-8')];
  return async () => ({
    response: Promise.resolve({ id: 'a', interchange: 'a', type: undefined, context: new Map(), parts }),
  });
};
