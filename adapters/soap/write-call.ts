/**
 * Writes calls by node-soap: envelope, action and security. What is written is handed back instead of sent, so that it can be
 * carried, signed and tried again; node-soap never sees an answer, since it would turn it into objects that lose order and names.
 */
import { Client, type IHttpClient, type ISecurity } from 'soap';
import { loadNodeSoapWsdl, methodOf, PORT, SERVICE } from './node-soap-wsdl.ts';
import type { SoapOperation, SoapService } from './service.ts';

export interface Call {
  /** One of the service. */
  readonly operation: SoapOperation;
  /** The body element. */
  readonly xml: string;
  /** Header blocks, one after the other, each with its own namespaces. */
  readonly header?: string;
}

export interface WrittenCall {
  readonly envelope: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body anew, where it is more than the envelope. */
  readonly open?: () => AsyncIterable<Uint8Array>;
}

export interface Writing {
  readonly soap12: boolean;
  readonly soapAction?: string | undefined;
  /** A new one for each call. */
  readonly security?: (() => ISecurity) | undefined;
}

export type WriteCall = (call: Call) => Promise<WrittenCall>;

/** What is handed through node-soap, beside the message, to the HTTP client that it asks. */
interface Carriage {
  readonly written: (call: WrittenCall) => void;
}

export function createWriter(service: SoapService, { soap12, soapAction, security }: Writing): WriteCall {
  const blocks = new WeakMap<object, string>();
  let loading: Promise<Client> | undefined;

  async function open(): Promise<Client> {
    const options = { httpClient: httpClient(), forceSoap12Headers: soap12 };
    const client = new Client(await loadNodeSoapWsdl(service), 'http://service/', options);
    if (soapAction !== undefined) client.setSOAPAction(soapAction);
    client.addSoapHeader((_method: unknown, _location: unknown, _action: unknown, args: object) => blocks.get(args));
    return client;
  }

  return async ({ operation, xml, header }) => {
    loading ??= open();
    const client = await loading;
    const args = { _xml: xml };
    if (header) blocks.set(args, header);
    if (security) client.setSecurity(security()); // It writes at once, before another call can set another.
    const { promise, resolve } = Promise.withResolvers<WrittenCall>();
    const carriage: Carriage = { written: resolve };
    client[SERVICE][PORT][methodOf(service.operations.indexOf(operation))](args, () => {}, carriage);
    return promise;
  };
}

function httpClient(): IHttpClient {
  return {
    request(_url, envelope, _callback, headers, carriage) {
      const named = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
      (carriage as unknown as Carriage).written({ envelope: String(envelope), headers: Object.fromEntries(named) });
      return undefined as unknown as ReturnType<IHttpClient['request']>;
    },
  };
}
