/** Records and files of packed interchanges that were suspended by themselves: resumed, they are read as they lie, and publish only what is missing. */
import yazl from 'yazl';
import { openMemory } from '../../../runtime/message-box/memory.ts';
import { type SmallBus, startSmallBus } from './small-bus.ts';

let bus: SmallBus;
afterEach(() => bus.stop());

const files = (steps: string) => ({
  'config/pipelines/packed.pipeline.yaml': `pipeline: packed\nsteps: [base64-decode, ${steps}, validate]\n`,
  'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: stub, pipeline: packed, message: parcel }
sendPorts:
  out: { transport: stub, pipeline: pass-through, filter: message.type == "parcel" }
`,
});

/** Parcels in CSV, where text may stand in such quotes. */
const parcels = (quote: string, weight = 'integer') => ({
  'schemas/parcel.message.yaml': `message: parcel\nformat: csv\ncsv: { quote: '${quote}' }\nschema: parcel.schema.json\n`,
  'schemas/parcel.schema.json': JSON.stringify({
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string' }, kind: { type: 'string' }, weight: { type: weight } },
  }),
});

const rowsOf = (count: number) => Array.from({ length: count }, (_, index) => `A${index},x,`);

const sent = () => bus.stub.taken('out').map(({ text }) => text.trim());

/** Until nothing more goes out. */
async function quiet(): Promise<void> {
  for (let before = -1; before < sent().length; ) {
    before = sent().length;
    await bus.settle();
  }
}

async function arrive(body: string | Buffer): Promise<void> {
  await bus.stub.arrive('in/door', Buffer.from(body).toString('base64'), { key: 'receipt' });
  await quiet();
}

async function resume(): Promise<void> {
  for (const { id } of await bus.suspended())
    await bus.box.commit({ now: bus.clock.now(), operate: [{ kind: 'resume', delivery: id }] });
  await quiet();
}

async function zipped(contents: Readonly<Record<string, string>>): Promise<Buffer> {
  const archive = new yazl.ZipFile();
  for (const [name, text] of Object.entries(contents)) archive.addBuffer(Buffer.from(text), name);
  archive.end();
  return Buffer.concat(await Array.fromAsync(archive.outputStream as AsyncIterable<Buffer>));
}

test('a record is not decoded again', async () => {
  bus = await startSmallBus(files('json-lines-disassemble'));
  await arrive('{"id":"1"}\n{"id":2}\n{"id":"3"}\n');
  expect(sent()).toEqual(['{"id":"1"}', '{"id":"3"}']);
  expect(await bus.suspended()).toMatchObject([{ code: 'SCHEMA_VIOLATION' }]);
  await resume();
  expect(await bus.suspended()).toMatchObject([{ code: 'SCHEMA_VIOLATION', attempt: 1 }]);
});

const FAULT = 'B1,x\nB2,"x\nB3,y,heavy\nB4,z\n';

test.each([
  {
    what: 'a file of an archive',
    steps: 'unzip, csv-disassemble',
    body: () => zipped({ 'a.csv': `id,kind,weight\n${FAULT}`, 'b.csv': 'id,kind\nC1,z\n' }),
    first: ['B1,x,', 'C1,z,'],
  },
  {
    what: 'a large file',
    steps: 'csv-disassemble',
    body: async () => `id,kind,weight\n${rowsOf(250).join('\n')}\n${FAULT}`,
    first: [...rowsOf(250), 'B1,x,'],
  },
])('$what publishes what is missing once it can be read, and so do its records', async ({ steps, body, first }) => {
  const box = openMemory();
  bus = await startSmallBus({ ...files(steps), ...parcels('"') }, { box });
  await arrive(await body());
  expect(sent()).toEqual(first);
  const [file] = await bus.suspended();
  expect(file).toMatchObject({ code: 'CSV_SYNTAX' });
  await resume();
  expect(await bus.suspended()).toMatchObject([{ id: file!.id, code: 'CSV_SYNTAX', attempt: 1 }]);
  expect(sent()).toEqual(first);
  await bus.stop();
  bus = await startSmallBus({ ...files(steps), ...parcels('`') }, { box });
  await resume();
  expect(sent()).toEqual(['B2,"x,', 'B4,z,']);
  expect(await bus.suspended()).toMatchObject([{ code: 'SCHEMA_VIOLATION' }]);
  await bus.stop();
  bus = await startSmallBus({ ...files(steps), ...parcels('`', 'string') }, { box });
  await resume();
  expect(sent()).toEqual(['B3,y,heavy']);
  expect(await bus.suspended()).toEqual([]);
});
