/** Acknowledgements of send ports: who gets one, what it tells, and that a backup gives it in place of its primary. */
import { busError } from '../../../runtime/errors/bus-error.ts';
import { type Files, type SmallBus, startSmallBus } from './small-bus.ts';

let bus: SmallBus;
afterEach(() => bus.stop());

const files = (out: string, rest = ''): Files => ({
  'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: stub, pipeline: json-receive, message: parcel, dedupe: parcel.id }
sendPorts:
  out: { transport: stub, pipeline: json-send, filter: message.type == "parcel", acknowledge: true, ${out} }
  desk: { transport: stub, pipeline: pass-through, filter: Ack.SendPort == "out", acknowledge: true }
${rest}`,
});
const ONCE = 'retry: { attempts: 1 }';
const parcel = (id: string) => JSON.stringify({ id, kind: 'letter' });
const refusal = () =>
  busError('ENDPOINT_REFUSED', { endpoint: 'out', reason: 'no such street' }, { fault: 'NoStreet', detail: { no: 7 } });

const acknowledgements = () =>
  bus.stub.taken('desk').map(({ message, text }) => ({
    body: JSON.parse(text) as unknown,
    ...Object.fromEntries(
      [...message.context]
        .filter(([name, { promoted }]) => name.startsWith('Ack.') && promoted)
        .map(([name, { value }]) => [name.slice(4), value]),
    ),
  }));

test('what the far end has accepted is acknowledged, after the retries that it took', async () => {
  bus = await startSmallBus(files('retry: { attempts: 2 }'));
  bus.stub.answer('out', busError('ENDPOINT_UNREACHABLE', { endpoint: 'out', reason: 'down' }));
  const { messageId } = await bus.stub.arrive('in/door', parcel('P-1'));
  await bus.settle();
  expect(acknowledgements()).toEqual([]);
  await bus.clock.advance(60_000);
  const [first, ...more] = acknowledgements();
  expect(more).toEqual([]);
  expect(first).toMatchObject({
    Type: 'ACK',
    MessageId: messageId,
    MessageType: 'parcel',
    SendPort: 'out',
    Via: 'out',
  });
  expect(first).toMatchObject({ body: {}, Time: expect.stringMatching(/Z$/) });
  expect(first).not.toHaveProperty('FailureCode');
});

test('what the port has given up is told with its error, and suspended all the same', async () => {
  bus = await startSmallBus(files(ONCE));
  bus.stub.answer('out', refusal());
  await bus.stub.arrive('in/door', parcel('P-1'));
  await bus.clock.advance(1000);
  const told = { code: 'ENDPOINT_REFUSED', fault: 'NoStreet', detail: { no: 7 } };
  expect(acknowledgements()).toMatchObject([
    { Type: 'NACK', FailureCode: 'ENDPOINT_REFUSED', Fault: 'NoStreet', body: told },
  ]);
  expect(acknowledgements()[0]).toHaveProperty('Description', refusal().message);
  const [suspended] = await bus.suspended();
  expect(suspended).toMatchObject({ subscriber: 'send:out' });
  await bus.box.commit({ now: bus.clock.now(), operate: [{ kind: 'resume', delivery: suspended!.id }] });
  await bus.clock.advance(1000);
  expect(acknowledgements()).toMatchObject([{ Type: 'NACK' }, { Type: 'ACK' }]);
});

test.each([
  ['takes over', ['out'], 'ACK', 'near'],
  ['fails too', ['out', 'near'], 'NACK', 'near'],
])('a backup that %s acknowledges in place of its primary, once', async (_, failing, type, via) => {
  const near = `  near: { transport: stub, pipeline: json-send, ${ONCE} }\n`;
  bus = await startSmallBus(files(`${ONCE}, backup: near`, near));
  for (const port of failing) bus.stub.answer(port, refusal());
  await bus.stub.arrive('in/door', parcel('P-1'));
  await bus.clock.advance(1000);
  expect(acknowledgements()).toMatchObject([{ Type: type, SendPort: 'out', Via: via }]);
});

test('members of a batch are acknowledged each by itself', async () => {
  bus = await startSmallBus(files(`${ONCE}, batch: { count: 2, wait: 1s }`));
  for (const id of ['P-1', 'P-2', 'P-3']) await bus.stub.arrive('in/door', parcel(id));
  await bus.clock.advance(5000);
  expect(acknowledgements().sort()).toMatchObject(Array(3).fill({ Type: 'ACK', body: {} }));
});

test('a port that is not told to acknowledge does not, and nobody need take what others tell', async () => {
  const { 'config/applications/post.yaml': text } = files(ONCE);
  const unheard = text!.replace(
    / {2}desk.*\n/,
    '  other: { transport: stub, pipeline: json-send, filter: message.type == "parcel" }\n',
  );
  bus = await startSmallBus({ 'config/applications/post.yaml': unheard });
  await bus.stub.arrive('in/door', parcel('P-1'));
  await bus.clock.advance(1000);
  expect([bus.stub.taken('out').length, bus.stub.taken('other').length]).toEqual([1, 1]);
  expect(await bus.suspended()).toEqual([]);
});
