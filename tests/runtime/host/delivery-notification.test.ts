/** Orchestrations that wait until a message is delivered: retries, the backup, restarts, and operators who end the message. */
import { busError } from '../../../runtime/errors/bus-error.ts';
import { breakOffDelivery } from '../../../runtime/host/break-off.ts';
import { openMemory } from '../../../runtime/message-box/memory.ts';
import { type Files, type SmallBus, startSmallBus } from './small-bus.ts';

let bus: SmallBus;
afterEach(() => bus.stop());

const files = (far = 'retry: { attempts: 1 }', rest = ''): Files => ({
  'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: stub, pipeline: json-receive, message: parcel }
sendPorts:
  far: { transport: stub, pipeline: json-send, ${far} }
  out: { transport: stub, pipeline: json-send }
${rest}bindings:
  tell: { in: in, out: out, far: far }
`,
  'orchestrations/tell.orchestration.yaml': `orchestration: tell
messages: { parcel: parcel, outcome: receipt }
body:
  - receive: { port: in, message: parcel, activate: true }
  - scope:
      name: tell
      do:
        - send: { port: far, message: parcel, deliveryNotification: true }
        - assign: { outcome.number: '"sent"' }
      catch:
        - error: DeliveryFailure
          do:
            - assign: { outcome.number: 'error.code', outcome.note: 'error.port' }
  - send: { port: out, message: outcome }
`,
});
const down = () => busError('ENDPOINT_UNREACHABLE', { endpoint: 'far', reason: 'down' });
const outcomes = () => bus.stub.taken('out').map(({ text }) => JSON.parse(text) as unknown);

test('it goes on once the far end has the message, after the retries that it took', async () => {
  bus = await startSmallBus(files('retry: { attempts: 3, first: 10s }'));
  bus.stub.answer('far', down(), down());
  await bus.stub.arrive('in/door', '{"id":"P-1"}');
  await bus.clock.advance(1000);
  expect(outcomes()).toEqual([]);
  await bus.clock.advance(60_000);
  expect(outcomes()).toEqual([{ number: 'sent' }]);
});

test('a port that gives up fails the scope, and keeps the message for an operator', async () => {
  bus = await startSmallBus(files());
  bus.stub.answer('far', down());
  await bus.stub.arrive('in/door', '{"id":"P-1"}');
  await bus.clock.advance(1000);
  expect(outcomes()).toEqual([{ number: 'ENDPOINT_UNREACHABLE', note: 'far' }]);
  expect(await bus.suspended()).toMatchObject([{ subscriber: 'send:far' }]);
});

test.each([
  ['has it', ['far'], 'sent'],
  ['gives it up too', ['far', 'near'], 'ENDPOINT_UNREACHABLE'],
])('with a backup it depends on whether that %s', async (_, failing, number) => {
  const near = '  near: { transport: stub, pipeline: json-send, retry: { attempts: 1 } }\n';
  bus = await startSmallBus(files('retry: { attempts: 1 }, backup: near', near));
  for (const port of failing) bus.stub.answer(port, down());
  await bus.stub.arrive('in/door', '{"id":"P-1"}');
  await bus.clock.advance(1000);
  expect(outcomes()).toMatchObject([{ number }]);
});

test.each([
  ['delivered', 0, 'sent'],
  ['given up', 2, 'ENDPOINT_UNREACHABLE'],
])('what is %s only after a restart reaches the instance that waits', async (_, failures, number) => {
  const box = openMemory();
  bus = await startSmallBus(files('retry: { attempts: 2, first: 10s }'), { box });
  bus.stub.answer('far', down());
  await bus.stub.arrive('in/door', '{"id":"P-1"}');
  await bus.clock.advance(1000);
  await bus.stop();
  bus = await startSmallBus(files('retry: { attempts: 2, first: 10s }'), { box, clock: bus.clock });
  bus.stub.answer('far', ...Array.from({ length: failures }, down));
  await bus.clock.advance(60_000);
  expect(outcomes()).toMatchObject([{ number }]);
});

test('an operator who ends the message ends the waiting', async () => {
  bus = await startSmallBus(files('retry: { attempts: 2, first: 1h, max: 1h }'));
  bus.stub.answer('far', down());
  await bus.stub.arrive('in/door', '{"id":"P-1"}');
  await bus.clock.advance(1000);
  const [delivery] = await bus.box.inspection.deliveries({ subscriber: 'send:far', limit: 1 }, bus.clock.now());
  await bus.box.commit(await breakOffDelivery(delivery!, { box: bus.box, clock: bus.clock, newId: () => 'nack' }));
  await bus.clock.advance(1000);
  expect(outcomes()).toEqual([{ number: 'DELIVERY_TERMINATED', note: 'far' }]);
});
