/** Two hosts on one MessageBox send through one port whose limit they share, while Redis dies and comes back. */
import type { Limiter } from '../../../runtime/contracts/limiter.ts';
import { createHost, type Host } from '../../../runtime/host/host.ts';
import { openMemory } from '../../../runtime/message-box/memory.ts';
import { compileSolution } from '../../../runtime/solution/compile-solution.ts';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { startOwnRedis } from '../../servers/redis.ts';
import { oneWay } from '../host/small-bus.ts';
import { createStub, incoming } from '../host/stub-adapter.ts';
import { clock, newId, openHost } from './shared-sends.ts';

const FILES = {
  'config/bus.yaml': 'bus: small\norganisation: northmoor\nstore: memory\n',
  'schemas/parcel.message.yaml':
    'message: parcel\nschema: parcel.schema.json\npromote: { parcel.id: id, parcel.kind: kind }\n',
  'schemas/parcel.schema.json':
    '{ "type": "object", "properties": { "id": { "type": "string" }, "kind": { "type": "string" } } }',
  ...oneWay('    limit: { concurrent: 2, perSecond: 100 }\n    timeout: 10s\n'),
};
const COUNT = 120;

/** What the one far end sees of both hosts. */
function openFarEnd() {
  let running = 0;
  let most = 0;
  const stub = createStub();
  const send = async () => {
    running += 1;
    most = Math.max(most, running);
    await clock.sleep(3);
    running -= 1;
    return undefined;
  };
  stub.answer('out', ...Array.from({ length: COUNT }, () => send));
  return { stub, most: () => most };
}

test('each message is sent once, and never more at a time than the far end can bear', async () => {
  const server = await startOwnRedis();
  const box = openMemory();
  const end = openFarEnd();
  const compiled = () =>
    compileSolution(new Map(Object.entries(FILES)), {
      adapters: [end.stub.adapter],
      env: {},
      resolvePath: (path) => path,
    }).deployment!;
  const open = (name: string, limiter: Limiter): Host =>
    createHost({
      name,
      deployment: compiled(),
      box,
      clock,
      newId,
      random: () => 0.5,
      http: { host: '127.0.0.1', port: 0 },
      emit: () => {},
      recompile: async () => compiled(),
      limiter,
    });
  const limiters = ['one', 'other'].map(() => openHost({ url: server.url, bus: 'small', fallback: 'stop' }).limiter);
  const hosts = limiters.map((limiter, n) => open(`host-${n}`, limiter));
  try {
    for (const host of hosts) await host.start();
    for (let n = 0; n < COUNT; n += 1)
      await hosts[n % 2]!.submit('in', [incoming(JSON.stringify({ id: `P-${n}`, kind: 'letter' }))]);
    const taken = () => end.stub.taken('out');
    for (const stage of [COUNT / 4, COUNT / 2]) {
      await eventually(`${stage} are sent`, () => taken().length >= stage);
      await server.kill();
      await server.restart();
    }
    await eventually('all are sent', () => taken().length >= COUNT);
    const ids = taken().map(({ message }) => message.id);
    expect(new Set(ids).size).toBe(COUNT);
    expect(ids).toHaveLength(COUNT);
    expect(end.most()).toBeLessThanOrEqual(2);
  } finally {
    await Promise.all(hosts.map((host) => host.stop()));
    await Promise.all(limiters.map((limiter) => limiter.close()));
    await box.close();
    await server.stop();
  }
}, 120_000);
