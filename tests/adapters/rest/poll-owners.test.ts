/** Two hosts, of which one polls: when it freezes in the middle of a look the other goes on from its watermark, and what it still hands in is refused. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { adapters } from '../../../adapters/index.ts';
import { createIds } from '../../../runtime/clock/identity.ts';
import { createSystemClock } from '../../../runtime/clock/system.ts';
import { createHost, type Host } from '../../../runtime/host/host.ts';
import { openMemory } from '../../../runtime/message-box/memory.ts';
import { compileSolution } from '../../../runtime/solution/compile-solution.ts';
import { filesOf } from '../../../runtime/solution/definition.ts';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { temporaryFolder } from '../../runtime/cli/terminal.ts';
import { createFreezer, type Freezer } from '../../runtime/host/freezer.ts';
import { type FarEnd, json, openFarEnd } from './far-ends/far-end.ts';

const files = (address: string) => ({
  'config/bus.yaml': 'bus: asking\norganisation: northmoor\nstore: memory\n',
  'config/applications/asking.yaml': `application: asking
receivePorts:
  items:
    locations:
      far:
        transport: rest
        poll: { url: "${address}/items?after={since}", every: 50ms, items: $, since: { item: at, format: text, initial: "0" } }
        pipeline: items
        message: item
sendPorts:
  out: { transport: file, folder: out, pipeline: pass-through, filter: message.type == "item" }
`,
  'config/pipelines/items.pipeline.yaml': 'pipeline: items\nsteps:\n  - json-disassemble: { records: $ }\n',
  'schemas/item.message.yaml': 'message: item\nschema: item.schema.json\n',
  'schemas/item.schema.json': '{"type":"object","required":["at"],"properties":{"at":{"type":"integer"}}}',
});

const temporary = temporaryFolder();
const box = openMemory();
const hosts: { readonly host: Host; readonly freezer: Freezer }[] = [];
let far: FarEnd;
let greatest = 3;
let asked: (() => void) | undefined;

beforeAll(async () => {
  mkdirSync(join(temporary.folder, 'out'));
  far = await openFarEnd(({ url }) => {
    asked?.();
    const after = Number(url.searchParams.get('after'));
    return json(
      200,
      Array.from({ length: greatest - after }, (_, index) => ({ at: after + index + 1 })),
    );
  });
});

afterAll(async () => {
  for (const { freezer } of hosts) freezer.thaw();
  for (const { host } of hosts) await host.stop();
  await box.close();
  await far.close();
  temporary.remove();
});

async function start(name: string) {
  const clock = createSystemClock();
  const freezer = createFreezer(clock, box);
  const compile = (all: ReadonlyMap<string, string>) =>
    compileSolution(all, { adapters, env: {}, resolvePath: (path) => join(temporary.folder, path) }).deployment!;
  const host = createHost({
    name,
    deployment: compile(new Map(Object.entries(files(far.address)))),
    box: freezer.box,
    clock: freezer.clock,
    newId: createIds(clock, Math.random),
    random: Math.random,
    http: { host: '127.0.0.1', port: 0 },
    emit: () => {},
    recompile: async (definition) => compile(filesOf(definition)),
  });
  await host.start();
  hosts.push({ host, freezer });
  return freezer;
}

/** What came in, in the order of its numbers. */
async function taken(): Promise<number[]> {
  const found = await box.inspection.messages({ type: 'item', limit: 1000 });
  return found
    .map(({ message }) => (JSON.parse(Buffer.from(message.parts[0].bytes!).toString()) as { at: number }).at)
    .sort((a, b) => a - b);
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test('nothing is lost and nothing comes twice, though the location has no keys at all', async () => {
  const first = await start('a');
  await start('b');
  await eventually('the first host reads', async () => (await taken()).length === 3);
  greatest = 6;
  await new Promise<void>((resolve) => {
    asked = () => {
      asked = undefined;
      first.freeze(); // Its answer is on the way; it hands it in once it is thawed.
      resolve();
    };
  });
  await eventually('the other host reads', async () => (await taken()).length === 6, 30_000);
  first.thaw();
  greatest = 8;
  await eventually('it goes on', async () => (await taken()).length >= 8);
  const before = far.requests.length;
  await eventually('it has looked again', () => far.requests.length > before + 3);
  expect(await taken()).toEqual(upTo(8));
  expect(await box.inspection.watermarks()).toMatchObject([{ name: 'receive:items/far', value: '8' }]);
}, 60_000);
