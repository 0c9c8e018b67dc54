/** Stopping a host: what is under way comes to its end, and nothing of it lasts, so that its process can end at once. */
import { setImmediate as turn } from 'node:timers/promises';
import type { MessageBox } from '../../../runtime/contracts/message-box.ts';
import { openMemory } from '../../../runtime/message-box/memory.ts';
import { oneWay, type SmallBus, startSmallBus } from './small-bus.ts';
import { type Answer, incoming } from './stub-adapter.ts';

test('an idle bus stops without time passing, and leaves nothing to wait for', async () => {
  const bus = await startSmallBus(oneWay());
  const { clock } = bus;
  const began = clock.now();
  await bus.stub.arrive('in/door', JSON.stringify({ id: 'P-1', kind: 'letter' }));
  await bus.settle();
  expect(clock.next()).toBeDefined();
  await bus.host.stop();
  expect(clock.next()).toBeUndefined();
  expect(clock.now()).toBe(began);
  await bus.box.close();
});

describe('what is under way', () => {
  const counter = {
    'config/applications/counter.yaml': `application: counter
receivePorts:
  counter:
    response: receipt
    locations:
      desk: { transport: rest, path: /desk, pipeline: json-receive, message: parcel }
sendPorts:
  depot: { transport: stub, pipeline: json-send, responsePipeline: json-receive, response: receipt, timeout: 10m }
bindings:
  handle-parcel: { counter: counter, depot: depot }
`,
    'orchestrations/handle-parcel.orchestration.yaml': `orchestration: handle-parcel
messages: { parcel: parcel, receipt: receipt }
body:
  - receive: { port: counter, message: parcel, activate: true }
  - request: { port: depot, send: parcel, response: receipt }
  - send: { port: counter, message: receipt }
`,
  };

  let bus: SmallBus;
  let box: MessageBox;
  let asked: PromiseWithResolvers<void>;
  let release: () => void;
  let answered: Promise<Response>;
  beforeEach(async () => {
    box = openMemory();
    bus = await startSmallBus(counter, { box });
    asked = Promise.withResolvers();
    const held = Promise.withResolvers<void>();
    release = held.resolve;
    const slow: Answer = async () => {
      asked.resolve();
      await held.promise;
      return incoming('{"number":"R-7"}');
    };
    bus.stub.answer('depot', slow);
    answered = post();
    await working(asked.promise);
  });

  const post = () =>
    fetch(`${bus.host.address}/desk`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Connection: 'close' },
      body: '{"id":"P-1"}',
    });

  /** Sockets and the bus go on, while no time passes, until `work` is done. */
  async function working<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const end = () => {
      done = true;
    };
    work.then(end, end);
    while (!done) {
      await bus.settle();
      await turn();
    }
    return work;
  }

  test('is answered, while nothing new is taken, and then the host has stopped', async () => {
    const began = bus.clock.now();
    const stopped = bus.host.stop();
    await expect(working(post())).rejects.toThrow();
    expect(bus.host.status.locations).toMatchObject([{ state: 'running' }]);
    release();
    const response = await working(answered);
    expect([response.status, await response.json()]).toEqual([200, { number: 'R-7' }]);
    await working(stopped);
    expect(bus.clock.now()).toBe(began);
    expect(bus.host.status.locations).toMatchObject([{ state: 'stopped' }]);
  });

  test('is cut when its time is over: what was being sent is offered again', async () => {
    const stopped = bus.stop();
    const refused = answered.then(
      ({ status }) => status,
      () => 'cut',
    );
    await stopped;
    expect(await refused).not.toBe(200);
    const left = await box.inspection.deliveries({ subscriber: 'send:depot', limit: 10 }, bus.clock.now());
    expect(left).toMatchObject([{ state: 'ready', attempt: 1 }]);
  });
});
