/** Who may call a SOAP location: UsernameTokens as node-soap's client sends them, and what HTTP itself tells. */
import { createHash } from 'node:crypto';
import { BasicAuthSecurity, createClientAsync, WSSecurity } from 'soap';
import { soap } from '../../../adapters/soap/adapter.ts';
import type { SoapReceiveConfig } from '../../../adapters/soap/receive.ts';
import { compileUsernameToken } from '../../../adapters/soap/username-token.ts';
import { createSimulatedClock } from '../../../runtime/clock/simulated.ts';
import { createSystemClock } from '../../../runtime/clock/system.ts';
import type { Incoming } from '../../../runtime/contracts/adapter.ts';
import { partOf } from '../../../runtime/contracts/message.ts';
import { createHttpListener } from '../../../runtime/host/http-listener.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';

const WSDL = 'tests/adapters/soap/wsdl/desk.wsdl';
const ANSWER = '<OpenCaseResponse xmlns="urn:test:types"><Number>0042</Number></OpenCaseResponse>';
const users = [{ user: 'ada', password: { secret: 'ADA' } }];
let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

async function open(config: Partial<SoapReceiveConfig>) {
  const listener = createHttpListener('127.0.0.1:0', createSystemClock());
  await listener.start();
  const seen: Incoming[] = [];
  const stopping = new AbortController();
  const context = testAdapterContext({ http: listener, twoWay: true, secret: () => 's&cret <1>' });
  const parts = [partOf(Buffer.from(ANSWER), 'text/xml')] as const;
  const running = soap.receive!({ wsdl: WSDL, path: '/desk', ...config }, context).run(async ([incoming]) => {
    seen.push(incoming!);
    const response = Promise.resolve({ id: 'a', interchange: 'a', type: undefined, context: new Map(), parts });
    return [{ messageId: 'm', outcome: 'accepted', response }];
  }, stopping.signal);
  close = async () => {
    stopping.abort();
    await running;
    await listener.stop();
  };
  return { url: `${listener.address}/desk`, seen };
}

type Client = Awaited<ReturnType<typeof createClientAsync>>;
async function call(url: string, security?: Parameters<Client['setSecurity']>[0]): Promise<unknown> {
  const client = await createClientAsync(WSDL, { disableCache: true, endpoint: url });
  if (security) client.setSecurity(security);
  const [result] = (await (client as unknown as { OpenCaseAsync(args: object): Promise<[unknown]> }).OpenCaseAsync({
    Title: 'A',
  })) as [unknown];
  return result;
}

test.each([
  ['in the clear', { passwordType: 'PasswordText' }, {}],
  ['as a digest', { passwordType: 'PasswordDigest' }, { digest: true }],
  ['that must be understood', { passwordType: 'PasswordDigest', mustUnderstand: true }, {}],
])('a password %s', async (_, options, rules) => {
  const { url, seen } = await open({ usernameToken: { users, ...rules } });
  expect(await call(url, new WSSecurity('ada', 's&cret <1>', options))).toMatchObject({ Number: '0042' });
  expect(seen[0]!.context.get('http.caller')?.value).toBe('ada');
});

test.each([
  ['no token', undefined, {}],
  ['a wrong password', new WSSecurity('ada', 'wrong', { passwordType: 'PasswordText' }), {}],
  ['a wrong digest', new WSSecurity('ada', 'wrong', { passwordType: 'PasswordDigest' }), {}],
  ['an unknown user', new WSSecurity('bo', 's&cret <1>', { passwordType: 'PasswordText' }), {}],
  [
    'a password in the clear where only digests are taken',
    new WSSecurity('ada', 's&cret <1>', { passwordType: 'PasswordText' }),
    { digest: true },
  ],
])('%s is a fault, and no message', async (_, security, rules) => {
  const { url, seen } = await open({ usernameToken: { users, ...rules } });
  await expect(call(url, security)).rejects.toThrow(/FailedAuthentication/);
  expect(seen).toEqual([]);
});

test('HTTP Basic before anything is read', async () => {
  const { url } = await open({ access: { basic: users } });
  expect(await call(url, new BasicAuthSecurity('ada', 's&cret <1>'))).toMatchObject({ Number: '0042' });
  await expect(call(url)).rejects.toThrow(/401|needed/);
  expect((await fetch(`${url}?wsdl`)).status).toBe(401);
});

describe('a digest', () => {
  const clock = createSimulatedClock(Date.parse('2026-07-01T12:00:00Z'));
  const SECURITY = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
  const header = (created: string, nonce = 'bm9uY2U=') => {
    const digest = createHash('sha1')
      .update(Buffer.concat([Buffer.from(nonce, 'base64'), Buffer.from(`${created}pw`)]))
      .digest('base64');
    const xml = `<w:Security xmlns:w="${SECURITY}"><w:UsernameToken><w:Username>ada</w:Username><w:Password Type="x#PasswordDigest">${digest}</w:Password><w:Nonce>${nonce}</w:Nonce><u:Created xmlns:u="urn:u">${created}</u:Created></w:UsernameToken></w:Security>`;
    return [{ uri: SECURITY, local: 'Security', mustUnderstand: false, actor: undefined, xml }];
  };
  const compiled = () => compileUsernameToken({ users }, testAdapterContext({ clock, secret: () => 'pw' }));

  test('counts once, however its nonce is written', () => {
    const check = compiled();
    const [first, again, other] = ['bm9uY2U=', 'bm9u Y2U', 'b3RoZXI='].map((nonce) =>
      check(header('2026-07-01T11:59:00Z', nonce)),
    );
    expect(first).toEqual({
      name: 'ada',
      once: { key: expect.any(String), until: Date.parse('2026-07-01T12:04:00Z') },
    });
    expect(again).toEqual(first);
    expect(other!.once!.key).not.toBe(first!.once!.key);
  });

  test.each(['2026-07-01T11:50:00Z', '2026-07-01T12:10:00Z', '', 'yesterday'])('of %s does not count', (created) => {
    expect(compiled()(header(created))).toBeUndefined();
  });

  test('a wrong one does not use up its nonce', () => {
    const check = compiled();
    const [good] = header('2026-07-01T11:59:00Z');
    expect(check([{ ...good!, xml: good!.xml.replace('ada', 'bo') }])).toBeUndefined();
    expect(check([good!])?.name).toBe('ada');
  });
});
