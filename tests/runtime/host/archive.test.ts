/** A host archives what comes in and what goes out; what cannot be archived waits, or passes where that is allowed. */
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { type SmallBus, startSmallBus } from './small-bus.ts';

let root: string;
let bus: SmallBus | undefined;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'archive-'));
});
afterEach(async () => {
  await bus?.stop();
  bus = undefined;
  await rm(root, { recursive: true });
});

const files = (incoming: string, outgoing: string) => ({
  'config/pipelines/in.pipeline.yaml': `pipeline: in\nsteps:\n  - archive: { ${incoming} }\n  - json-disassemble\n`,
  'config/pipelines/out.pipeline.yaml': `pipeline: out\nsteps:\n  - assemble\n  - archive: { ${outgoing} }\n`,
  'config/applications/post.yaml': `application: post
receivePorts:
  in: { locations: { door: { transport: stub, pipeline: in, message: parcel } } }
sendPorts:
  out: { transport: stub, pipeline: out, retry: { first: 1m }, filter: message.type == "parcel" }
`,
});

test('both ways, by the day, on the clock of the host', async () => {
  bus = await startSmallBus(
    files(`folder: "${root}/{date}"`, `folder: "${root}", fileName: "{parcel.id}-{message.id}.json"`),
  );
  await bus.stub.arrive('in/door', '{"id":"P-1"}');
  await eventually('it goes', () => bus!.stub.taken('out').length === 1);
  const [day, out] = (await readdir(root)).sort();
  expect(day).toBe('2026-06-01');
  expect(out).toMatch(/^P-1-.*\.json$/);
  expect(await readdir(join(root, day!))).toHaveLength(1);
  expect(await readFile(join(root, out!), 'utf8')).toBe('{"id":"P-1"}');
});

test('what cannot be archived on the way out is tried again; told to pass, it goes and is told of', async () => {
  bus = await startSmallBus(files(`folder: "${root}/absent", onFailure: pass`, `folder: "${root}/absent"`));
  await bus.stub.arrive('in/door', '{"id":"P-1"}');
  await eventually('it is to be tried again', async () => {
    const [waiting] = await bus!.box.inspection.deliveries({ limit: 1, state: 'waiting' }, bus!.clock.now());
    return waiting?.code === 'ARCHIVE_FAILED';
  });
  expect(bus.events.map(({ name }) => name)).toContain('archive-failed');
  expect(bus.stub.taken('out')).toEqual([]);

  await mkdir(join(root, 'absent'));
  await bus.clock.advance(90_000);
  await eventually('it goes', () => bus!.stub.taken('out').length === 1);
  expect(await readdir(join(root, 'absent'))).toHaveLength(1);
});
