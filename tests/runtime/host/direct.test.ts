/** Orchestrations that send to receive ports: from one to the other through the MessageBox, with no transport in between. */
import { type Files, type SmallBus, startSmallBus } from './small-bus.ts';

let bus: SmallBus | undefined;
afterEach(async () => {
  await bus?.stop();
  bus = undefined;
});

/** A parent that starts a child for each part of a parcel, and counts what they tell. */
function files({ response = '', results = 'results', follows = 'id' } = {}): Files {
  return {
    'schemas/outcome.schema.json': JSON.stringify({
      type: 'object',
      required: ['id', 'number'],
      properties: { id: { type: 'string' }, number: { type: 'string' } },
    }),
    'schemas/outcome.message.yaml':
      'message: outcome\nschema: outcome.schema.json\npromote: { parcel.id: id, outcome.number: number }\n',
    'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: stub, pipeline: json-receive, message: parcel }
  results: { ${response} }
sendPorts:
  out: { transport: stub, pipeline: json-send }
  log: { transport: stub, pipeline: json-send, filter: bus.receivePort == "results" }
bindings:
  parent: { in: in, out: out, results: results }
  child: { jobs: called, tell: ${results} }
`,
    'orchestrations/parent.orchestration.yaml': `orchestration: parent
messages: { parcel: parcel, outcome: outcome }
variables: { heard: string, missing: integer }
correlations: { id: [parcel.id] }
body:
  - receive: { port: in, message: parcel, activate: true, initialises: id }
  - for-each:
      in: '["a", "b", "c"]'
      as: part
      do:
        - assign: { missing: missing + 1 }
        - start: { orchestration: child, message: parcel }
  - while:
      when: missing > 0
      do:
        - receive: { port: results, message: outcome, follows: ${follows} }
        - assign: { missing: missing - 1, heard: heard + outcome.number }
  - assign: { outcome.number: heard }
  - send: { port: out, message: outcome }
`,
    'orchestrations/child.orchestration.yaml': `orchestration: child
messages: { job: parcel, outcome: outcome }
body:
  - receive: { port: jobs, message: job, activate: true }
  - delay: 1m
  - assign: { outcome.id: job.id, outcome.number: '"+"' }
  - send: { port: tell, message: outcome }
`,
  };
}

const texts = (port: string) =>
  bus!.stub.taken(port).map(({ text }) => JSON.parse(text) as { id: string; number: string });

test('children tell their parent, each its own; whoever filters for the port hears it, too', async () => {
  bus = await startSmallBus(files());
  for (const id of ['P-1', 'P-2']) await bus.stub.arrive('in/door', JSON.stringify({ id }));
  await bus.clock.advance(61_000);
  expect(texts('out').toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
    { id: 'P-1', number: '+++' },
    { id: 'P-2', number: '+++' },
  ]);
  expect(texts('log')).toHaveLength(6);
  expect(await bus.suspended()).toEqual([]);
  const { instances } = await bus.box.inspection.counts(bus.clock.now());
  expect(instances.map(({ program, status, count }) => [program, status, count]).sort()).toEqual([
    ['child', 'completed', 6],
    ['parent', 'completed', 2],
  ]);
});

test('a port without locations to which nobody sends what is waited for there is found by check', async () => {
  const all = files();
  const name = 'config/applications/post.yaml';
  const one = all[name]!.replace(/ {2}log:.*\n/, '').replace('results: {  }', 'results: {  }\n  heard: {  }');
  const other = one.replace('results: results }', 'results: heard }');
  await expect(startSmallBus({ ...all, [name]: other })).rejects.toThrow('waits for outcome, but heard gives nothing');
});

test.each([
  ['response: receipt', 'results', 'two-way receive'],
  ['', 'result', 'no port "result"'],
])('found by check: a receive port with { %s }, bound to %s', async (response, results, reason) => {
  await expect(startSmallBus(files({ response, results }))).rejects.toThrow(reason);
});
