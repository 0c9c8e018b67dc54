/** kill -9 of a bus process that polls, in the middle of looks: each item of the far end becomes one message, and none is missing. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createSystemClock } from '../../../runtime/clock/system.ts';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { guildhall, type Started, startRun, stopRun, temporaryFolder } from '../../runtime/cli/terminal.ts';
import { type FarEnd, json, openFarEnd } from './far-ends/far-end.ts';

const SIZE = 5;
const temporary = temporaryFolder();
const items = Array.from({ length: 60 }, (_, n) => ({ id: `i${n}` }));
let far: FarEnd;
let bus: Started | undefined;
/** Which pages were asked for, in order. */
const pages = () => far.requests.map(({ url }) => Number(url.searchParams.get('page')));

const solution = (address: string): Readonly<Record<string, string>> => ({
  'config/bus.yaml':
    'bus: polling\norganisation: northmoor\nstore: sqlite:data/bus.db\nhttp: { address: 127.0.0.1:0 }\nadmin: { address: 127.0.0.1:0 }\n',
  'config/environments/test.yaml': 'environment: test\n',
  'config/applications/polling.yaml': `application: polling
receivePorts:
  items:
    locations:
      far:
        transport: rest
        poll: { url: "${address}/items?after={since}", every: 50ms, items: $, pages: { by: page, parameter: page, size: ${SIZE} } }
        pipeline: items
        message: item
        dedupe: item.id
sendPorts:
  out: { transport: file, folder: data/out, pipeline: pass-through, filter: message.type == "item" }
`,
  'config/pipelines/items.pipeline.yaml': 'pipeline: items\nsteps:\n  - json-disassemble: { records: $ }\n',
  'schemas/item.message.yaml': 'message: item\nschema: item.schema.json\npromote: { item.id: id }\n',
  'schemas/item.schema.json': JSON.stringify({
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string' } },
  }),
});

beforeAll(async () => {
  far = await openFarEnd(async ({ url }) => {
    await pause(10); // So that a look takes long enough to be killed in its middle.
    const page = Number(url.searchParams.get('page'));
    return json(200, items.slice((page - 1) * SIZE, page * SIZE));
  });
  mkdirSync(join(temporary.folder, 'data/out'), { recursive: true });
  for (const [path, text] of Object.entries(solution(far.address))) {
    mkdirSync(dirname(join(temporary.folder, path)), { recursive: true });
    writeFileSync(join(temporary.folder, path), text);
  }
});

afterAll(async () => {
  if (bus) await stopRun(bus).catch(() => {});
  await far.close();
  temporary.remove();
});

const start = async () => {
  bus = await startRun(temporary.folder, join(temporary.folder, 'config/environments/test.yaml'));
};
const status = async () => (await guildhall(temporary.folder, 'status', '--json')).json();

test('nothing is lost and nothing comes twice', async () => {
  for (const killedAt of [7, 2]) {
    const before = far.requests.length;
    await start();
    await eventually(`page ${killedAt} is asked for`, () => pages().slice(before).includes(killedAt));
    bus!.child.kill('SIGKILL');
    await bus!.ended;
    items.push({ id: `later-${killedAt}-${createSystemClock().now()}` });
  }
  await start();
  await eventually('all are messages', async () => (await status()).messages >= items.length);
  const before = far.requests.length;
  await eventually(
    'two more looks have ended',
    () =>
      pages()
        .slice(before)
        .filter((page) => page === 1).length > 2,
  );
  expect(await status()).toMatchObject({ messages: items.length });
  const suspended = await guildhall(temporary.folder, 'suspended', '--json');
  expect(suspended.json().suspended).toEqual([]);
}, 90_000);
