/** Orchestrations that start and call each other on a host. */
import { adapters } from '../../../adapters/index.ts';
import { compileSolution } from '../../../runtime/solution/compile-solution.ts';
import { base, type Files, type SmallBus, startSmallBus } from './small-bus.ts';
import { createStub } from './stub-adapter.ts';

let bus: SmallBus | undefined;
afterEach(async () => {
  await bus?.stop();
  bus = undefined;
});

function files(parent: string, child: string, binding = 'called'): Files {
  return {
    'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: stub, pipeline: json-receive, message: parcel }
sendPorts:
  out: { transport: stub, pipeline: json-send }
  far: { transport: stub, pipeline: json-send, responsePipeline: json-receive, response: receipt }
bindings:
  ask: { in: in, out: out }
  weigh: { jobs: ${binding}${child.includes('port: far') ? ', far: far' : ''}${child.includes('port: out') ? ', out: out' : ''} }
`,
    'orchestrations/ask.orchestration.yaml': `orchestration: ask
messages: { parcel: parcel, answer: receipt, told: receipt }
body:
  - receive: { port: in, message: parcel, activate: true }
${parent}`,
    'orchestrations/weigh.orchestration.yaml': `orchestration: weigh
messages: { job: parcel, receipt: receipt }
body:
  - receive: { port: jobs, message: job, activate: true }
${child}`,
  };
}

const CALL = `  - scope:
      name: ask
      do:
        - call: { orchestration: weigh, message: parcel, response: answer, timeout: 1h }
      catch:
        - error: any
          do:
            - assign: { answer.number: 'error.name' }
  - send: { port: out, message: answer }
`;
const ANSWER = `  - assign: { receipt.number: '"W-" + job.id' }
  - send: { port: jobs, message: receipt }
`;
const outcome = () => bus!.stub.taken('out').map(({ text }) => (JSON.parse(text) as { number: string }).number);
const arrive = () => bus!.stub.arrive('in/door', '{"id":"P-1"}');

test('the answer of the one that is called comes back, over waits in it', async () => {
  bus = await startSmallBus(files(CALL, `  - delay: 10m\n${ANSWER}`));
  await arrive();
  await bus.clock.advance(5 * 60_000);
  expect(outcome()).toEqual([]);
  await bus.clock.advance(6 * 60_000);
  expect(outcome()).toEqual(['W-P-1']);
  const { instances } = await bus.box.inspection.counts(bus.clock.now());
  expect(instances.map(({ program, status, count }) => [program, status, count])).toEqual([
    ['ask', 'completed', 1],
    ['weigh', 'completed', 1],
  ]);
  expect(await bus.suspended()).toEqual([]);
});

test.each([
  ['completes without an answer', '  - complete: done\n', 'Unanswered'],
  ['terminates itself', '  - terminate: no\n', 'Terminated'],
  ['takes too long', `  - delay: 2h\n${ANSWER}`, 'Timeout'],
])('one that %s', async (_, child, expected) => {
  bus = await startSmallBus(files(CALL, child));
  await arrive();
  await bus.clock.advance(61 * 60_000);
  expect(outcome()).toEqual([expected]);
});

test('one that is suspended lets the caller wait until it is resumed', async () => {
  bus = await startSmallBus(files(CALL, `  - request: { port: far, send: job, response: receipt }\n${ANSWER}`));
  bus.stub.answer('far', new Error('broken'), '{"number":"x"}');
  await arrive();
  await bus.clock.advance(60_000);
  expect(outcome()).toEqual([]);
  const [weigh] = await bus.box.inspection.instances({ status: 'suspended', limit: 10 });
  await bus.box.commit({ now: bus.clock.now(), operate: [{ kind: 'resume-instance', instance: weigh!.instance.id }] });
  await bus.clock.advance(1000);
  expect(outcome()).toEqual(['W-P-1']);
});

test('one that is started goes on by itself', async () => {
  const parent =
    '  - start: { orchestration: weigh, message: parcel }\n  - assign: { told.number: \'"started"\' }\n  - send: { port: out, message: told }\n';
  bus = await startSmallBus(
    files(parent, `  - assign: { receipt.number: '"W"' }\n  - send: { port: out, message: receipt }\n`),
  );
  await arrive();
  await bus.clock.advance(1000);
  expect(outcome().sort()).toEqual(['W', 'started']);
});

test('nothing else starts one that is bound to `called`; one that is bound to a port is called all the same', async () => {
  bus = await startSmallBus(files(CALL, ANSWER.replace('port: jobs', 'port: jobs')));
  await arrive();
  await bus.clock.advance(1000);
  const { instances } = await bus.box.inspection.counts(bus.clock.now());
  expect(instances.map(({ count }) => count)).toEqual([1, 1]);
});

test.each([
  [files(CALL.replace('weigh', 'weight'), ANSWER), /no orchestration "weight"/],
  [
    files(
      CALL.replace('message: parcel, response', 'message: told, response').replace(
        '  - scope',
        '  - assign: { told.number: \'"x"\' }\n  - scope',
      ),
      ANSWER,
    ),
    /does not start with a message of type receipt/,
  ],
])('what is called wrongly is found', async (wrong, expected) => {
  await expect(startSmallBus(wrong)).rejects.toThrow(expected);
});

describe('the check', () => {
  const found = (all: Files) => {
    const { findings } = compileSolution(new Map(Object.entries({ ...base, ...all })), {
      adapters: [...adapters, createStub().adapter],
      env: {},
      resolvePath: (path) => path,
    });
    return findings.map(({ code, message }) => `${code} ${message}`);
  };

  test('warns of orchestrations that start each other in a circle', () => {
    const child = `  - start: { orchestration: ask, message: job }\n${ANSWER}`;
    expect(found(files(CALL, child))).toEqual([
      expect.stringMatching(/^CALL_CIRCLE .*ask -> weigh -> ask|weigh -> ask -> weigh/),
    ]);
  });

  test('warns of a request that is tried once and caught nowhere', () => {
    const child = `  - request: { port: far, send: job, response: receipt }\n${ANSWER}`;
    const once = (all: Files) =>
      Object.fromEntries(
        Object.entries(all).map(([path, text]) => [
          path,
          text.replace(
            'responsePipeline: json-receive, response: receipt }',
            'responsePipeline: json-receive, response: receipt, retry: { attempts: 1 } }',
          ),
        ]),
      );
    expect(found(files(CALL, child))).toEqual([]);
    expect(found(once(files(CALL, child)))).toEqual([expect.stringMatching(/^REQUEST_UNCAUGHT .*far tries once/)]);
    const caught = `  - scope: { name: s, do: [ { request: { port: far, send: job, response: receipt } } ], catch: [ { error: any, do: [ { complete: no } ] } ] }\n${ANSWER}`;
    expect(found(once(files(CALL, caught)))).toEqual([]);
  });
});
