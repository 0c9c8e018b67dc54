/** Sessions of SOAP services: a logon whose token or cookie all calls carry, its end, and the logon after it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { soap } from '../../../adapters/soap/adapter.ts';
import { readEnvelope } from '../../../adapters/soap/envelope.ts';
import type { SoapSendConfig } from '../../../adapters/soap/send.ts';
import type { SessionConfig } from '../../../adapters/soap/session/config.ts';
import { valueAt, withValueAt } from '../../../adapters/soap/session/paths.ts';
import { createSimulatedClock } from '../../../runtime/clock/simulated.ts';
import type { AdapterContext, SendPort } from '../../../runtime/contracts/adapter.ts';
import type { BusError } from '../../../runtime/contracts/errors.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { type HttpSink, openSink } from '../../contract/http-sink.ts';

const WSDL = 'tests/adapters/soap/wsdl/housing.wsdl';
const NS = 'xmlns="urn:test:housing"';
const ASK = `<h:GetTenant xmlns:h="urn:test:housing"><h:Reference>T1</h:Reference></h:GetTenant>`;
const never = new AbortController().signal;
const envelope = (body: string) =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${body}</s:Body></s:Envelope>`;
const fault = (name: string, says = 'No.') =>
  envelope(`<s:Fault><faultcode>s:${name}</faultcode><faultstring>${says}</faultstring></s:Fault>`);
const tenant = (more = '') => envelope(`<GetTenantResponse ${NS}>${more}<Name>Ada</Name></GetTenantResponse>`);

/** A housing system: knows one session at a time. */
let far: HttpSink;
let good: string;
let logons: string[];
let logoffs: string[];
let calls: { readonly body: string; readonly headers: IncomingMessage['headers'] }[];
let logon: (response: ServerResponse) => void;
let serve: (body: string, response: ServerResponse, request: IncomingMessage) => void;
let port: SendPort | undefined;

const gives = (token: string) =>
  envelope(`<LogonResponse ${NS}><Result><Token>${token}</Token></Result></LogonResponse>`);

beforeEach(async () => {
  [logons, logoffs, calls] = [[], [], []];
  logon = (response) => {
    good = `token&${logons.length}`;
    response.end(gives(good).replace('&', '&amp;'));
  };
  serve = (body, response) =>
    body.includes(`>${good.replace('&', '&amp;')}<`)
      ? response.end(tenant())
      : response.writeHead(500).end(fault('SessionExpired'));
  far = await openSink((bytes, response, request) => {
    const body = bytes.toString();
    const [element] = readEnvelope(body).body;
    if (element!.local === 'Logon') logons.push(body);
    if (element!.local === 'Logoff') logoffs.push(element!.xml);
    if (element!.local === 'Logon') return logon(response);
    if (element!.local === 'Logoff') return void response.writeHead(202).end();
    calls.push({ body, headers: request.headers });
    return serve(body, response, request);
  });
});

afterEach(async () => {
  await port?.close();
  await far.close();
});

const LOGON = {
  message: `<Logon ${NS}><User>bus</User><Password>{password}</Password></Logon>`,
  values: { password: { secret: 'P' } },
};
const inBody: SessionConfig = {
  logon: LOGON,
  token: 'Result/Token',
  into: { body: 'Token' },
  expired: { faults: ['sessionexpired', 'please log on'] },
};

function open(
  session: SessionConfig,
  context: Partial<AdapterContext> = {},
  config: Partial<SoapSendConfig> = {},
): SendPort {
  const secret = (name: string) => `the <${name}>`;
  const options = { wsdl: WSDL, url: `${far.address}/housing`, session, ...config };
  port = soap.send!(options, testAdapterContext({ twoWay: true, secret, ...context }));
  return port;
}

const message = testMessage({ id: 'm', bytes: Buffer.from(ASK), contentType: 'text/xml' });
const send = async (to: SendPort) => Buffer.from((await to.send(message, never))!.parts[0].bytes!).toString();
const failure = (work: Promise<unknown>): Promise<BusError> =>
  work.then(
    () => Promise.reject(new Error('It resolved.')),
    (thrown) => thrown as BusError,
  );

describe('a token', () => {
  test('is had once for all calls that wait, and goes into the body', async () => {
    const to = open(inBody);
    await Promise.all([send(to), send(to), send(to)]);
    expect(await send(to)).toContain('Ada');
    expect(logons).toHaveLength(1);
    expect(logons[0]).toContain('<Password>the &lt;P&gt;</Password>');
    expect(readEnvelope(calls[0]!.body).body[0]!.xml).toBe(
      '<h:GetTenant xmlns:h="urn:test:housing"><h:Token>token&amp;1</h:Token><h:Reference>T1</h:Reference></h:GetTenant>',
    );
  });

  test('goes into a header block or an HTTP header', async () => {
    serve = (_body, response) => void response.end(tenant());
    const header = '<Session xmlns="urn:test:housing"><Id>{token}</Id></Session>';
    await send(open({ ...inBody, into: { header, httpHeader: 'X-Session', prefix: 'id ' } }));
    expect(readEnvelope(calls[0]!.body)).toMatchObject({
      header: [{ local: 'Session', xml: header.replace('{token}', 'token&amp;1') }],
      body: [{ xml: ASK }],
    });
    expect(calls[0]!.headers['x-session']).toBe('id token&1');
  });

  test('that is over is had anew once for all that find it so, and each calls once more', async () => {
    const to = open(inBody);
    await send(to);
    good = 'gone';
    await Promise.all([send(to), send(to)]);
    expect(logons).toHaveLength(2);
    expect(calls).toHaveLength(5);
  });

  test.each([
    [
      'words of a fault',
      (response: ServerResponse) => response.writeHead(500).end(fault('Server', 'Please log on again.')),
    ],
    ['the status 401', (response: ServerResponse) => response.writeHead(401).end()],
    ['a redirect', (response: ServerResponse) => response.writeHead(302, { Location: '/login' }).end()],
    ['a value of the answer', (response: ServerResponse) => response.end(tenant('<Status>-101</Status>'))],
  ])('is over by %s', async (_title, refuse) => {
    const to = open({ ...inBody, expired: { ...inBody.expired, result: { path: 'Status', values: ['-101'] } } });
    serve = (body, response) => void (body.includes('amp;2<') ? response.end(tenant()) : refuse(response));
    expect(await send(to)).toContain('Ada');
    expect(logons).toHaveLength(2);
  });

  test('that is refused as soon as it was given is no matter of the message', async () => {
    serve = (_body, response) => void response.writeHead(500).end(fault('SessionExpired'));
    expect(await failure(send(open(inBody)))).toMatchObject({ code: 'ENDPOINT_DENIED', kind: 'transient' });
    expect(logons).toHaveLength(2);
  });

  test('other faults stay what they are, and log nobody on again', async () => {
    serve = (_body, response) => void response.writeHead(500).end(fault('NoSuchTenant'));
    expect(await failure(send(open(inBody)))).toMatchObject({
      code: 'ENDPOINT_FAULT',
      fault: 'NoSuchTenant',
      kind: 'message',
    });
    expect(logons).toHaveLength(1);
  });

  test('is had anew when its time is over', async () => {
    const clock = createSimulatedClock(0);
    const to = open({ ...inBody, lifetime: '10m' }, { clock });
    await send(to);
    await clock.advance(11 * 60_000);
    await send(to);
    expect(logons).toHaveLength(2);
  });
});

describe('a logon', () => {
  test('that is refused or gives nothing is no matter of the message', async () => {
    logon = (response) => response.writeHead(500).end(fault('Client', 'Wrong password.'));
    expect(await failure(send(open(inBody)))).toMatchObject({
      code: 'ENDPOINT_DENIED',
      kind: 'transient',
      message: expect.stringContaining('Wrong password'),
    });
    logon = (response) => response.end(envelope(`<LogonResponse ${NS}/>`));
    expect(await failure(send(open(inBody)))).toMatchObject({
      message: expect.stringContaining('no token at Result/Token'),
    });
    logon = (response) => response.writeHead(503).end();
    expect(await failure(send(open(inBody)))).toMatchObject({ code: 'ENDPOINT_BUSY' });
    expect(calls).toEqual([]);
  });

  test('that the WSDL does not know stops the port', () => {
    const wrong = { ...inBody, logon: { message: `<Enter ${NS}/>` } };
    expect(() => open(wrong)).toThrow(
      /session.logon.message cannot be sent: .*no operation takes {urn:test:housing}Enter/,
    );
  });

  test('by cookie; those that come later count too', async () => {
    logon = (response) => response.setHeader('Set-Cookie', `SID=s${logons.length}; Path=/; HttpOnly`).end(envelope(''));
    serve = (_body, response, { headers }) => {
      if (!headers.cookie?.includes(`SID=s${logons.length}`))
        return void response.writeHead(302, { Location: '/' }).end();
      return void response.setHeader('Set-Cookie', 'lane=3').end(tenant());
    };
    const to = open({ logon: LOGON });
    await send(to);
    await send(to);
    expect(calls.map(({ headers }) => headers.cookie)).toEqual(['SID=s1', 'SID=s1; lane=3']);
    logon = (response) => response.end(envelope(''));
    expect(await failure(send(open({ logon: LOGON })))).toMatchObject({
      message: expect.stringContaining('no cookie'),
    });
  });

  test('at another address and with another WSDL, and with header blocks', async () => {
    const at = `${far.address}/door`;
    const header = '<w:Pass xmlns:w="urn:w">{password}</w:Pass>';
    const to = open({ ...inBody, logon: { ...LOGON, wsdl: WSDL, url: at, header } }, {}, { operation: 'GetTenant' });
    await send(to);
    expect(far.requests.map(({ url }) => url)).toEqual(['/door', '/housing']);
    expect(readEnvelope(logons[0]!).header).toMatchObject([{ uri: 'urn:w', local: 'Pass' }]);
  });
});

describe('a logoff', () => {
  const session = { ...inBody, logoff: `<Logoff ${NS}><Token>{token}</Token></Logoff>` };

  test('when the port closes, where there is a session', async () => {
    const to = open(session);
    await to.close();
    expect(logoffs).toEqual([]);
    const used = open(session);
    await send(used);
    await used.close();
    await used.close();
    expect(logoffs).toEqual([`<Logoff ${NS}><Token>token&amp;1</Token></Logoff>`]);
  });

  test('that fails is told and does not hold up the port', async () => {
    const seen: string[] = [];
    const to = open(session, { emit: ({ name }) => seen.push(name) });
    await send(to);
    await far.close();
    await to.close();
    expect(seen).toEqual(['logoff-failed']);
  });
});

describe('paths', () => {
  test.each([
    ['<a><b>1</b><b>2</b></a>', 'b', '1'],
    ['<a><x/><x><c t="v"> 3 </c></x></a>', 'x/c', '3'],
    ['<a><x><c t="v"/></x></a>', 'x/c/@t', 'v'],
    ['<a><x/></a>', 'y', undefined],
    ['<a><x/></a>', 'x', ''],
  ])('in %s %s is %s', (xml, path, value) => {
    expect(valueAt(xml, path)).toBe(value);
  });

  test.each([
    ['<a><t/><b/></a>', 't', '<a><t>&lt;</t><b/></a>'],
    ['<a><t x="1">old<i/></t></a>', 't', '<a><t x="1">&lt;</t></a>'],
    ['<a/>', 't', '<a><t>&lt;</t></a>'],
    ['<p:a xmlns:p="u" />', 't', '<p:a xmlns:p="u"><p:t>&lt;</p:t></p:a>'],
    ['<p:a xmlns:p="u"><b/></p:a>', 't', '<p:a xmlns:p="u"><t>&lt;</t><b/></p:a>'],
    ['<a><q:b xmlns:q="u"/></a>', 't', '<a><q:t xmlns:q="u">&lt;</q:t><q:b xmlns:q="u"/></a>'],
    ['<a><h/><b/></a>', 'h/t', '<a><h><t>&lt;</t></h><b/></a>'],
    ['<a><b/></a>', 'h/t', '<a><h><t>&lt;</t></h><b/></a>'],
    ['<a><b><t/></b><t/></a>', 't', '<a><b><t/></b><t>&lt;</t></a>'],
  ])('%s takes a value at %s', (xml, path, result) => {
    expect(withValueAt(xml, path, '<')).toBe(result);
  });
});

describe('options', () => {
  test.each([
    ['session.logon.message', { logon: { message: '<a>' } }],
    ['session.logon.message', { logon: { message: '<a>{user}</a>' } }],
    ['session.logon.values.x', { logon: { message: '<a/>', values: { x: '1' } } }],
    ['session.into.header', { logon: { message: '<a/>' }, token: 'a', into: { header: '<b/>' } }],
    ['session.logoff', { logon: { message: '<a/>' }, logoff: '<b>{token}</b>' }],
  ] as [string, SessionConfig][])('%s is found wrong', (path, session) => {
    expect(soap.check({ wsdl: 'a.wsdl', session }, 'send')).toEqual([
      expect.objectContaining({ path, severity: 'error' }),
    ]);
  });
});
