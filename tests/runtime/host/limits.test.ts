/** Sends through a port with a limit: no faster, nothing lost, nothing twice, and waiting counts as no attempt. */
import type { DeliveryRecord } from '../../../runtime/contracts/inspection.ts';
import type { MessageBox } from '../../../runtime/contracts/message-box.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import { openMemory } from '../../../runtime/message-box/memory.ts';
import { oneWay, type SmallBus, startSmallBus } from './small-bus.ts';

const parcel = (id: string) => JSON.stringify({ id, kind: 'letter' });
const limited = (limit: string, rest = '') => oneWay(`    limit: ${limit}\n    timeout: 5s\n${rest}`);

/** Longer than any lease. */
const HOUR = 3_600_000;

let bus: SmallBus;
afterEach(() => bus.stop());

async function arrive(count: number): Promise<void> {
  for (let n = 1; n <= count; n += 1) await bus.stub.arrive('in/door', parcel(`P-${n}`));
  await bus.settle();
}

const sent = () => bus.stub.taken('out').map(({ text }) => (JSON.parse(text) as { id: string }).id);

async function deliveries(state: DeliveryRecord['state']): Promise<readonly DeliveryRecord[]> {
  const all = await bus.box.inspection.deliveries({ state, limit: 100 }, bus.clock.now());
  return all.filter(({ messageType }) => messageType === 'parcel');
}

test('a port sends no faster than its far end can bear', async () => {
  bus = await startSmallBus(limited('{ perSecond: 2 }'));
  await arrive(5);
  expect(sent()).toHaveLength(1);
  await bus.clock.advance(999);
  expect(sent()).toHaveLength(2);
  await bus.clock.advance(1001);
  expect(sent()).toEqual(['P-1', 'P-2', 'P-3', 'P-4', 'P-5']);
});

test('what waits for longer than any lease is sent once, and on its first attempt', async () => {
  bus = await startSmallBus(limited('{ perSecond: 0.001 }'));
  await arrive(3);
  await bus.clock.advance(HOUR);
  expect(sent()).toEqual(['P-1', 'P-2', 'P-3']);
  expect((await deliveries('done')).map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
});

test('a send that failed lets the next one begin', async () => {
  bus = await startSmallBus(limited('{ concurrent: 1 }', '    retry: { first: 1m }\n'));
  bus.stub.answer('out', busError('ENDPOINT_UNREACHABLE', { endpoint: 'out', reason: 'it is closed' }));
  await arrive(2);
  expect(sent()).toEqual(['P-2']);
  await bus.clock.advance(120_000);
  expect(sent()).toEqual(['P-2', 'P-1']);
});

test('what waits when the host stops is given back as it was, and sent by the next one', async () => {
  const box = openMemory();
  const files = limited('{ perSecond: 0.001 }', '    retry: { attempts: 1 }\n');
  const first = await startSmallBus(files, { box });
  bus = first;
  await arrive(3);
  for (let round = 0; round < 3; round += 1) {
    await bus.stop();
    expect((await deliveries('ready')).map(({ attempt }) => attempt)).toEqual(Array(2 - round).fill(0));
    bus = await startSmallBus(files, { box, clock: first.clock, stub: first.stub });
    await bus.settle();
  }
  expect(sent()).toEqual(['P-1', 'P-2', 'P-3']);
  await bus.stop();
  await box.close();
});

test('what an operator ends while it waits is not sent', async () => {
  bus = await startSmallBus(limited('{ perSecond: 0.001 }'));
  await arrive(3);
  const [waiting] = await deliveries('leased');
  const operate = [{ kind: 'terminate', delivery: waiting!.id } as const];
  await bus.box.commit({ now: bus.clock.now(), operate });
  await bus.clock.advance(HOUR);
  expect(sent()).toHaveLength(2);
});

test('what waited too long to keep its lease, since the store failed, is sent once', async () => {
  const memory = openMemory();
  let failing = true;
  const extend: MessageBox['extend'] = async (...args) => {
    if (failing) throw busError('STORE_FAILED', { reason: 'the disk is away' });
    return memory.extend(...args);
  };
  bus = await startSmallBus(limited('{ perSecond: 0.00101 }'), { box: { ...memory, extend } });
  await arrive(2);
  // Just before the second may be sent, and after the last time that its lease could be renewed before that.
  await bus.clock.advance(990_050);
  expect((await deliveries('leased')).map(({ attempt }) => attempt)).not.toEqual([1]);
  failing = false;
  await bus.clock.advance(HOUR);
  expect(sent()).toEqual(['P-1', 'P-2']);
  await bus.stop();
  await memory.close();
});

test('one port that waits does not hold up another', async () => {
  const other = '  other:\n    transport: stub\n    pipeline: json-send\n    filter: message.type == "parcel"\n';
  bus = await startSmallBus(limited('{ perSecond: 0.001 }', other));
  await arrive(20);
  expect(bus.stub.taken('other')).toHaveLength(20);
  expect(sent()).toHaveLength(1);
});
