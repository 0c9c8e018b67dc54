/** Failed messages that are routed: to whoever takes them, else suspended as ever. */
import { busError } from '../../../runtime/errors/bus-error.ts';
import { type Files, type SmallBus, startSmallBus } from './small-bus.ts';

let bus: SmallBus;
afterEach(() => bus.stop());

const files = (repair: string): Files => ({
  'config/applications/post.yaml': `application: post
receivePorts:
  in:
    failedMessages: route
    locations:
      door: { transport: stub, pipeline: json-receive, message: parcel, dedupe: parcel.id }
sendPorts:
  out:
    transport: stub
    pipeline: json-send
    filter: message.type == "parcel"
    failedMessages: route
    retry: { attempts: 1 }
  desk: { transport: stub, pipeline: pass-through, filter: '${repair}' }
`,
});
const ALL = 'ErrorReport.ErrorType == "FailedMessage"';
const parcel = (id: string) => JSON.stringify({ id, kind: 'letter' });
const reports = () =>
  bus.stub.taken('desk').map(({ message, text }) => ({
    text,
    report: Object.fromEntries(
      [...message.context]
        .filter(([name]) => name.startsWith('ErrorReport.'))
        .map(([name, { value }]) => [name.slice(12), value]),
    ),
  }));

test('a send that is given up goes to whoever takes failed messages, and is not suspended', async () => {
  bus = await startSmallBus(files(ALL));
  bus.stub.answer('out', busError('ENDPOINT_REFUSED', { endpoint: 'out', reason: 'no such street' }));
  const { messageId } = await bus.stub.arrive('in/door', parcel('P-1'));
  await bus.clock.advance(1000);
  expect(reports()).toEqual([
    {
      text: parcel('P-1'),
      report: {
        ErrorType: 'FailedMessage',
        FailureCode: 'ENDPOINT_REFUSED',
        Description: expect.stringContaining('no such street') as string,
        MessageType: 'parcel',
        MessageId: messageId,
        SendPort: 'out',
        FailureTime: expect.stringMatching(/^2026-06-01T08:00:0/) as string,
      },
    },
  ]);
  expect(await bus.suspended()).toEqual([]);
});

test('a receipt that cannot be read goes there with its bytes as they came', async () => {
  bus = await startSmallBus(files(ALL));
  const { outcome } = await bus.stub.arrive('in/door', '{ "id": ');
  await bus.clock.advance(1000);
  expect(outcome).toBe('suspended');
  expect(reports()).toMatchObject([{ text: '{ "id": ', report: { ReceivePort: 'in', ReceiveLocation: 'door' } }]);
  expect(await bus.suspended()).toEqual([]);
});

test('where nobody takes it, it is suspended at its port and can be resumed there', async () => {
  bus = await startSmallBus(files('ErrorReport.SendPort == "desk"'));
  bus.stub.answer('out', busError('ENDPOINT_REFUSED', { endpoint: 'out', reason: 'no' }));
  await bus.stub.arrive('in/door', parcel('P-1'));
  await bus.clock.advance(1000);
  const [held] = await bus.suspended();
  expect(held).toMatchObject({ subscriber: 'send:out', code: 'ENDPOINT_REFUSED', resumable: true });
  await bus.box.commit({ now: bus.clock.now(), operate: [{ kind: 'resume', delivery: held!.id }] });
  await bus.clock.advance(1000);
  expect(bus.stub.taken('out').map(({ text }) => text)).toEqual([parcel('P-1')]);
});

test('no filter takes it for the message itself', async () => {
  bus = await startSmallBus(files(ALL));
  bus.stub.answer('out', busError('ENDPOINT_REFUSED', { endpoint: 'out', reason: 'no' }));
  await bus.stub.arrive('in/door', parcel('P-1'));
  await bus.clock.advance(10_000);
  expect(bus.stub.taken('out')).toEqual([]);
  expect(reports()).toHaveLength(1);
});
