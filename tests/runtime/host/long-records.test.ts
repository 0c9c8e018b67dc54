/** Records that are long: batches end by their bytes too, so that no two hundred of them are held at a time. */
import type { MessageBox } from '../../../runtime/contracts/message-box.ts';
import { openMemory } from '../../../runtime/message-box/memory.ts';
import { type SmallBus, startSmallBus } from './small-bus.ts';

let bus: SmallBus;
afterEach(() => bus.stop());

const MEGABYTE = 1_048_576;

test('a batch of long records is committed as soon as it is long, whatever becomes of them', async () => {
  const box = openMemory();
  const batches: number[] = [];
  const watched: MessageBox = {
    ...box,
    commit: (unit) => {
      batches.push((unit.publish ?? []).length + (unit.suspend ?? []).length);
      return box.commit(unit);
    },
  };
  bus = await startSmallBus(
    {
      'config/pipelines/lines.pipeline.yaml': 'pipeline: lines\nsteps: [json-lines-disassemble, validate]\n',
      'config/applications/post.yaml':
        'application: post\nreceivePorts: { in: { locations: { door: { transport: stub, pipeline: lines, message: parcel } } } }\n',
    },
    { box, hostBox: watched },
  );
  batches.length = 0;
  const parcels = Array.from({ length: 7 }, (_, n) =>
    JSON.stringify({ id: n < 4 ? n : `${n}`, note: 'x'.repeat(1.5 * MEGABYTE) }),
  );
  await bus.stub.arrive('in/door', parcels.join('\n'), { key: 'receipt' });
  expect(batches).toEqual([3, 3, 1]);
  expect(await bus.suspended()).toHaveLength(7);
});
