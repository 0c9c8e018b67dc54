/** What operators end from outside: whoever waits for it is told at once, on whatever way the answer would have come. */
import { busError } from '../../../runtime/errors/bus-error.ts';
import type { Files } from '../host/small-bus.ts';
import { type AskedBus, startAskedBus } from './asked-bus.ts';

const files: Files = {
  'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: stub, pipeline: json-receive, message: parcel }
sendPorts:
  out: { transport: stub, pipeline: json-send }
  far: { transport: stub, pipeline: json-send, responsePipeline: json-receive, response: receipt, retry: { attempts: 9, first: 1h } }
  tap: { transport: stub, pipeline: json-send, filter: parcel.kind == "tapped", retry: { attempts: 9, first: 1h } }
bindings:
  ask: { in: in, out: out, far: far }
  weigh: { jobs: called }
`,
  'orchestrations/ask.orchestration.yaml': `orchestration: ask
messages: { parcel: parcel, answer: receipt }
body:
  - receive: { port: in, message: parcel, activate: true }
  - scope:
      name: ask
      do:
        - decide:
            - when: parcel.kind in ["far", "tapped"]
              do: [ { request: { port: far, send: parcel, response: answer } } ]
            - else: [ { call: { orchestration: weigh, message: parcel, response: answer } } ]
      catch:
        - error: any
          do:
            - assign: { answer.number: 'error.name + " " + error.code' }
  - send: { port: out, message: answer }
`,
  'orchestrations/weigh.orchestration.yaml': `orchestration: weigh
messages: { job: parcel, receipt: receipt }
body:
  - receive: { port: jobs, message: job, activate: true }
  - suspend: Weigh it.
  - assign: { receipt.number: '"W-" + job.id' }
  - send: { port: jobs, message: receipt }
`,
};

const DOWN = busError('ENDPOINT_UNREACHABLE', { endpoint: 'x', reason: 'down' });

let bus: AskedBus;
beforeEach(async () => {
  bus = await startAskedBus(files);
});
afterEach(() => bus.stop());

const outcome = () => bus.stub.taken('out').map(({ text }) => (JSON.parse(text) as { number: string }).number);
const arrive = (parcel: object) => bus.stub.arrive('in/door', JSON.stringify({ id: 'P-1', ...parcel }));
const deliveryAt = async (subscriber: string) =>
  (await bus.box.inspection.deliveries({ subscriber, limit: 1 }, bus.clock.now()))[0]!.id;

test('the caller of an instance that is terminated gets the error Terminated at once', async () => {
  await arrive({});
  await bus.settle();
  const [weigh] = (await bus.get('/instances?program=weigh')).body.instances;
  await bus.post(`/instances/${encodeURIComponent(weigh.instance.id)}/terminate`);
  await bus.settle();
  expect(outcome()).toEqual(['Terminated CALL_UNANSWERED']);
});

test('an orchestration whose request is terminated at the send port gets an error at once', async () => {
  bus.stub.answer('far', DOWN);
  await arrive({ kind: 'far' });
  await bus.settle();
  expect(outcome()).toEqual([]);
  await bus.post(`/deliveries/${await deliveryAt('send:far')}/terminate`);
  await bus.settle();
  expect(outcome()).toEqual(['REQUEST_TERMINATED REQUEST_TERMINATED']);
});

test('the end of a copy of the request that somebody else has is no end of the request', async () => {
  bus.stub.answer('tap', DOWN, DOWN);
  bus.stub.answer('far', DOWN);
  await arrive({ kind: 'tapped' });
  await bus.settle();
  const id = await deliveryAt('send:tap');
  expect((await bus.post(`/deliveries/${id}/terminate`)).status).toBe(200);
  await bus.settle();
  expect(outcome()).toEqual([]);
  expect((await bus.post(`/deliveries/${id}/terminate`)).body.code).toBe('ALREADY_ENDED');
});

test.each(['d999', 'x', 'dNaN'])('there is no delivery %s', async (id) => {
  expect((await bus.post(`/deliveries/${id}/terminate`)).body.code).toBe('NOT_FOUND');
});
