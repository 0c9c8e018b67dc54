/** A request whose send port gives up: the backup answers in its place, or refuses for both. */
import { type SmallBus, startSmallBus } from './small-bus.ts';

let bus: SmallBus | undefined;
afterEach(async () => {
  await bus?.stop();
  bus = undefined;
});

const TWO_WAY = 'transport: stub, pipeline: json-send, responsePipeline: json-receive, response: receipt';
const files = {
  'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: stub, pipeline: json-receive, message: parcel }
sendPorts:
  out: { transport: stub, pipeline: json-send }
  far: { ${TWO_WAY}, retry: { attempts: 1 }, backup: near }
  near: { ${TWO_WAY}, retry: { attempts: 1 }, backup: last }
  last: { ${TWO_WAY}, retry: { attempts: 1 } }
bindings:
  ask: { in: in, out: out, far: far }
`,
  'orchestrations/ask.orchestration.yaml': `orchestration: ask
messages: { parcel: parcel, answer: receipt }
body:
  - receive: { port: in, message: parcel, activate: true }
  - scope:
      name: ask
      do:
        - request: { port: far, send: parcel, response: answer, timeout: 1h }
      catch:
        - error: any
          do:
            - assign: { answer.number: 'error.code' }
  - send: { port: out, message: answer }
`,
};

test.each([
  ['the backup answers', ['far', 'near'], 'from last'],
  ['each backup refuses', ['far', 'near', 'last'], 'ADAPTER_BUG'],
])('%s', async (_, refusing, expected) => {
  bus = await startSmallBus(files);
  for (const port of refusing) bus.stub.answer(port, new Error('no'));
  bus.stub.answer('last', ...(refusing.includes('last') ? [] : ['{"number":"from last"}']));
  await bus.stub.arrive('in/door', '{"id":"P-1"}');
  await bus.clock.advance(60_000);
  const [out] = bus.stub.taken('out').map(({ text }) => JSON.parse(text) as { number: string });
  expect(out?.number).toBe(expected);
  expect(await bus.suspended()).toEqual([]);
});
