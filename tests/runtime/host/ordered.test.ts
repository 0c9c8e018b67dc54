/** Ordered send ports on a whole bus: order through failures, restarts, another host and orchestrations, for each policy. */
import { busError } from '../../../runtime/errors/bus-error.ts';
import { openMemory } from '../../../runtime/message-box/memory.ts';
import { type Files, oneWay, type SmallBus, startSmallBus } from './small-bus.ts';

const buses: SmallBus[] = [];
afterEach(async () => {
  for (const bus of buses.splice(0)) await bus.stop();
});

async function start(...given: Parameters<typeof startSmallBus>): Promise<SmallBus> {
  const bus = await startSmallBus(...given);
  buses.push(bus);
  return bus;
}

const RETRY = '    retry: { attempts: 2, first: 10s, factor: 1, max: 10s }\n';
const ordered = (onFailure: string) => oneWay(`    order: { by: parcel.kind, onFailure: ${onFailure} }\n${RETRY}`);

const arrive = async (bus: SmallBus, ...parcels: [id: string, kind: string][]) => {
  for (const [id, kind] of parcels) {
    const { outcome } = await bus.stub.arrive('in/door', JSON.stringify({ id, kind }));
    expect(outcome).toBe('accepted');
  }
};

const takenBy = (bus: SmallBus, port = 'out') =>
  bus.stub.taken(port).map(({ text }) => (JSON.parse(text) as { id: string }).id);

const unreachable = () => busError('ENDPOINT_UNREACHABLE', { endpoint: 'out', reason: 'refused' });
const refusal = () => busError('ENDPOINT_REFUSED', { endpoint: 'out', reason: 'no such street' });

/** Lets every delivery of a lane follow the one before. */
async function settle(bus: SmallBus): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await bus.settle();
}

async function firstSuspended(bus: SmallBus): Promise<string> {
  const found = await bus.suspended();
  return found.find(({ code }) => code === 'ENDPOINT_REFUSED')!.id;
}

const operate = (bus: SmallBus, kind: 'resume' | 'terminate', delivery: string) =>
  bus.box.commit({ now: bus.clock.now(), operate: [{ kind, delivery }] });

test('a message that is tried again holds those of its key, and no others', async () => {
  const bus = await start(ordered('stop'));
  bus.stub.answer('out', unreachable());
  await arrive(bus, ['1', 'a']);
  await settle(bus);
  await arrive(bus, ['2', 'a'], ['3', 'b'], ['4', 'a']);
  await settle(bus);
  expect(takenBy(bus)).toEqual(['3']);
  await bus.clock.advance(20_000);
  await settle(bus);
  expect(takenBy(bus)).toEqual(['3', '1', '2', '4']);
});

test.each([1, 2])('never two of a key under way at a time, on %d hosts', async (hosts) => {
  const box = openMemory();
  const bus = await start(ordered('stop'), { box });
  const { clock, stub } = bus;
  if (hosts === 2) await start(ordered('stop'), { box, clock, stub, name: 'other', deploy: false });
  let under = 0;
  let most = 0;
  const slow = async () => {
    under += 1;
    most = Math.max(most, under);
    await clock.sleep(100);
    under -= 1;
    return undefined;
  };
  const ids = ['1', '2', '3', '4', '5', '6'];
  stub.answer('out', ...ids.map(() => slow));
  await arrive(bus, ...ids.map((id): [string, string] => [id, 'a']));
  await clock.advance(10_000);
  for (const started of buses.splice(0)) await started.stop();
  await box.close();
  expect([most, takenBy(bus)]).toEqual([1, ids]);
});

describe.each([
  ['stop', 'waiting', 'ORDER_STOPPED'],
  ['park', 'suspended', 'ORDER_PARKED'],
] as const)('%s', (policy, state, code) => {
  test('nothing passes one that was refused; resuming goes on in order, over a restart too', async () => {
    const box = openMemory();
    const first = await start(ordered(policy), { box });
    const { clock, stub } = first;
    stub.answer('out', refusal());
    await arrive(first, ['1', 'a'], ['2', 'a'], ['3', 'b'], ['4', 'a']);
    await settle(first);
    expect(takenBy(first)).toEqual(['3']);
    const records = await box.inspection.deliveries({ subscriber: 'send:out', state, limit: 10 }, clock.now());
    expect(records.filter((record) => record.code === code)).toHaveLength(2);
    await buses.pop()!.stop();
    const second = await start(ordered(policy), { box, clock, stub });
    await arrive(second, ['5', 'a']);
    await clock.advance(120_000);
    expect(takenBy(second)).toEqual(['3']);
    await operate(second, 'resume', await firstSuspended(second));
    await settle(second);
    expect(takenBy(second)).toEqual(['3', '1', '2', '4', '5']);
    expect(await second.suspended()).toEqual([]);
    await second.stop();
    buses.pop();
    await box.close();
  });

  test('terminating the one that was refused lets the others go on', async () => {
    const bus = await start(ordered(policy));
    bus.stub.answer('out', refusal());
    await arrive(bus, ['1', 'a'], ['2', 'a'], ['3', 'a']);
    await settle(bus);
    await operate(bus, 'terminate', await firstSuspended(bus));
    await settle(bus);
    expect(takenBy(bus)).toEqual(['2', '3']);
  });
});

test('skip: those behind pass one that was refused, and the first says so', async () => {
  const bus = await start(ordered('skip'));
  bus.stub.answer('out', refusal());
  await arrive(bus, ['1', 'a'], ['2', 'a'], ['3', 'a']);
  await settle(bus);
  expect(takenBy(bus)).toEqual(['2', '3']);
  const skipped = await firstSuspended(bus);
  const records = await bus.box.inspection.messages({ limit: 10 });
  const told = await Promise.all(records.map(({ message }) => bus.box.inspection.message(message.id)));
  const gaps = told.flatMap((record) => record!.history.filter(({ name }) => name === 'order-skipped'));
  expect(gaps).toMatchObject([
    { message: records[1]!.message.id, data: { delivery: skipped, subscriber: 'send:out' } },
  ]);
  await operate(bus, 'resume', skipped);
  await settle(bus);
  expect(takenBy(bus)).toEqual(['2', '3', '1']);
});

test('without a key the whole port keeps one order', async () => {
  const bus = await start(oneWay(`    order: true\n${RETRY}`));
  bus.stub.answer('out', unreachable());
  await arrive(bus, ['1', 'a'], ['2', 'b'], ['3', 'c']);
  await settle(bus);
  expect(takenBy(bus)).toEqual([]);
  await bus.clock.advance(20_000);
  await settle(bus);
  expect(takenBy(bus)).toEqual(['1', '2', '3']);
});

test('with a backup the message moves there, and its key goes on', async () => {
  const files = oneWay('    order: true\n    backup: spare\n  spare: { transport: stub, pipeline: json-send }\n');
  const bus = await start(files);
  bus.stub.answer('out', refusal());
  await arrive(bus, ['1', 'a'], ['2', 'a']);
  await settle(bus);
  expect([takenBy(bus), takenBy(bus, 'spare')]).toEqual([['2'], ['1']]);
});

test('what an orchestration sends keeps the order in which it sent', async () => {
  const files: Files = {
    'config/applications/post.yaml': `application: post
receivePorts:
  in: { locations: { door: { transport: stub, pipeline: json-receive, message: parcel, priority: 4 } } }
sendPorts:
  out:
    transport: stub
    pipeline: json-send
    order: { by: receipt.number }
${RETRY}bindings:
  announce: { in: in, out: out }
`,
    'mappings/first.map.yaml':
      'map: first\nfrom: { parcel: parcel }\nto: receipt\nfields: { number: parcel.kind, note: \'"first"\' }\n',
    'mappings/second.map.yaml':
      'map: second\nfrom: { parcel: parcel }\nto: receipt\nfields: { number: parcel.kind, note: \'"second"\' }\n',
    'orchestrations/announce.orchestration.yaml': `orchestration: announce
messages: { parcel: parcel, one: receipt, two: receipt }
body:
  - receive: { port: in, message: parcel, activate: true }
  - transform: { map: first, from: parcel, to: one }
  - transform: { map: second, from: parcel, to: two }
  - send: { port: out, message: one }
  - send: { port: out, message: two }
`,
  };
  const bus = await start(files);
  bus.stub.answer('out', unreachable());
  await arrive(bus, ['1', 'a']);
  await settle(bus);
  await arrive(bus, ['2', 'b']);
  await settle(bus);
  await bus.clock.advance(20_000);
  await settle(bus);
  const said = bus.stub.taken('out').map(({ text }) => Object.values(JSON.parse(text) as object).join(' '));
  expect(said).toEqual(['b first', 'b second', 'a first', 'a second']);
  const priorities = bus.stub.taken('out').map(({ message }) => message.context.get('bus.priority')?.value);
  expect(priorities).toEqual([4, 4, 4, 4]);
});

test('a send port that is stopped sends nothing until it is started', async () => {
  const bus = await start(oneWay());
  const tell = (kind: 'stop' | 'start') =>
    bus.box.commit({ now: bus.clock.now(), operate: [{ kind, subscriber: 'send:out' }] });
  await tell('stop');
  await arrive(bus, ['1', 'a'], ['2', 'a']);
  await bus.clock.advance(60_000);
  expect(takenBy(bus)).toEqual([]);
  await tell('start');
  await settle(bus);
  expect(takenBy(bus).toSorted()).toEqual(['1', '2']);
});
