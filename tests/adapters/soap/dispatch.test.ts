/** Which operation is meant: by body element, and by action where that is not enough; at both ends. */
import { soap } from '../../../adapters/soap/adapter.ts';
import { readRoot } from '../../../adapters/soap/envelope.ts';
import { bytesOf } from '../../../runtime/contracts/message.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { openSink } from '../../contract/http-sink.ts';
import { answering, bodyText, closeLocation, envelope, openLocation, S11, S12 } from './open-location.ts';

const WSDL = 'tests/adapters/soap/wsdl/shared-input.wsdl';
const body = (name: string) => `<${name} xmlns="urn:shared">x</${name}>`;

afterEach(closeLocation);

describe('serving', () => {
  const XML = { 'Content-Type': 'text/xml' };
  const addressed = '<a:Action xmlns:a="http://www.w3.org/2005/08/addressing">urn:shared#update</a:Action>';
  test.each([
    ['SOAPAction', 'Create', { ...XML, SOAPAction: '"urn:shared#create"' }, {}],
    ['SOAPAction without quotes', 'Update', { ...XML, SOAPAction: 'urn:shared#update' }, {}],
    [
      'action of the content type',
      'Update',
      { 'Content-Type': 'application/soap+xml; charset=utf-8; action="urn:shared#update"' },
      { namespace: S12 },
    ],
    ['WS-Addressing', 'Update', { ...XML, SOAPAction: '""' }, { header: addressed }],
  ])('two operations of one element: %s', async (_title, operation, headers, options) => {
    const { post, seen } = await openLocation({ wsdl: WSDL }, answering(body('Done')), { twoWay: true });
    expect((await post(envelope(body('Enquiry'), options), headers as Record<string, string>)).status).toBe(200);
    expect(seen[0]!.context.get('soap.operation')?.value).toBe(operation);
  });

  test.each([
    [S11, 'urn:shared#gone', 'The SOAP action "urn:shared#gone" is not recognised', 500, 'soap:Client'],
    [S11, '', 'The SOAP action is missing', 500, 'soap:Client'],
    [S12, '', 'The SOAP action is missing', 400, 'soap:Sender'],
  ])('an action that means none of them is a fault: %s %s', async (namespace, action, reason, status, code) => {
    const { post, seen } = await openLocation({ wsdl: WSDL });
    const answer = await post(envelope(body('Enquiry'), { namespace }), {
      'Content-Type': 'text/xml',
      SOAPAction: action,
    });
    expect(answer).toMatchObject({ status, text: expect.stringContaining(code) });
    expect(answer.text.replaceAll('&quot;', `"`)).toContain(`${reason}: 2 operations take {urn:shared}Enquiry`);
    expect(seen).toEqual([]);
  });

  test('empty actions, and an overloaded name: the element decides', async () => {
    const { post, seen } = await openLocation({ wsdl: WSDL }, answering(body('Done')), { twoWay: true });
    for (const name of ['Case', 'Note']) expect((await post(envelope(body(name)))).text).toContain('Done');
    expect(seen.map(({ context }) => context.get('soap.operation')?.value)).toEqual(['Find', 'Find']);
  });
});

test('calling: each overloaded operation by its element; of two for one element the option says which', async () => {
  const sink = await openSink((_body, response) => void response.end(envelope(body('Done'))));
  const send = async (name: string, operation?: string) => {
    const options = { wsdl: WSDL, url: sink.address, ...(operation === undefined ? {} : { operation }) };
    const port = soap.send!(options, testAdapterContext({ twoWay: true }));
    try {
      await port.send(
        testMessage({ id: 'm', bytes: Buffer.from(body(name)), contentType: 'text/xml' }),
        new AbortController().signal,
      );
      return sink.requests.at(-1)!.headers['soapaction'];
    } finally {
      await port.close();
    }
  };
  try {
    expect(await send('Case')).toBe('""');
    expect(await send('Enquiry', 'Create')).toBe('"urn:shared#create"');
    expect(await send('Enquiry', 'Update')).toBe('"urn:shared#update"');
    await expect(send('Enquiry')).rejects.toMatchObject({
      code: 'ENDPOINT_REFUSED',
      message: expect.stringContaining(
        'Create and Update take {urn:shared}Enquiry; say which by the option `operation`',
      ),
    });
  } finally {
    await sink.close();
  }
});

test('the wrapper of rpc counts by its name: its namespace is set right, at both ends', async () => {
  const wsdl = 'tests/adapters/soap/wsdl/vendors/gsoap-meters.wsdl';
  const call = '<m:set xmlns:m="http://meters.example/m.wsdl" xmlns="" ><now>2026-01-31T00:00:00Z</now></m:set >';
  const { post, seen } = await openLocation({ wsdl }, answering('<x:setResponse xmlns:x="urn:meters"/>'), {
    twoWay: true,
  });
  expect((await post(envelope(call))).status).toBe(200);
  expect(readRoot(await bodyText(seen[0]))).toMatchObject({ uri: 'urn:meters', local: 'set' });
  expect(await bodyText(seen[0])).toContain('<now>2026-01-31T00:00:00Z</now></guildhall:set>');
  const answer = '<m:result xmlns:m="http://meters.example/m.wsdl"><out>1</out></m:result>';
  const sink = await openSink((_body, response) => void response.end(envelope(answer)));
  const port = soap.send!({ wsdl, url: sink.address }, testAdapterContext({ twoWay: true }));
  try {
    const bytes = Buffer.from('<m:set xmlns:m="urn:meters"/>');
    const given = await port.send(
      testMessage({ id: 'm', bytes, contentType: 'text/xml' }),
      new AbortController().signal,
    );
    const text = Buffer.from(await bytesOf(given!.parts[0])).toString();
    expect(readRoot(text)).toMatchObject({ uri: 'urn:meters', local: 'setResponse' });
    expect(text).toContain('><out>1</out></');
  } finally {
    await port.close();
    await sink.close();
  }
});
