/** HTTPS: the listener proves itself, and locations take callers by their certificates. */
import { X509Certificate } from 'node:crypto';
import { Agent, request } from 'undici';
import { busConfigOf } from '../../../runtime/solution/bus-config.ts';
import { loadSolution } from '../../../runtime/solution/load.ts';
import { type Authority, type Certificate, createAuthority } from '../../servers/certificates.ts';
import { type Files, type SmallBus, startSmallBus } from './small-bus.ts';

let authority: Authority;
let server: Certificate;
let bus: SmallBus | undefined;
const agents: Agent[] = [];
beforeAll(async () => {
  authority = await createAuthority();
  server = await authority.issue('bus.northmoor.example');
});
afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.destroy()));
  await bus?.stop();
  bus = undefined;
});

const BUS = `bus: small
organisation: northmoor
store: memory
http:
  tls: { certificate: { secret: CERT }, key: { secret: KEY }, clients: { secret: CLIENTS } }
`;
const files = (access: string): Files => ({
  'config/bus.yaml': BUS,
  'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      closed: { transport: rest, path: /closed, pipeline: json-receive, message: parcel, access: ${access} }
      open: { transport: rest, path: /open, pipeline: json-receive, message: parcel }
sendPorts:
  out: { transport: stub, pipeline: json-send, filter: message.type == "parcel" }
`,
});

async function start(access: string, more: Readonly<Record<string, string>> = {}): Promise<void> {
  const given = { ...files(access), ...more };
  const { http } = busConfigOf(loadSolution(new Map(Object.entries(given))), undefined);
  const env = { CERT: server.certificate, KEY: server.key, CLIENTS: authority.certificate };
  bus = await startSmallBus(given, { env, tls: http.tls! });
}

async function ask(path: string, by?: Certificate): Promise<number> {
  const own = by ? { cert: by.certificate, key: by.key } : {};
  const agent = new Agent({ connect: { ca: authority.certificate, ...own } });
  agents.push(agent);
  const answer = await request(`${bus!.host.address}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"id":"P-1"}',
    dispatcher: agent,
  });
  await answer.body.dump();
  await bus!.settle();
  return answer.statusCode;
}
const properties = () => {
  const { context } = bus!.stub.taken('out').at(-1)!.message;
  return ['http.caller', 'http.certificate'].map((name) => context.get(name)?.value);
};

test('a caller whose certificate names it may call, and is known by it', async () => {
  await start('{ certificate: { names: [works.northmoor.example, "*.partners.example"] } }');
  expect(bus!.host.address).toMatch(/^https:/);
  expect(await ask('/closed', await authority.issue('works.northmoor.example'))).toBe(202);
  expect(properties()).toEqual(['works.northmoor.example', 'CN=works.northmoor.example']);
  expect(await ask('/closed', await authority.issue('a.partners.example'))).toBe(202);
  expect(properties()[0]).toBe('a.partners.example');
});

test('a certificate tells of a party by its fingerprint', async () => {
  const certificate = await authority.issue('works.northmoor.example');
  const { fingerprint256 } = new X509Certificate(certificate.certificate);
  const known = 'resolve-party: { by: [http.thumbprint, http.address] }';
  await start('{ certificate: {} }', {
    'config/parties/works.party.yaml': `party: works\naliases: { http.thumbprint: "${fingerprint256}", http.address: 127.0.0.1 }\n`,
    'config/pipelines/known.pipeline.yaml': `pipeline: known\nsteps: [json-disassemble, { ${known} }]\n`,
    'config/applications/post.yaml': files('{ certificate: {} }')['config/applications/post.yaml']!.replace(
      'json-receive',
      'known',
    ),
  });
  expect(await ask('/closed', certificate)).toBe(202);
  const { context } = bus!.stub.taken('out').at(-1)!.message;
  expect(context.get('bus.party')).toEqual({ value: 'works', promoted: true });
  await ask('/closed', await authority.issue('parks.northmoor.example'));
  expect(await bus!.box.inspection.deliveries({ state: 'suspended', limit: 10 }, 0)).toHaveLength(1);
});

test('nobody else may, by whatever certificate', async () => {
  await start('{ certificate: { names: [works.northmoor.example, "*.partners.example"] } }');
  const stranger = await createAuthority('Another');
  for (const certificate of [
    undefined,
    await authority.issue('parks.northmoor.example'),
    await authority.issue('works.northmoor.example.attacker.example'),
    await authority.issue('a.b.partners.example'),
    await stranger.issue('works.northmoor.example'),
  ])
    expect(await ask('/closed', certificate)).toBe(403);
  expect(await bus!.box.inspection.messages({ limit: 10 })).toEqual([]);
});

test('whoever has a certificate may where no names are given; other locations ask for none', async () => {
  await start('{ certificate: {} }');
  expect(await ask('/closed', await authority.issue('anybody'))).toBe(202);
  expect(await ask('/closed')).toBe(403);
  expect(await ask('/open')).toBe(202);
  expect(properties()).toEqual([undefined, undefined]);
});

test('a name among the alternative ones counts', async () => {
  await start('{ certificate: { names: [localhost] } }');
  expect(await ask('/closed', await authority.issue('anybody'))).toBe(202);
  expect(properties()).toEqual(['localhost', 'CN=anybody']);
});

test('a listener with a key that does not fit says so, and the host does not start', async () => {
  const other = await authority.issue('other');
  const env = { CERT: server.certificate, KEY: other.key, CLIENTS: authority.certificate };
  const tls = { certificate: { secret: 'CERT' }, key: { secret: 'KEY' } };
  const starting = startSmallBus(files('{ certificate: {} }'), { env, tls });
  await expect(starting).rejects.toMatchObject({ code: 'HTTP_LISTEN', kind: 'config' });
});

test('a location that wants certificates behind a listener that asks for none is found', async () => {
  const given = files('{ certificate: {} }');
  const plain = { ...given, 'config/bus.yaml': BUS.replace(', clients: { secret: CLIENTS }', '') };
  const env = { CERT: server.certificate, KEY: server.key };
  await expect(startSmallBus(plain, { env })).rejects.toThrow('the listener asks nobody for one');
});
