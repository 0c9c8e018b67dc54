/** Convoys on hosts: what belongs together meets in one instance, however many hosts take it in at once. */
import { createSimulatedClock } from '../../../runtime/clock/simulated.ts';
import { bytesOf } from '../../../runtime/contracts/message.ts';
import { openMemory } from '../../../runtime/message-box/memory.ts';
import { type Files, type SmallBus, startSmallBus } from './small-bus.ts';
import { createStub } from './stub-adapter.ts';

const buses: SmallBus[] = [];
afterEach(async () => {
  for (const bus of buses.splice(0)) await bus.stop();
});

function files(body: string, late = 'new', correlation = 'parcel.kind'): Files {
  return {
    'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: stub, pipeline: json-receive, message: parcel, dedupe: parcel.id }
  news:
    locations:
      wire: { transport: stub, pipeline: json-receive, message: notice, dedupe: notice.id }
sendPorts:
  out: { transport: stub, pipeline: json-send }
bindings:
  gather: { in: in, out: out${body.includes('port: news') ? ', news: news' : ''} }
`,
    'schemas/notice.message.yaml':
      'message: notice\nschema: parcel.schema.json\npromote: { notice.id: id, parcel.kind: kind }\n',
    'orchestrations/gather.orchestration.yaml': `orchestration: gather
messages: { parcel: parcel, bag: receipt, notice: notice }
variables: { count: integer }
correlations: { kind: [${correlation}] }
late: ${late}
body:
${body}`,
  };
}

const AGGREGATOR = `  - receive: { port: in, message: parcel, activate: true, initialises: kind }
  - assign: { count: count + 1 }
  - scope:
      name: gather
      timeout: 1h
      do:
        - while:
            when: count < 5
            do:
              - receive: { port: in, message: parcel, follows: kind }
              - assign: { count: count + 1 }
      catch:
        - error: Timeout
          do: []
  - assign: { bag.number: 'string(count) + " of " + parcel.kind' }
  - send: { port: out, message: bag }
`;

async function start(...given: Parameters<typeof startSmallBus>): Promise<SmallBus> {
  const bus = await startSmallBus(...given);
  buses.push(bus);
  return bus;
}

async function numbersAt(bus: SmallBus): Promise<string[]> {
  const bodies = await Promise.all(bus.stub.taken('out').map(({ message }) => bytesOf(message.parts[0])));
  return bodies.map((bytes) => (JSON.parse(Buffer.from(bytes).toString()) as { number: string }).number).sort();
}

const parcel = (id: number, kind: string) => JSON.stringify({ id: `P-${id}`, kind });

test('an aggregator completes on its count, and the next message begins another', async () => {
  const bus = await start(files(AGGREGATOR));
  for (let id = 0; id < 12; id += 1) await bus.stub.arrive('in/door', parcel(id, id % 2 ? 'odd' : 'even'));
  await bus.clock.advance(1000);
  expect(await numbersAt(bus)).toEqual(['5 of even', '5 of odd']);
  await bus.clock.advance(3_600_000);
  expect(await numbersAt(bus)).toEqual(['1 of even', '1 of odd', '5 of even', '5 of odd']);
  const { instances } = await bus.box.inspection.counts(bus.clock.now());
  expect(instances).toEqual([{ program: 'gather', status: 'completed', count: 4 }]);
  expect(await bus.suspended()).toEqual([]);
});

test('on two hosts at once, nothing is lost and no key has two instances at a time', async () => {
  const [clock, box, stub] = [createSimulatedClock(Date.UTC(2026, 5, 1, 8)), openMemory(), createStub()];
  const first = await start(files(AGGREGATOR), { clock, box, stub, name: 'a' });
  await start(files(AGGREGATOR), { clock, box, stub, name: 'b', waits: true });
  const ids = Array.from({ length: 100 }, (_, id) => id);
  await Promise.all(ids.map((id) => stub.arrive('in/door', parcel(id, `k${id % 4}`))));
  await clock.advance(5000);
  expect(await numbersAt(first)).toEqual(['k0', 'k1', 'k2', 'k3'].flatMap((kind) => Array(5).fill(`5 of ${kind}`)));
});

const PARALLEL = `  - parallel:
      - - receive: { port: in, message: parcel, activate: true, initialises: kind }
      - - receive: { port: news, message: notice, activate: true, initialises: kind }
  - assign: { bag.number: 'parcel.id + " with " + notice.id' }
  - send: { port: out, message: bag }
`;

test('a parallel convoy starts with whichever comes first', async () => {
  const bus = await start(files(PARALLEL));
  await bus.stub.arrive('in/door', parcel(1, 'x'));
  await bus.stub.arrive('news/wire', parcel(2, 'y'));
  await bus.stub.arrive('in/door', parcel(3, 'y'));
  await bus.stub.arrive('news/wire', parcel(4, 'x'));
  await bus.clock.advance(1000);
  expect(await numbersAt(bus)).toEqual(['P-1 with P-4', 'P-3 with P-2']);
});

test('of a second message that no branch takes any more, none is lost: it stays until the convoy has closed', async () => {
  const bus = await start(files(PARALLEL));
  await bus.stub.arrive('in/door', parcel(1, 'x'));
  await bus.stub.arrive('in/door', parcel(2, 'x'));
  await bus.clock.advance(1000);
  const [held] = await bus.suspended();
  expect(held).toMatchObject({ code: 'INSTANCE_ENDED', resumable: true });
  await bus.stub.arrive('news/wire', parcel(3, 'x'));
  await bus.clock.advance(1000);
  await bus.box.commit({ now: bus.clock.now(), operate: [{ kind: 'resume', delivery: held!.id }] });
  await bus.stub.arrive('news/wire', parcel(4, 'x'));
  await bus.clock.advance(1000);
  expect(await numbersAt(bus)).toEqual(['P-1 with P-3', 'P-2 with P-4']);
});

test('a singleton takes everything in one instance at a time', async () => {
  const bus = await start(files(AGGREGATOR.replaceAll('parcel.kind', '"all"'), 'new', ''));
  for (let id = 0; id < 10; id += 1) await bus.stub.arrive('in/door', parcel(id, `k${id}`));
  await bus.clock.advance(1000);
  expect(await numbersAt(bus)).toEqual(['5 of all', '5 of all']);
});
