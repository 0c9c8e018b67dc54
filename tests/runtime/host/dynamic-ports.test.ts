/** Dynamic send ports: each message goes where it says, as far as that is allowed, and a far end that is down holds up no other. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { destinationOf } from '../../../runtime/host/destination.ts';
import { guardedLookup, isInside } from '../../../runtime/host/guarded-lookup.ts';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { compileStubbed, type Files, type SmallBus, startSmallBus } from './small-bus.ts';

interface FarEnd {
  readonly url: string;
  readonly asked: { method: string; path: string; key: unknown }[];
  /** 0: it never answers. */
  status: number;
}

const servers: Server[] = [];
let bus: SmallBus | undefined;
afterEach(async () => {
  await bus?.stop();
  bus = undefined;
  for (const server of servers) server.closeAllConnections();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function farEnd(): Promise<FarEnd> {
  const asked: FarEnd['asked'] = [];
  const end = { url: '', asked, status: 200 };
  const server = createServer((request, response) => {
    const { method = '', url: path = '' } = request;
    if (end.status === 200) asked.push({ method, path, key: request.headers['idempotency-key'] });
    request.resume().on('end', () => end.status > 0 && response.writeHead(end.status).end());
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  end.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return end;
}

const files = (allow: readonly string[], rest = ''): Files => ({
  'schemas/reply.message.yaml':
    'message: reply\nschema: reply.schema.json\npromote: { reply.id: id, reply.url: to.url, reply.method: to.method }\n',
  'schemas/reply.schema.json': JSON.stringify({
    type: 'object',
    properties: {
      id: { type: 'string' },
      to: { type: 'object', properties: { url: { type: 'string' }, method: { type: 'string' } } },
    },
  }),
  'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: stub, pipeline: json-receive, message: reply }
sendPorts:
  out:
    transport: rest
    pipeline: json-send
    filter: message.type == "reply"
    retry: { attempts: 2, first: 1s }
    dynamic:
      address: reply.url
      allow: ${JSON.stringify(allow)}
      options: { method: reply.method }
${rest}`,
});
const send = (id: string, url?: string, method?: string) =>
  bus!.stub.arrive('in/door', JSON.stringify({ id, to: { url, method } }));
const all = (...ends: FarEnd[]) => ends.map(({ url }) => `${url}/hooks/*`);

/** Real sockets on a simulated clock: time moves on while they work. */
async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  await eventually(what, async () => {
    await bus!.clock.advance(100);
    return holds();
  });
}

test('each message goes to its own address, with the options that it decides', async () => {
  const [one, two] = [await farEnd(), await farEnd()];
  bus = await startSmallBus(files(all(one, two)));
  const { messageId } = await send('R-1', `${one.url}/hooks/a`);
  await send('R-2', `${two.url}/hooks/b?c=1`, 'PUT');
  await until('both are there', () => one.asked.length + two.asked.length === 2);
  expect(one.asked).toEqual([{ method: 'POST', path: '/hooks/a', key: `${messageId}@out` }]);
  expect(two.asked).toMatchObject([{ method: 'PUT', path: '/hooks/b?c=1' }]);
});

test('what has no address, or one that is not allowed, is suspended and can be resumed once it is allowed', async () => {
  const one = await farEnd();
  bus = await startSmallBus(files([`${one.url}/hooks/*`]));
  await send('R-1');
  await send('R-2', `${one.url}/other`);
  await send('R-3', `${one.url}/hooks/../other`);
  await send('R-4', `http://user:secret@127.0.0.1/hooks/a`);
  await send('R-5', `${one.url}/hooks/a`, 'STEAL');
  await until('all are told', async () => (await bus!.suspended()).length === 5);
  const codes = (await bus.suspended()).map(({ code }) => code).sort();
  expect(codes).toEqual(['ADDRESS_MISSING', ...Array(4).fill('ADDRESS_NOT_ALLOWED')]);
  expect(one.asked).toEqual([]);
});

test('a far end that is down opens its own circuit; the others go on, and what waits spends no attempts', async () => {
  const [one, two] = [await farEnd(), await farEnd()];
  bus = await startSmallBus(files(all(one, two), '    breaker: { failures: 2, pause: 10m }\n'));
  one.status = 503;
  await send('R-1', `${one.url}/hooks/a`);
  await until('the circuit is open', () => bus!.events.some(({ name }) => name === 'circuit-opened'));
  for (const id of ['R-2', 'R-3', 'R-4']) await send(id, `${one.url}/hooks/a`);
  await send('R-5', `${two.url}/hooks/a`);
  await until('the other is served', () => two.asked.length === 1);
  const [status] = bus.host.status.sendPorts;
  expect(status!.farEnds).toMatchObject([
    { address: one.url, state: 'circuit-open', error: { code: 'ENDPOINT_BUSY' } },
  ]);
  const waiting = await bus.box.inspection.deliveries({ state: 'waiting', limit: 10 }, bus.clock.now());
  expect(waiting.map(({ attempt }) => attempt)).toEqual([0, 0, 0]);
  one.status = 200;
  await bus.clock.advance(600_000);
  await until('all that waited is there', () => one.asked.length === 3);
  expect(await bus.suspended()).toHaveLength(1);
});

test('a far end that is slow takes its own places only, however much waits for it', async () => {
  const [slow, quick] = [await farEnd(), await farEnd()];
  bus = await startSmallBus(files(all(slow, quick), '    timeout: 1h\n    limit: { concurrent: 4 }\n'));
  slow.status = 0;
  for (let n = 1; n <= 100; n += 1) await send(`S-${n}`, `${slow.url}/hooks/a`);
  await bus.clock.advance(1000);
  for (let n = 1; n <= 10; n += 1) await send(`Q-${n}`, `${quick.url}/hooks/a`);
  await until('all others are there', () => quick.asked.length === 10);
  const counts = await bus.box.inspection.counts(bus.clock.now());
  expect(counts.deliveries).toContainEqual({ subscriber: 'send:out', state: 'done', count: 10 });
});

test('a name behind a pattern may not lead inside', async () => {
  const [port] = compileStubbed(
    files(['https://*.example.gov.uk/*', 'http://localhost:9000/*', 'https://*/public/*']),
  ).sendPorts;
  const to = (url: string) => {
    const context = new Map([['reply.url', { value: url, promoted: true }]]);
    return destinationOf(port!, port!.dynamic!, { context } as never);
  };
  expect(to('https://A.b.example.gov.uk/x?y=1')).toMatchObject({ guarded: true, farEnd: 'https://a.b.example.gov.uk' });
  expect(to('http://localhost:9000/x')).toMatchObject({ guarded: false });
  for (const url of [
    'https://example.gov.uk/x',
    'https://evil.example.gov.uk.attacker.net/x',
    'https://attacker.net/x.example.gov.uk/',
    'http://a.example.gov.uk/x',
    'https://a.example.gov.uk:8443/x',
    'https://10.0.0.1/public/x',
    'https://[::1]/public/x',
    'https://[::ffff:127.0.0.1]/public/x',
    'https://2130706433/public/x',
    'https://localhost/public/x',
    'file:///etc/passwd',
  ])
    expect(() => to(url)).toThrow(expect.objectContaining({ code: 'ADDRESS_NOT_ALLOWED' }));
  const failed = await new Promise((resolve) => guardedLookup('out')('localhost', {}, resolve));
  expect(failed).toMatchObject({ code: 'ADDRESS_NOT_ALLOWED' });
});

test.each(['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '::1', 'fd00::1', '[fe80::1]'])(
  '%s is inside',
  (host) => expect(isInside(host)).toBe(true),
);
test.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111', 'crm.example.gov.uk'])('%s is not', (host) =>
  expect(isInside(host)).toBe(false),
);
