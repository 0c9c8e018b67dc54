/** A checked solution becomes what a host runs: with every default, and the environment's overrides. */
import { compileParts, type PartsOptions } from '../../../runtime/solution/compile-parts.ts';
import { loadSolution } from '../../../runtime/solution/load.ts';
import { adapters, changed, compile, shop, small } from './small-solution.ts';

const DAY = 86_400_000;

const deploymentOf = (files: Readonly<Record<string, string>>, environment?: string) =>
  compile(files, environment === undefined ? {} : { environment }).deployment!;

test('receive ports: expected types by the orchestrations bound to them, answers with a deadline', () => {
  const [port] = deploymentOf(small).receivePorts;
  expect(port).toMatchObject({ name: 'orders', application: 'shop', response: { types: ['answer'], timeout: 30_000 } });
  expect(port!.locations).toMatchObject([
    {
      name: 'web',
      expected: ['order'],
      dedupe: { properties: ['order.id'] },
      config: { path: '/orders' },
      pipeline: { name: 'json-receive' },
      responsePipeline: { name: 'json-send' },
    },
  ]);
  expect(port!.locations[0]!.adapter.name).toBe('web');
});

test('send ports: defaults where nothing is said', () => {
  const [stock, archive] = deploymentOf(small).sendPorts;
  expect(stock).toMatchObject({
    config: { url: 'http://stock', method: 'POST' },
    retry: { attempts: 5, first: 2000, factor: 2, max: 60_000 },
    timeout: 60_000,
    concurrent: 16,
    responses: ['answer'],
    responsePipeline: { name: 'json-receive' },
    filter: [],
    faults: [{ error: 'Refused', retry: false }],
  });
  expect(archive).toMatchObject({
    retry: { attempts: 3, first: 2000, factor: 2, max: 300_000 },
    responses: [],
    backup: undefined,
  });
  expect(archive!.filter).toEqual([
    [
      { property: 'message.type', op: '=', value: 'order' },
      { property: 'order.kind', op: '=', value: 'large' },
    ],
  ]);
});

test('rules about answers: faults first, then what must hold; rules about failures', () => {
  const text = small['config/applications/shop.yaml']!;
  const [short] = deploymentOf({
    ...small,
    'config/applications/shop.yaml': text.replace(
      '    faults:\n',
      '    success: response.text != "bad"\n    faults:\n',
    ),
  }).sendPorts;
  expect(short!.faults).toMatchObject([
    { error: 'Refused', means: true },
    { error: 'Unsuccessful', means: false, retry: false, when: { text: 'response.text != "bad"' } },
  ]);
  const rules = `    success: { when: response.text != "bad", error: Bad, retry: 'response.text == "busy"', reason: response.text }
    failures: [{ when: error.name == "X", error: Y, retry: true }]
    faults:
`;
  const [long] = deploymentOf({
    ...small,
    'config/applications/shop.yaml': text.replace('    faults:\n', rules),
  }).sendPorts;
  expect(long!.faults[1]).toMatchObject({ error: 'Bad', retry: { text: 'response.text == "busy"' } });
  expect(long!.failures).toMatchObject([{ error: 'Y', retry: true, means: true }]);
});

test('orchestrations know the physical ports of their logical ones', () => {
  const [bound] = deploymentOf(small).orchestrations;
  expect(bound).toMatchObject({ application: 'shop', program: { name: 'take-order' } });
  expect([...bound!.ports]).toEqual([
    ['orders', { kind: 'receive', name: 'orders' }],
    ['stock', { kind: 'send', name: 'stock' }],
  ]);
  expect(bound!.program.version).toBe(deploymentOf(small).definition.hash);
});

test('inbound maps by their source; the location then expects the source', () => {
  const port =
    '  raw:\n    maps: [order-to-answer]\n    locations:\n      web: { transport: web, path: /raw, pipeline: json-receive }\nsendPorts:';
  const raw = deploymentOf(changed(shop, 'sendPorts:', port)).receivePorts.find(({ name }) => name === 'raw')!;
  expect([...raw.maps.keys()]).toEqual(['order']);
  expect(raw.locations[0]!.expected).toEqual(['order']);
});

test('an environment overrides options one by one, and settings of the bus', () => {
  const { bus, deployment } = compile(small, { environment: 'test' });
  expect(bus.organisation).toBe('other');
  expect(deployment!.receivePorts[0]!.locations[0]!.config).toEqual({ path: '/test/orders' });
  expect(deployment!.sendPorts[0]).toMatchObject({
    config: { url: 'http://test', method: 'POST' },
    retry: { attempts: 5, first: 1, factor: 2, max: 60_000 },
  });
});

test('a new transport in an environment drops the options of the old one', () => {
  const files = changed(
    'config/environments/test.yaml',
    'stock: { url: "http://test", retry: { first: 1ms } }',
    'stock: { transport: drop }',
  );
  const [stock] = deploymentOf(files, 'test').sendPorts;
  expect(stock).toMatchObject({ adapter: { name: 'drop' }, config: {}, responses: ['answer'] });
});

test('the settings of the bus, with their defaults', () => {
  expect(compile(small).bus).toEqual({
    name: 'small',
    organisation: 'council',
    store: { kind: 'memory' },
    http: { host: '127.0.0.1', port: 8080 },
    admin: { host: '127.0.0.1', port: 8079 },
    hosts: new Map(),
    limits: undefined,
    retention: {
      delivered: 30 * DAY,
      terminated: 30 * DAY,
      types: {},
      bodies: undefined,
      instances: 90 * DAY,
      keys: 90 * DAY,
    },
    expressions: { steps: 1_000_000, time: 5_000 },
    sealed: undefined,
    secrets: undefined,
    users: new Map(),
  });
});

test('an environment that says a part of something leaves the rest as it is', () => {
  const files = {
    ...changed('config/bus.yaml', 'store: memory', 'store: postgres://127.0.0.1/bus\nretention: { delivered: 9d }'),
    'config/environments/here.yaml':
      'environment: here\nbus: { http: { address: 127.0.0.1:0 }, retention: { terminated: 8d } }\n',
  };
  const { bus } = compile(files, { environment: 'here' });
  expect(bus.store).toEqual({ kind: 'postgres', url: 'postgres://127.0.0.1/bus' });
  expect(bus.retention).toMatchObject({ delivered: 9 * DAY, terminated: 8 * DAY });
  const { bus: without } = compile(files);
  expect(without.retention).toMatchObject({ delivered: 9 * DAY, terminated: 30 * DAY });
});

test('maps and expressions are given the work and the time that the bus says, an environment included', () => {
  const files = new Map(
    Object.entries({
      ...changed('config/bus.yaml', 'store: memory', 'store: memory\nexpressions: { steps: 2000, time: 1500ms }'),
      'config/environments/fast.yaml': 'environment: fast\nbus: { expressions: { time: 20ms } }\n',
    }),
  );
  const now = () => 7;
  const limitOf = (options: Omit<PartsOptions, 'adapters'>) =>
    compileParts(files, loadSolution(files), { adapters, ...options }).model.limit;
  expect(limitOf({ now })).toEqual({ steps: 2000, time: { ms: 1500, now } });
  expect(limitOf({ now, environment: 'fast' })).toEqual({ steps: 2000, time: { ms: 20, now } });
  expect(limitOf({})).toEqual({ steps: 2000 });
});

test.each([
  ['sqlite:data/box.db', { kind: 'sqlite', path: 'data/box.db' }],
  ['postgres://bus@db/guildhall', { kind: 'postgres', url: 'postgres://bus@db/guildhall' }],
  ['{ secret: STORE_URL }', { kind: 'postgres', url: { secret: 'STORE_URL' } }],
])('the store %s', (written, store) => {
  expect(compile(changed('config/bus.yaml', 'store: memory', `store: ${written}`)).bus.store).toEqual(store);
});

test('a password does not belong into the file', () => {
  const { findings } = compile(
    changed('config/bus.yaml', 'store: memory', 'store: postgres://bus:secret@db/guildhall'),
  );
  expect(findings).toMatchObject([{ at: { file: 'config/bus.yaml', path: 'store' } }]);
});

test('an error among the findings: no deployment, but the settings of the bus', () => {
  const { deployment, bus } = compile(changed(shop, ', stock: stock', ''));
  expect(deployment).toBeUndefined();
  expect(bus.name).toBe('small');
});
