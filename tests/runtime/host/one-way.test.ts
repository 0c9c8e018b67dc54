/** Messages from a location to a send port, and everything that can go wrong on the way. */
import { busError } from '../../../runtime/errors/bus-error.ts';
import { oneWay, type SmallBus, startSmallBus } from './small-bus.ts';

let bus: SmallBus;
afterEach(() => bus.stop());

const parcel = (id: string, more: object = {}) => JSON.stringify({ id, kind: 'letter', ...more });
const unreachable = () => busError('ENDPOINT_UNREACHABLE', { endpoint: 'out', reason: 'refused' });
const RETRY = '    retry: { attempts: 3, first: 1s, factor: 2, max: 1m }\n';

test('what is accepted is delivered with its bytes untouched and on record', async () => {
  bus = await startSmallBus(oneWay());
  const { messageId, outcome } = await bus.stub.arrive('in/door', `${parcel('P-1')}  `);
  await bus.settle();
  expect(outcome).toBe('accepted');
  expect(bus.stub.taken('out').map(({ text }) => text)).toEqual([`${parcel('P-1')}  `]);
  const record = await bus.box.inspection.message(messageId);
  expect(record?.history.map(({ name }) => name)).toEqual(['message-received', 'message-sent']);
  expect(record?.deliveries.map(({ state }) => state)).toEqual(['done']);
});

test('a transient failure is tried again after its pause, under the same idempotency key', async () => {
  bus = await startSmallBus(oneWay(RETRY));
  const keys: unknown[] = [];
  const failing = async (message: { context: ReadonlyMap<string, { value: unknown }> }) => {
    keys.push(message.context.get('bus.idempotencyKey')?.value);
    throw unreachable();
  };
  bus.stub.answer('out', failing, failing);
  await bus.stub.arrive('in/door', parcel('P-1'));
  await bus.settle();
  expect(bus.stub.taken('out')).toHaveLength(0);
  await bus.clock.advance(10_000);
  const [taken] = bus.stub.taken('out');
  expect(keys).toHaveLength(2);
  expect(new Set([...keys, taken?.message.context.get('bus.idempotencyKey')?.value]).size).toBe(1);
  expect(await bus.suspended()).toEqual([]);
});

test('when the attempts are used up the message is suspended, and goes out when resumed', async () => {
  bus = await startSmallBus(oneWay(RETRY));
  bus.stub.answer('out', unreachable(), unreachable(), unreachable());
  const { messageId } = await bus.stub.arrive('in/door', parcel('P-1'));
  await bus.clock.advance(60_000);
  const [suspended] = await bus.suspended();
  expect(suspended).toMatchObject({
    message: messageId,
    code: 'ENDPOINT_UNREACHABLE',
    resumable: true,
    subscriber: 'send:out',
  });
  await bus.box.commit({ now: bus.clock.now(), operate: [{ kind: 'resume', delivery: suspended!.id }] });
  await bus.settle();
  expect(bus.stub.taken('out')).toHaveLength(1);
});

test('what the far end refuses since it has it already counts as sent, all else does not', async () => {
  const rules = '    failures: [{ when: error.reason.contains("exists"), error: Known, done: true }]\n';
  bus = await startSmallBus(oneWay(rules));
  const refused = (reason: string) => busError('ENDPOINT_REFUSED', { endpoint: 'out', reason });
  bus.stub.answer('out', refused('the reference P-1 exists'), refused('no such street'));
  const known = await bus.stub.arrive('in/door', parcel('P-1'));
  const unknown = await bus.stub.arrive('in/door', parcel('P-2'));
  await bus.settle();
  expect((await bus.suspended()).map(({ message }) => message)).toEqual([unknown.messageId]);
  const record = await bus.box.inspection.message(known.messageId);
  expect(record?.history.map(({ name }) => name)).toEqual(['message-received', 'message-sent']);
});

test('what the far end refuses for good is suspended at once', async () => {
  bus = await startSmallBus(oneWay(RETRY));
  bus.stub.answer('out', busError('ENDPOINT_REFUSED', { endpoint: 'out', reason: 'no such street' }));
  await bus.stub.arrive('in/door', parcel('P-1'));
  await bus.settle();
  expect(await bus.suspended()).toMatchObject([{ code: 'ENDPOINT_REFUSED', attempt: 1 }]);
});

test('an adapter that throws something of its own harms only that message', async () => {
  bus = await startSmallBus(oneWay(RETRY));
  bus.stub.answer('out', new TypeError('x is undefined'));
  await bus.stub.arrive('in/door', parcel('P-1'));
  await bus.stub.arrive('in/door', parcel('P-2'));
  await bus.settle();
  expect(await bus.suspended()).toMatchObject([{ code: 'ADAPTER_BUG' }]);
  expect(bus.stub.taken('out')).toHaveLength(1);
});

test('an adapter that never answers is cut off at the deadline and tried again', async () => {
  bus = await startSmallBus(oneWay(`${RETRY}    timeout: 5s\n`));
  let aborted = false;
  bus.stub.answer('out', (_message, signal) => {
    signal.addEventListener('abort', () => {
      aborted = true;
    });
    return new Promise(() => {});
  });
  await bus.stub.arrive('in/door', parcel('P-1'));
  await bus.clock.advance(4900);
  expect(aborted).toBe(false);
  await bus.clock.advance(10_000);
  expect(aborted).toBe(true);
  expect(bus.stub.taken('out')).toHaveLength(1);
});

test('the backup takes over with the same idempotency key when the primary gives up', async () => {
  const backup = '  spare:\n    transport: stub\n    pipeline: json-send\n';
  bus = await startSmallBus(oneWay(`    retry: { attempts: 1 }\n    backup: spare\n${backup}`));
  bus.stub.answer('out', unreachable());
  const { messageId } = await bus.stub.arrive('in/door', parcel('P-1'));
  await bus.settle();
  const [taken] = bus.stub.taken('spare');
  expect(taken?.message.context.get('bus.idempotencyKey')?.value).toBe(`${messageId}@out`);
  expect(bus.stub.taken('out')).toHaveLength(0);
  expect(await bus.suspended()).toEqual([]);
});

test('malformed input is told and kept as it came, and is prepared again on resume', async () => {
  bus = await startSmallBus(oneWay());
  const { outcome, error, messageId } = await bus.stub.arrive('in/door', '{"id": ');
  expect([outcome, error?.kind]).toEqual(['suspended', 'message']);
  const [suspended] = await bus.suspended();
  expect(suspended).toMatchObject({
    subscriber: 'receive:in/door',
    message: messageId,
    code: error?.code,
    resumable: true,
  });
  const [kept] = await bus.box.read([messageId]);
  expect(Buffer.from(kept!.parts[0].bytes!).toString()).toBe('{"id": ');
  await bus.box.commit({ now: bus.clock.now(), operate: [{ kind: 'resume', delivery: suspended!.id }] });
  await bus.settle();
  expect(await bus.suspended()).toMatchObject([{ id: suspended!.id, code: error?.code }]);
});

test('a second receipt under the same key is a duplicate and delivers nothing', async () => {
  bus = await startSmallBus(oneWay());
  const first = await bus.stub.arrive('in/door', parcel('P-1'));
  const second = await bus.stub.arrive('in/door', parcel('P-1', { weight: 3 }));
  await bus.settle();
  expect([second.outcome, second.messageId]).toEqual(['duplicate', first.messageId]);
  expect(bus.stub.taken('out')).toHaveLength(1);
});

test("the transport's own identity of a receipt makes a duplicate too", async () => {
  bus = await startSmallBus(oneWay());
  await bus.stub.arrive('in/door', parcel('P-1'), { key: 'file-1' });
  const again = await bus.stub.arrive('in/door', parcel('P-2'), { key: 'file-1' });
  expect(again.outcome).toBe('duplicate');
});

test('what nobody subscribes to is suspended under its name and goes on when somebody does', async () => {
  bus = await startSmallBus(oneWay());
  const { outcome } = await bus.stub.arrive('in/door', parcel('P-1', { kind: 'lost' }));
  expect(outcome).toBe('accepted');
  const [unrouted] = await bus.suspended();
  expect(unrouted).toMatchObject({ subscriber: 'unrouted', code: 'NO_SUBSCRIBER', resumable: true });
});

test('a broken send port does not hold up another', async () => {
  const other = '  other:\n    transport: stub\n    pipeline: json-send\n    filter: message.type == "parcel"\n';
  bus = await startSmallBus(oneWay(`    limit: { concurrent: 1 }\n    timeout: 1h\n${other}`));
  bus.stub.answer('out', () => new Promise(() => {}));
  for (let index = 0; index < 20; index += 1) await bus.stub.arrive('in/door', parcel(`P-${index}`));
  await bus.settle();
  expect(bus.stub.taken('other')).toHaveLength(20);
  expect(bus.stub.taken('out')).toHaveLength(0);
});
