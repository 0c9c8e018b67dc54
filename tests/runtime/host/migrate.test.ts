/** Migration on each store: each instance is wholly old or wholly new, wherever it is cut off, and may be begun again. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createSimulatedClock } from '../../../runtime/clock/simulated.ts';
import type { InstanceRecord } from '../../../runtime/contracts/inspection.ts';
import type { MessageBox } from '../../../runtime/contracts/message-box.ts';
import { createMigrator } from '../../../runtime/host/migrate.ts';
import { guildhall, startProcess } from '../cli/terminal.ts';
import { STORES, type StoredBus, storedBus } from './each-store.ts';
import { base, compileStubbed, type Files } from './small-bus.ts';
import { incoming } from './stub-adapter.ts';

const BEFORE = `orchestration: watch
messages: { parcel: parcel, news: news }
correlations: { by-id: [parcel.id], by-kind: [parcel.kind] }
body:
  - receive: { port: in, message: parcel, activate: true, initialises: [by-id, by-kind] }
  - listen:
      - receive: { port: news, message: news, follows: by-id }
        do: [ { send: { port: out, message: news } } ]
      - delay: 30d
`;
/** Told of its kind, in a scope, and for ever. */
const AFTER = `orchestration: watch
messages: { parcel: parcel, news: news }
correlations: { by-id: [parcel.id], by-kind: [parcel.kind] }
body:
  - receive: { port: in, message: parcel, activate: true, initialises: [by-id, by-kind] }
  - scope:
      name: wait
      do:
        - receive: { port: news, message: news, follows: by-kind }
        - send: { port: out, message: news }
      catch:
        - do: [ { terminate: lost } ]
`;
const MIGRATION = 'migration: by-kind\norchestration: watch\npositions: { listen: receive news }\n';

const files = (orchestration: string, more: Files = {}): Files => ({
  'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: rest, path: /in, pipeline: json-receive, message: parcel }
  news:
    locations:
      wire: { transport: rest, path: /news, pipeline: json-receive, message: news }
sendPorts:
  out: { transport: file, folder: out, pipeline: json-send }
bindings:
  watch: { in: in, out: out, news: news }
`,
  'schemas/news.message.yaml':
    'message: news\nschema: parcel.schema.json\npromote: { parcel.id: id, parcel.kind: kind }\n',
  'orchestrations/watch.orchestration.yaml': orchestration,
  ...more,
});
const old = files(BEFORE);
const next = files(AFTER, { 'orchestrations/watch.migrate.yaml': MIGRATION });

const [from, to] = [compileStubbed(old), compileStubbed(next)];

/** Which of the two it is; anything between is a mistake. */
function versionIn({ instance, waitingFor, timers }: InstanceRecord): 'old' | 'new' {
  const conditions = JSON.stringify(waitingFor.map(({ where }) => where));
  const seen = [waitingFor.length, conditions.includes('parcel.id'), conditions.includes('parcel.kind'), timers.length];
  const isOld = instance.version === from.definition.hash;
  expect(seen).toEqual(isOld ? [1, true, false, 1] : [1, false, true, 0]);
  return isOld ? 'old' : 'new';
}

let bus: StoredBus;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guildhall-migrate-'));
});
afterEach(async () => {
  await bus.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function waiting(kind: (typeof STORES)[number], count: number, given = old): Promise<void> {
  bus = await storedBus(kind, given);
  const parcels = Array.from({ length: count }, (_, id) =>
    incoming(JSON.stringify({ id: `P-${id}`, kind: `K-${id}` })),
  );
  await bus.bus.host.submit('in/door', parcels);
  const isWaiting = async () =>
    (await bus.box.inspection.instances({ status: 'waiting', limit: count + 1 })).length === count;
  await bus.until('all wait', isWaiting);
}

const migratorOf = (box: MessageBox) =>
  createMigrator({
    box,
    clock: createSimulatedClock(bus.clock.now()),
    newId: () => 'never used',
    hostName: 'test',
    deploymentOf: async (hash) => (hash === to.definition.hash ? to : from),
    compile: async () => to,
  });
const ALL = { orchestration: 'watch', to: to.definition.hash, dryRun: false, limit: 2 };

/** The commit of that number is cut off before or after it is done. */
function cutOff(box: MessageBox, at: number, when: 'before' | 'after'): MessageBox {
  let commits = 0;
  return {
    ...box,
    inspection: box.inspection,
    read: (ids) => box.read(ids),
    async commit(unit) {
      commits += 1;
      if (commits === at && when === 'before') throw new Error('cut off');
      const receipt = await box.commit(unit);
      if (commits === at) throw new Error('cut off');
      return receipt;
    },
  };
}

async function allPages(box: MessageBox): Promise<{ moved: number; unfit: number }> {
  const counts = { moved: 0, unfit: 0 };
  const migrator = migratorOf(box);
  let after: string | undefined;
  do {
    const report = await migrator.migrate({ ...ALL, ...(after === undefined ? {} : { after }) });
    counts.moved += report.moved.length;
    counts.unfit += report.unfit.length;
    after = report.next;
  } while (after !== undefined);
  return counts;
}

test.each(STORES)('cut off at any commit, and begun again: %s', async (kind) => {
  await waiting(kind, 5);
  await bus.end();
  const made = { moved: 0 };
  for (const [at, when] of [
    [1, 'before'],
    [2, 'after'],
    [2, 'before'],
  ] as const) {
    const box = await bus.store.open();
    await expect(allPages(cutOff(box, at, when))).rejects.toThrow('cut off');
    made.moved += at - (when === 'before' ? 1 : 0);
    const versions = (await box.inspection.instances({ limit: 9 })).map(versionIn);
    expect(versions.filter((each) => each === 'new')).toHaveLength(made.moved);
  }
  const box = await bus.store.open();
  expect(await allPages(box)).toEqual({ moved: 2, unfit: 0 });
  expect((await box.inspection.instances({ limit: 9 })).map(versionIn)).toEqual(Array(5).fill('new'));
});

test.each(STORES)('an instance that takes a step meanwhile is taken as it is then: %s', async (kind) => {
  await waiting(kind, 1);
  const box = bus.box;
  let commits = 0;
  const racing: MessageBox = {
    ...box,
    inspection: box.inspection,
    read: (ids) => box.read(ids),
    async commit(unit) {
      commits += 1;
      const [{ instance }] = (await box.inspection.instances({ limit: 1 })) as [InstanceRecord];
      if (commits === 1)
        await box.commit({ now: unit.now, instances: [{ ...instance, revision: instance.revision + 1 }] });
      return box.commit(unit);
    },
  };
  expect(await allPages(racing)).toEqual({ moved: 1, unfit: 0 });
  expect(commits).toBe(2);
  expect((await bus.instances()).map(versionIn)).toEqual(['new']);
});

test.each(['sqlite', 'postgres'] as const)('killed by the system in the middle, and begun again: %s', async (kind) => {
  const COUNT = 60;
  await waiting(kind, COUNT);
  await bus.end();
  const yaml = {
    'config/bus.yaml': `bus: small\norganisation: northmoor\nstore: ${JSON.stringify(bus.store.address)}\n`,
  };
  for (const [path, text] of Object.entries({ ...base, ...next, ...yaml })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  mkdirSync(join(folder, 'out'));
  await (await bus.store.open()).close();
  for (const ms of [600, 900, 1100]) {
    const { child, ended } = startProcess(folder, ['migrate', 'watch', '--all', '--offline', '--json']);
    await pause(ms);
    child.kill('SIGKILL');
    await ended;
    const box = await bus.store.open();
    for (const record of await box.inspection.instances({ limit: COUNT })) versionIn(record);
    await box.close();
  }
  const { exit, json } = await guildhall(folder, 'migrate', 'watch', '--all', '--offline', '--json');
  expect([exit, json().unfit, json().moved.length + json().current]).toEqual([0, [], COUNT]);
  const box = await bus.store.open();
  const records = await box.inspection.instances({ limit: COUNT });
  expect(records.map(versionIn)).toEqual(Array(COUNT).fill('new'));
});
