/** Migrations under check: what they lead to must be there, at its place. */
import { compileSolution } from '../../../runtime/solution/compile-solution.ts';
import { base } from '../host/small-bus.ts';
import { createStub } from '../host/stub-adapter.ts';

const files = (migration: string) => ({
  ...base,
  'config/applications/post.yaml': `application: post
receivePorts:
  in:
    locations:
      door: { transport: stub, pipeline: json-receive, message: parcel }
sendPorts:
  out: { transport: stub, pipeline: json-send }
bindings:
  watch: { in: in, out: out }
`,
  'orchestrations/watch.orchestration.yaml': `orchestration: watch
messages: { parcel: parcel }
variables: { rounds: integer }
correlations: { by-id: [parcel.id] }
body:
  - receive: { port: in, message: parcel, activate: true, initialises: by-id }
  - send: { name: first, port: out, message: parcel }
  - send: { name: tell, port: out, message: parcel }
  - send: { name: tell, port: out, message: parcel }
`,
  'orchestrations/watch.migrate.yaml': `migration: watch\norchestration: watch\n${migration}`,
});

function told(migration: string): string[] {
  const stub = createStub();
  const options = { adapters: [stub.adapter], env: {}, resolvePath: (path: string) => path };
  const { findings } = compileSolution(new Map(Object.entries(files(migration))), options);
  return findings.map(
    ({ at, code, suggestion }) => `${at.line}:${at.column} ${code}${suggestion ? ` (${suggestion})` : ''}`,
  );
}

test('positions, variables and values that are there', () => {
  expect(
    told(`from: [0123456789ab]
positions: { old: first, body.7.send: body.2, body.8: body.3.send }
variables: { rounds: size(parcel.id) + rounds }
correlations: { by-id: { parcel.id: parcel.id } }
`),
  ).toEqual([]);
});

test.each([
  ['positions: { old: frist }', '3:19 UNKNOWN_STEP (first)'],
  ['positions: { old: tell }', '3:19 UNKNOWN_STEP (first or receive in)'],
  ['positions: { old: body.9 }', '3:19 UNKNOWN_STEP (first or receive in)'],
  ['variables: { round: "1" }', '3:14 UNKNOWN_VARIABLE (rounds)'],
  [`variables: { rounds: "parcel.id" }`, '3:22 EXPRESSION_INVALID (integer(parcel.id))'],
  ['correlations: { by-idd: { parcel.id: parcel.id } }', '3:17 UNKNOWN_CORRELATION (by-id)'],
  ['correlations: { by-id: { parcel.kind: parcel.kind } }', '3:17 MISSING_KEY'],
  ['from: 12345', '3:7 NOT_ALLOWED'],
  ['form: 0123456789', '3:1 UNKNOWN_KEY (from)'],
])('%s', (migration, finding) => {
  expect(told(`${migration}\n`)).toContainEqual(finding);
});

test('an orchestration that is not there', () => {
  const stub = createStub();
  const options = { adapters: [stub.adapter], env: {}, resolvePath: (path: string) => path };
  const all = { ...files(''), 'orchestrations/watch.migrate.yaml': 'migration: watch\norchestration: wtach\n' };
  const { findings } = compileSolution(new Map(Object.entries(all)), options);
  expect(findings).toMatchObject([{ code: 'UNKNOWN_ORCHESTRATION', at: { line: 2, column: 16 }, suggestion: 'watch' }]);
});
