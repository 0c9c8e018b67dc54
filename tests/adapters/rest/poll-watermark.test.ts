/**
 * A bus process that polls by the time of change of items: kill -9 in the middle of looks and restarts neither lose nor double any, it
 * goes on from where it was, and an operator sees and moves that.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { guildhall, type Started, startRun, stopRun, temporaryFolder } from '../../runtime/cli/terminal.ts';
import { type FarEnd, json, openFarEnd } from './far-ends/far-end.ts';

const SIZE = 5;
const FIRST = Date.UTC(2026, 0, 1);
const temporary = temporaryFolder();
const items: { readonly id: string; readonly updatedAt: string }[] = [];
let far: FarEnd;
let bus: Started | undefined;

/** Each a minute after the one before. */
function change(count: number): void {
  for (let n = 0; n < count; n += 1)
    items.push({ id: `i${items.length % 7}`, updatedAt: new Date(FIRST + items.length * 60_000).toISOString() });
}

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
        poll:
          url: "${address}/items?after={since}"
          every: 50ms
          items: $
          since: { item: updatedAt, start: 36500d, overlap: 2m }
          pages: { by: page, parameter: page, size: ${SIZE} }
        pipeline: items
        message: item
        dedupe: [item.id, item.updated]
sendPorts:
  out: { transport: file, folder: data/out, pipeline: pass-through, filter: message.type == "item" }
`,
  'config/pipelines/items.pipeline.yaml': 'pipeline: items\nsteps:\n  - json-disassemble: { records: $ }\n',
  'schemas/item.message.yaml':
    'message: item\nschema: item.schema.json\npromote: { item.id: id, item.updated: updatedAt }\n',
  'schemas/item.schema.json': JSON.stringify({
    type: 'object',
    required: ['id', 'updatedAt'],
    properties: { id: { type: 'string' }, updatedAt: { type: 'string' } },
  }),
});

beforeAll(async () => {
  change(40);
  far = await openFarEnd(async ({ url }) => {
    await pause(10); // So that a look takes long enough to be killed in its middle.
    const page = Number(url.searchParams.get('page'));
    const found = items.filter(({ updatedAt }) => updatedAt > url.searchParams.get('after')!);
    return json(200, found.slice((page - 1) * SIZE, page * SIZE));
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
const ask = (...words: string[]) => guildhall(temporary.folder, ...words, '--json');
const messages = async () => (await ask('status')).json().messages as number;
const afters = () => far.requests.map(({ url }) => url.searchParams.get('after')!);
const pages = () => far.requests.map(({ url }) => Number(url.searchParams.get('page')));
const twoMinutesBefore = (time: string) => `${new Date(Date.parse(time) - 120_000).toISOString().slice(0, 19)}Z`;

async function killAt(page: number): Promise<void> {
  const before = far.requests.length;
  await eventually(`page ${page} is asked for`, () => pages().slice(before).includes(page));
  bus!.child.kill('SIGKILL');
  await bus!.ended;
}

test('kills lose nothing and double nothing, and the next host goes on from the watermark', async () => {
  await start();
  await killAt(5);
  expect(new Set(afters())).toHaveProperty('size', 1);
  await start();
  await eventually('all are messages', async () => (await messages()) === items.length);
  await eventually('it has read on', () => afters().at(-1) === twoMinutesBefore(items.at(-1)!.updatedAt));
  const reached = items.at(-1)!.updatedAt;
  change(20);
  await killAt(3);
  const before = far.requests.length;
  await start();
  await eventually('it asks', () => far.requests.length > before);
  expect(afters()[before]).toBe(twoMinutesBefore(reached));
  await eventually('all are messages', async () => (await messages()) >= items.length);
  await eventually('it has read on', () => afters().at(-1) === twoMinutesBefore(items.at(-1)!.updatedAt));
  expect(await messages()).toBe(items.length);
  expect((await ask('suspended')).json().suspended).toEqual([]);
}, 90_000);

test('an operator sees it, sets it and resets it', async () => {
  const { watermarks } = (await ask('watermark', 'list')).json();
  expect(watermarks).toEqual([
    { location: 'items/far', value: items.at(-1)!.updatedAt, at: expect.stringMatching(/^\d{4}-.*Z$/) },
  ]);
  expect((await guildhall(temporary.folder, 'watermark', 'list')).out).toContain('items/far');
  await ask('watermark', 'set', 'items/far', '2026-01-01T00:10:00Z');
  await eventually('it reads from there', () => afters().includes('2026-01-01T00:08:00Z'));
  const before = far.requests.length;
  await ask('watermark', 'reset', 'items/far');
  await eventually('it reads from the start', () =>
    afters()
      .slice(before)
      .some((after) => after < '1990'),
  );
  expect(await messages()).toBe(items.length);
  expect((await ask('watermark', 'set', 'items/nowhere', '1')).exit).toBe(1);
}, 60_000);
