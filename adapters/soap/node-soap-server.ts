/**
 * Answers calls through node-soap's server: by operation, with an envelope of the caller's version. It sees the name of the
 * operation and our answer, never what the caller wrote, and it is asked only once the message is durable.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import { listen } from 'soap';
import { NAMESPACE_OF, type SoapVersion } from './envelope.ts';
import { callOf, methodOf, nodeSoapWsdl, PORT, SERVICE } from './node-soap-wsdl.ts';
import type { SoapOperation, SoapService } from './service.ts';
import { contentTypeOf } from './write-fault.ts';

/** `xml` is the answer's body element; one-way operations have none and give 202. */
export type Respond = (call: Answered, request: IncomingMessage, response: ServerResponse) => void;

export interface Answered {
  readonly version: SoapVersion;
  readonly operation: SoapOperation;
  readonly xml: string | undefined;
  /** Header blocks, one after the other. */
  readonly header?: string | undefined;
  /** Ends the response with the envelope; in place of node-soap, which ends it as it is. */
  readonly deliver?: ((envelope: string) => void) | undefined;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export async function createRespond(service: SoapService, path: string): Promise<Respond> {
  const answers = new WeakMap<IncomingMessage, string>();
  const headers = new WeakMap<IncomingMessage, string>();
  const headerOf = (request: IncomingMessage) => headers.get(request) ?? '';
  const xml = nodeSoapWsdl(service);
  const answer = (_input: unknown, _callback: unknown, _header: unknown, request: IncomingMessage) => ({
    _xml: answers.get(request),
  });
  const operations = Object.fromEntries(service.operations.map((_, index) => [methodOf(index), answer]));
  const services = { [SERVICE]: { [PORT]: operations } };
  const servers: Readonly<Record<SoapVersion, Handler>> = {
    '1.1': await openServer({ path, services, xml, forceSoap12Headers: false }, headerOf),
    '1.2': await openServer({ path, services, xml, forceSoap12Headers: true }, headerOf),
  };

  return ({ version, operation, xml: body, header, deliver }, request, response) => {
    if (deliver && body !== undefined) delivering(response, deliver);
    if (body !== undefined) answers.set(request, body);
    if (header) headers.set(request, header);
    const envelope = NAMESPACE_OF[version];
    const call = `<s:Envelope xmlns:s="${envelope}"><s:Body>${callOf(service.operations.indexOf(operation))}</s:Body></s:Envelope>`;
    delete request.headers['soapaction']; // The body has decided; node-soap would let the action decide.
    request.headers['content-type'] = contentTypeOf(version); // node-soap gives the answer the type of the request.
    servers[version](Object.assign(request, { body: call }), response);
  };
}

/** node-soap writes the whole answer at once, after its headers. */
function delivering(response: ServerResponse, deliver: (envelope: string) => void): void {
  const { end } = response;
  response.end = (envelope?: unknown) => {
    response.end = end;
    deliver(String(envelope));
    return response;
  };
}

type ServerOptions = Parameters<typeof listen>[1] & object;

function openServer(
  options: Pick<ServerOptions, 'path' | 'services' | 'xml' | 'forceSoap12Headers'>,
  headerOf: (request: IncomingMessage) => string,
): Promise<Handler> {
  const app = express();
  app.disable('x-powered-by').disable('etag').set('env', 'production');
  return new Promise((resolve, reject) => {
    const server = listen(app, {
      ...options,
      suppressStack: true,
      enableChunkedEncoding: false,
      oneWay: { responseCode: 202 },
      callback: (error: unknown) => {
        if (error) reject(error);
        else resolve(app);
      },
    });
    server.addSoapHeader((_method: string, _args: unknown, _headers: unknown, request: IncomingMessage) =>
      headerOf(request),
    );
  });
}
