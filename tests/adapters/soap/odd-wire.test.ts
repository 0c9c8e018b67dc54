/** The habits of old services and callers on the wire: what comes before the prolog, charsets, wrong content types, one-way answers. */
import { request, type ServerResponse } from 'node:http';
import { soap } from '../../../adapters/soap/adapter.ts';
import type { BusError } from '../../../runtime/contracts/errors.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { openSink } from '../../contract/http-sink.ts';
import { bodyText, closeLocation, openLocation, S11 } from './open-location.ts';

const WSDL = 'tests/adapters/soap/wsdl/desk.wsdl';
const envelope = (body: string, prolog = '') =>
  `${prolog}<s:Envelope xmlns:s="${S11}"><s:Body>${body}</s:Body></s:Envelope>`;
const ANSWER = '<OpenCaseResponse xmlns="urn:test:types"><Number>Größe</Number></OpenCaseResponse>';
const UTF8 = '<?xml version="1.0" encoding="utf-8"?>';
const OPEN = '<OpenCase xmlns="urn:test:types"><Title>Größe</Title></OpenCase>';
const NOTE = '<Note xmlns="urn:test:types">n</Note>';

afterEach(() => closeLocation());

async function answered(answer: (response: ServerResponse) => void, twoWay = true): Promise<string | undefined> {
  const sink = await openSink((_body, response) => answer(response));
  const port = soap.send!({ wsdl: WSDL, url: sink.address }, testAdapterContext({ twoWay }));
  try {
    const message = testMessage({ id: 'm', bytes: Buffer.from(twoWay ? OPEN : NOTE), contentType: 'text/xml' });
    const incoming = await port.send(message, new AbortController().signal);
    return incoming && (await bodyText(incoming));
  } finally {
    await port.close();
    await sink.close();
  }
}

const failure = (work: Promise<unknown>): Promise<BusError> =>
  work.then(
    () => Promise.reject(new Error('It resolved.')),
    (thrown) => thrown as BusError,
  );

describe('an answer is read', () => {
  test.each([
    ['with a byte order mark', Buffer.from(`\ufeff${envelope(ANSWER, UTF8)}`), 'text/xml; charset=utf-8'],
    [
      'with a byte order mark that contradicts its charset',
      Buffer.from(`\ufeff${envelope(ANSWER, UTF8)}`),
      'text/xml; charset=iso-8859-1',
    ],
    [
      'with blank lines before its prolog',
      Buffer.from(`\r\n\r\n ${envelope(ANSWER, UTF8)}`),
      'text/xml; charset=utf-8',
    ],
    ['with both', Buffer.from(`\ufeff\r\n${envelope(ANSWER, UTF8)}\r\n`), 'text/xml'],
    ['in ISO 8859-1 by its charset', Buffer.from(envelope(ANSWER), 'latin1'), 'text/xml; charset=ISO-8859-1'],
    [
      'in ISO 8859-1 by its prolog',
      Buffer.from(envelope(ANSWER, '<?xml version="1.0" encoding="ISO-8859-1"?>'), 'latin1'),
      'text/xml',
    ],
    [
      'in UTF-16 with a mark',
      Buffer.from(`\ufeff${envelope(ANSWER, '<?xml version="1.0" encoding="utf-16"?>')}`, 'utf16le'),
      'text/xml; charset=utf-16',
    ],
    [
      'in UTF-16 without a mark',
      Buffer.from(envelope(ANSWER, '<?xml version="1.0" encoding="utf-16"?>'), 'utf16le'),
      'text/xml; charset="utf-16"',
    ],
    ['with a charset in single quotes', Buffer.from(envelope(ANSWER)), "text/xml; charset='utf-8'"],
    ['as text', Buffer.from(envelope(ANSWER)), 'text/plain; charset=utf-8'],
    ['as a web page', Buffer.from(envelope(ANSWER)), 'text/html; charset=utf-8'],
    ['as SOAP 1.2, which it is not', Buffer.from(envelope(ANSWER)), 'application/soap+xml'],
    ['as bytes', Buffer.from(envelope(ANSWER)), 'application/octet-stream'],
    ['without a content type', Buffer.from(envelope(ANSWER)), undefined],
  ])('%s', async (_title, bytes, type) => {
    expect(
      await answered((response) =>
        response.writeHead(200, type === undefined ? {} : { 'Content-Type': type }).end(bytes),
      ),
    ).toBe(ANSWER);
  });
});

describe('an answer is refused', () => {
  test.each([
    [
      'in a charset that nobody knows',
      200,
      envelope(ANSWER),
      'text/xml; charset=ebcdic-gb',
      'ENDPOINT_ANSWER_INVALID',
      /its bytes are not ebcdic-gb/,
    ],
    [
      'that is not in its charset',
      200,
      Buffer.from(envelope(ANSWER), 'latin1'),
      'text/xml; charset=utf-8',
      'ENDPOINT_ANSWER_INVALID',
      /its bytes are not utf-8/,
    ],
    [
      'as a page of IIS, to be tried again',
      500,
      '<!DOCTYPE html><html><head><title>Runtime Error</title></head><body><h1>Server Error in Application</h1></body></html>',
      'text/html',
      'ENDPOINT_FAILED',
      /status 500: Runtime Error Server Error/,
    ],
    ['as JSON', 200, '{"error":"x"}', 'application/json', 'ENDPOINT_ANSWER_INVALID', /well-formed/],
    ['of blanks', 200, '\r\n', 'text/xml', 'ENDPOINT_ANSWER_INVALID', /it is empty/],
  ])('%s', async (_title, status, body, type, code, reason) => {
    const error = await failure(answered((response) => response.writeHead(status, { 'Content-Type': type }).end(body)));
    expect(error).toMatchObject({ code, message: expect.stringMatching(reason) });
    expect(error.kind).toBe(status === 500 ? 'transient' : 'message');
  });

  test('as a fault in a 500 with a mark before it', async () => {
    const fault = envelope('<s:Fault><faultcode>s:Client</faultcode><faultstring>No</faultstring></s:Fault>', UTF8);
    const error = await failure(
      answered((response) => response.writeHead(500, { 'Content-Type': 'text/xml' }).end(`\ufeff ${fault}`)),
    );
    expect(error).toMatchObject({ code: 'ENDPOINT_FAULT', kind: 'message', fault: 'Client' });
  });
});

describe('a one-way call is done', () => {
  test.each([
    ['by 202', 202, ''],
    ['by 204', 204, ''],
    ['by an empty 200', 200, ''],
    ['by a line break', 200, '\r\n'],
    ['by an empty envelope', 200, envelope('')],
  ])('%s', async (_title, status, body) => {
    expect(await answered((response) => response.writeHead(status).end(body), false)).toBeUndefined();
  });

  test('but not by a logon page, and not by a fault', async () => {
    const page = answered(
      (response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>Log on</html>'),
      false,
    );
    expect(await failure(page)).toMatchObject({ code: 'ENDPOINT_ANSWER_INVALID' });
    const fault = envelope('<s:Fault><faultcode>s:Server</faultcode><faultstring>No</faultstring></s:Fault>');
    expect(await failure(answered((response) => response.writeHead(200).end(fault), false))).toMatchObject({
      code: 'ENDPOINT_FAULT',
    });
  });
});

describe('a call is taken', () => {
  test.each([
    [
      'with a byte order mark and a blank line',
      Buffer.from(`\ufeff\r\n${envelope(OPEN, UTF8)}`),
      'text/xml; charset=utf-8',
    ],
    ['in UTF-16', Buffer.from(`\ufeff${envelope(OPEN)}`, 'utf16le'), 'text/xml; charset=utf-16'],
    ['in Windows-1252', Buffer.from(envelope(OPEN), 'latin1'), 'text/xml; charset=windows-1252'],
  ])('%s', async (_title, bytes, type) => {
    const { post, seen } = await openLocation({ wsdl: WSDL });
    expect((await post(Uint8Array.from(bytes), { 'Content-Type': type })).status).toBe(200);
    expect(await bodyText(seen[0])).toBe(OPEN);
  });

  /** As .NET Framework's clients send it: the head, and the body once it is asked for. */
  test('that waits for 100 Continue, and in chunks', async () => {
    const { url, seen } = await openLocation({ wsdl: WSDL });
    const headers = { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: '""', Expect: '100-continue' };
    const answer = await new Promise<{ status: number | undefined; asked: boolean }>((resolve, reject) => {
      let asked = false;
      const call = request(url, { method: 'POST', headers }, (response) => {
        response.resume().on('end', () => resolve({ status: response.statusCode, asked }));
      });
      call.on('error', reject).on('continue', () => {
        asked = true;
        call.write(envelope(OPEN).slice(0, 50));
        call.end(envelope(OPEN).slice(50));
      });
      call.flushHeaders();
    });
    expect(answer).toEqual({ status: 200, asked: true });
    expect(await bodyText(seen[0])).toBe(OPEN);
  });
});
