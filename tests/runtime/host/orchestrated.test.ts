/** Orchestrations on a host: answers, refusals, timers, restarts and definitions that change under way. */
import { createSimulatedClock } from '../../../runtime/clock/simulated.ts';
import { bytesOf } from '../../../runtime/contracts/message.ts';
import type { MessageBox, Unit } from '../../../runtime/contracts/message-box.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import { openMemory } from '../../../runtime/message-box/memory.ts';
import { type Files, type SmallBus, startSmallBus } from './small-bus.ts';
import { createStub } from './stub-adapter.ts';

const buses: SmallBus[] = [];
afterEach(async () => {
  for (const bus of buses.splice(0)) await bus.stop();
});

async function start(...given: Parameters<typeof startSmallBus>): Promise<SmallBus> {
  const bus = await startSmallBus(...given);
  buses.push(bus);
  return bus;
}

const MAP = `map: parcel-to-receipt
from: { parcel: parcel }
to: receipt
fields: { number: '"R-" + parcel.id' }
`;

/** Every port is bound to the port of its own name. */
const bound = (body: string) =>
  ['counter', 'depot', 'yard', 'news']
    .filter((port) => port === 'counter' || body.includes(`port: ${port},`))
    .map((port) => `${port}: ${port}`)
    .join(', ');

/** Two-way \`counter/desk\`; a request to \`depot\`; the answer goes back to the caller. */
function counter(body: string, more: Files = {}): Files {
  return {
    'config/applications/counter.yaml': `application: counter
receivePorts:
  counter:
    response: receipt
    timeout: 10s
    locations:
      desk: { transport: stub, pipeline: json-receive, message: parcel, dedupe: parcel.id }
  news:
    locations:
      wire: { transport: stub, pipeline: json-receive, message: receipt }
sendPorts:
  depot:
    transport: stub
    pipeline: json-send
    responsePipeline: json-receive
    response: receipt
    retry: { attempts: 2, first: 1s, factor: 1, max: 1s }
    faults: [{ when: 'response.number == "FULL"', error: Full, reason: '"the depot is full"' }]
    success: { when: response.number.startsWith("R-"), error: Odd, retry: response.number == "BUSY", reason: response.note }
    failures: [{ when: error.reason.contains("Duplicate"), error: Known, reason: error.detail.text }]
  yard: { transport: stub, pipeline: json-send }
bindings:
  handle-parcel: { ${bound(body)} }
`,
    'mappings/parcel-to-receipt.map.yaml': MAP,
    'orchestrations/handle-parcel.orchestration.yaml': `orchestration: handle-parcel
messages: { parcel: parcel, receipt: receipt, answer: receipt, update: receipt }
correlations: { number: [receipt.number] }
late: park
body:
  - receive: { port: counter, message: parcel, activate: true }
${body}`,
    ...more,
  };
}

const ASK = `  - request: { port: depot, send: parcel, response: receipt, timeout: 5s }
  - send: { port: counter, message: receipt }
  - send: { port: yard, message: parcel }
`;

const text = async (response: Promise<import('../../../runtime/contracts/message.ts').Message> | undefined) =>
  Buffer.from(await bytesOf((await response!).parts[0])).toString();

test('the answer of the far end reaches the caller who waits', async () => {
  const bus = await start(counter(ASK));
  bus.stub.answer('depot', '{"number":"R-7"}');
  const { outcome, response } = await bus.stub.arrive('counter/desk', '{"id":"P-1"}');
  await bus.settle();
  await bus.settle();
  expect(outcome).toBe('accepted');
  expect(JSON.parse(await text(response))).toEqual({ number: 'R-7' });
  expect(bus.stub.taken('yard')).toHaveLength(1);
  const { instances } = await bus.box.inspection.counts(bus.clock.now());
  expect(instances).toEqual([{ program: 'handle-parcel', status: 'completed', count: 1 }]);
});

test('steps are taken by the commits that bring what they wait for, and so are answers to callers', async () => {
  const box = openMemory();
  const units: Unit[] = [];
  const hostBox: MessageBox = {
    ...box,
    commit: (unit) => {
      units.push(unit);
      return box.commit(unit);
    },
  };
  const bus = await start(counter(ASK), { box, hostBox });
  bus.stub.answer('depot', '{"number":"R-7"}');
  const begun = units.length;
  const { response } = await bus.stub.arrive('counter/desk', '{"id":"P-1"}');
  await bus.settle();
  await bus.settle();
  expect(JSON.parse(await text(response))).toEqual({ number: 'R-7' });
  // What came in, what the depot answered, and that the yard has its copy.
  const names = units.slice(begun).map(({ track = [] }) => track.map(({ name }) => name));
  expect(names).toEqual([['message-received'], ['message-sent'], ['message-sent']]);
});

test('a repeated request gets the first answer and starts nothing', async () => {
  const bus = await start(counter(ASK));
  bus.stub.answer('depot', '{"number":"R-7"}');
  const first = await bus.stub.arrive('counter/desk', '{"id":"P-1"}');
  await bus.settle();
  await bus.settle();
  await first.response;
  const again = await bus.stub.arrive('counter/desk', '{"id":"P-1"}');
  expect(again.outcome).toBe('duplicate');
  expect(JSON.parse(await text(again.response))).toEqual({ number: 'R-7' });
  expect(bus.stub.taken('depot')).toHaveLength(1);
});

test('a caller whose answer is late is told so; the answer is kept for the next asking', async () => {
  const bus = await start(counter(`  - delay: 1h\n${ASK}`));
  bus.stub.answer('depot', '{"number":"R-7"}');
  const { response } = await bus.stub.arrive('counter/desk', '{"id":"P-1"}');
  const outcome = expect(response).rejects.toMatchObject({ code: 'RESPONSE_TIMEOUT' });
  await bus.clock.advance(11_000);
  await outcome;
  await bus.clock.advance(3_600_000);
  await bus.settle();
  const again = await bus.stub.arrive('counter/desk', '{"id":"P-1"}');
  expect(JSON.parse(await text(again.response))).toEqual({ number: 'R-7' });
  expect(await bus.suspended()).toEqual([]);
});

test('an answer that is an error by the rules of the port can be caught by its name', async () => {
  const body = `  - scope:
      name: ask the depot
      do:
        - request: { port: depot, send: parcel, response: receipt }
      catch:
        - error: depot.Full
          do:
            - transform: { map: parcel-to-receipt, from: parcel, to: receipt }
  - send: { port: counter, message: receipt }
`;
  const bus = await start(counter(body));
  bus.stub.answer('depot', '{"number":"FULL"}');
  const { response } = await bus.stub.arrive('counter/desk', '{"id":"P-1"}');
  await bus.settle();
  await bus.settle();
  expect(JSON.parse(await text(response))).toEqual({ number: 'R-P-1' });
});

const CATCHING = (error: string) => `  - scope:
      name: ask the depot
      do:
        - request: { port: depot, send: parcel, response: receipt }
      catch:
        - error: ${error}
          do:
            - transform: { map: parcel-to-receipt, from: parcel, to: receipt }
            - assign: { receipt.note: error.reason }
  - send: { port: counter, message: receipt }
`;

test.each([
  ['what must hold does not', 'depot.Odd', '{"number":"X","note":"never"}', 'never'],
  ['what went wrong says what it is', 'depot.Known', 'Duplicate!', 'it is 7'],
])('%s: it is caught by its name', async (_title, error, answer, note) => {
  const bus = await start(counter(CATCHING(error)));
  const fault = { endpoint: 'depot', fault: 'Server', reason: answer };
  const failed = () => busError('ENDPOINT_FAULT', fault, { kind: 'transient', detail: { text: 'it is 7' } });
  bus.stub.answer('depot', answer.startsWith('{') ? answer : failed());
  const { response } = await bus.stub.arrive('counter/desk', '{"id":"P-1"}');
  await bus.settle();
  await bus.settle();
  expect(JSON.parse(await text(response))).toMatchObject({ number: 'R-P-1', note: expect.stringContaining(note) });
  expect(bus.stub.taken('depot')).toHaveLength(answer.startsWith('{') ? 1 : 0);
});

test('a port with several types of answers gives whichever the orchestration sends', async () => {
  const files = counter('  - send: { port: counter, message: parcel }\n');
  const path = 'config/applications/counter.yaml';
  const several = {
    ...files,
    [path]: files[path]!.replace('    response: receipt\n', '    response: [receipt, parcel]\n'),
  };
  const bus = await start(several);
  const { response } = await bus.stub.arrive('counter/desk', '{"id":"P-1"}');
  await bus.settle();
  expect(JSON.parse(await text(response))).toEqual({ id: 'P-1' });
});

test('an answer that says that another try is worth it gets one', async () => {
  const bus = await start(counter(ASK));
  bus.stub.answer('depot', '{"number":"BUSY"}', '{"number":"R-7"}');
  const { response } = await bus.stub.arrive('counter/desk', '{"id":"P-1"}');
  await bus.clock.advance(2000);
  await bus.settle();
  expect(JSON.parse(await text(response))).toEqual({ number: 'R-7' });
});

test('a request that fails for good suspends the instance; resuming it asks again', async () => {
  const bus = await start(counter(ASK));
  const down = () => busError('ENDPOINT_UNREACHABLE', { endpoint: 'depot', reason: 'refused' });
  bus.stub.answer('depot', down(), down(), '{"number":"R-7"}');
  const { response } = await bus.stub.arrive('counter/desk', '{"id":"P-1"}');
  await bus.clock.advance(3000);
  const [record] = await bus.box.inspection.instances({ limit: 10, status: 'suspended' });
  expect(record?.instance.failure).toMatchObject({ code: 'ENDPOINT_UNREACHABLE' });
  await bus.box.commit({ now: bus.clock.now(), operate: [{ kind: 'resume-instance', instance: record!.instance.id }] });
  await bus.settle();
  await bus.settle();
  expect(JSON.parse(await text(response))).toEqual({ number: 'R-7' });
});

const WAIT = `  - transform: { map: parcel-to-receipt, from: parcel, to: receipt }
  - send: { port: counter, message: receipt, initialises: number }
  - listen:
      - receive: { port: news, message: update, follows: number }
        do:
          - send: { port: yard, message: update }
      - delay: 10m
        do:
          - send: { port: yard, message: parcel }
`;

test('a correlated message finds its instance, and only its own', async () => {
  const bus = await start(counter(WAIT));
  for (const id of ['P-1', 'P-2']) await bus.stub.arrive('counter/desk', JSON.stringify({ id }));
  await bus.settle();
  await bus.stub.arrive('news/wire', '{"number":"R-P-2","note":"found"}');
  await bus.settle();
  expect(bus.stub.taken('yard').map(({ text: sent }) => JSON.parse(sent))).toEqual([
    { number: 'R-P-2', note: 'found' },
  ]);
  await bus.clock.advance(600_000);
  expect(bus.stub.taken('yard').map(({ text: sent }) => JSON.parse(sent))).toContainEqual({ id: 'P-1' });
});

test('an instance goes on where it was on a host that has started anew', async () => {
  const box = openMemory();
  const clock = createSimulatedClock(Date.UTC(2026, 5, 1, 8));
  const stub = createStub();
  const before = await start(counter(WAIT), { box, clock, stub });
  await stub.arrive('counter/desk', '{"id":"P-1"}');
  await before.settle();
  await before.stop();
  const after = await start(counter(WAIT), { box, clock, stub });
  await stub.arrive('news/wire', '{"number":"R-P-1","note":"found"}');
  await after.settle();
  expect(stub.taken('yard').map(({ text: sent }) => JSON.parse(sent))).toEqual([{ number: 'R-P-1', note: 'found' }]);
});

test('a running instance keeps the definition that it started on', async () => {
  const box = openMemory();
  const clock = createSimulatedClock(Date.UTC(2026, 5, 1, 8));
  const stub = createStub();
  const before = await start(counter(WAIT), { box, clock, stub });
  await stub.arrive('counter/desk', '{"id":"P-1"}');
  await before.settle();
  await before.stop();
  const silent = WAIT.replaceAll('send: { port: yard, message: update }', 'complete: nobody is told');
  const after = await start(counter(silent), { box, clock, stub });
  await stub.arrive('counter/desk', '{"id":"P-2"}');
  await after.settle();
  for (const id of ['P-1', 'P-2']) await stub.arrive('news/wire', JSON.stringify({ number: `R-${id}` }));
  await after.settle();
  expect(stub.taken('yard').map(({ text: sent }) => JSON.parse(sent).number)).toEqual(['R-P-1']);
});

test('a message that comes after the end is parked, not lost', async () => {
  const bus = await start(counter(WAIT));
  await bus.stub.arrive('counter/desk', '{"id":"P-1"}');
  await bus.settle();
  await bus.stub.arrive('news/wire', '{"number":"R-P-1"}');
  await bus.settle();
  await bus.stub.arrive('news/wire', '{"number":"R-P-1","note":"again"}');
  await bus.settle();
  expect(await bus.suspended()).toMatchObject([{ resumable: true, messageType: 'receipt' }]);
});

test('milestones stand in the history of their instance, with what goes with them', async () => {
  const milestone = '  - track: { milestone: weighed, data: { parcel: parcel.id, shape: parcel.id, grams: 40 } }\n';
  const bus = await start(counter(`${milestone}${WAIT}`));
  await bus.stub.arrive('counter/desk', '{"id":"P-1"}');
  await bus.settle();
  const [record] = await bus.box.inspection.instances({ limit: 1 });
  const found = record!.history.filter(({ name }) => name === 'milestone-reached');
  expect(found).toMatchObject([{ at: bus.clock.now(), data: { shape: 'weighed', parcel: 'P-1', grams: 40 } }]);
});
