/** Tests of orchestrations: what they may say, and how they tell of what is wrong. */
import { runOrchestrationTest } from '../../../runtime/orchestration/run-test.ts';
import { readYaml } from '../../../runtime/solution/read-yaml.ts';
import { CORRELATED, compileText, HEAD, schemas } from './orchestration-fixture.ts';

const PROGRAM = `${HEAD}${CORRELATED}  - request: { port: works, send: order, response: answer, timeout: 1m }
  - transform: { map: pair-to-receipt, from: [order, answer], to: receipt }
  - send: { port: orders, message: receipt }
  - receive: { port: updates, message: update, follows: by-number }
`;

function run(steps: string, end = 'waiting', name = 'test') {
  const { program } = compileText(PROGRAM);
  const text = `test: t\norchestration: ${name}\ncases:\n  - name: c\n    steps:\n${steps.replace(/^/gm, '      ')}\n    end: ${end}\n`;
  const { source } = readYaml('orchestrations/t.test.yaml', text);
  return runOrchestrationTest(source, { programs: new Map([['test', program!]]), schemas });
}

const message = (...given: Parameters<typeof run>) => run(...given).cases[0]?.message;

const RECEIVE = '- receive: { port: orders, message: order, document: { number: A } }';
const ASK = '- expect-send: { port: works, document: { number: A } }\n  respond: { number: A, text: hello }';
const UPDATE = '- receive: { port: updates, message: update, document: { number: A } }';

test('a case that holds', () => {
  expect(run([RECEIVE, ASK, '- expect-reply: { text: hello }', UPDATE].join('\n'), 'completed')).toEqual({
    cases: [{ name: 'c', passed: true }],
    findings: [],
  });
});

test('a fault and time that passes', () => {
  const fault = `${ASK.split('\n')[0]!}\n  fault: { error: Full, reason: no room }`;
  expect(message([RECEIVE, fault].join('\n'), 'suspended')).toBeUndefined();
  expect(message([RECEIVE, ASK.split('\n')[0]!, '- skip: 1m'].join('\n'), 'suspended')).toBeUndefined();
});

test.each([
  [
    'another document',
    [RECEIVE, ASK.replace('A }', 'B }')],
    'Step 2: What went to works is not as expected:\nnumber is "A", expected "B"',
  ],
  [
    'another port',
    [RECEIVE, ASK.replace('works', 'work')],
    'Step 2: Expected a send by work, but the next goes to works.',
  ],
  [
    'a reply that differs',
    [RECEIVE, ASK, '- expect-reply: { text: hallo }'],
    'Step 3: The reply is not as expected:\ntext is "hello", expected "hallo"',
  ],
  [
    'a send that does not come',
    [RECEIVE, ASK, '- expect-reply: {}', ASK],
    'Step 4: Expected a send by works, but nothing went out. The instance is waiting.',
  ],
  [
    'a send in place of a reply',
    [RECEIVE, '- expect-reply: {}'],
    'Step 2: Expected a reply, but a send by works comes next:\n{"number":"A"}',
  ],
  ['more than expected', [RECEIVE, ASK], 'At the end there is more than expected: a reply by orders.'],
  [
    'another end',
    [RECEIVE, ASK, '- expect-reply: {}', UPDATE],
    'At the end the instance is completed, expected waiting. The instance is completed.',
  ],
  [
    'nobody who waits',
    [RECEIVE, UPDATE.replace('number: A', 'number: B')],
    'Step 2: Nothing waits for update at updates. The instance is waiting.',
  ],
  ['nothing that starts', [UPDATE], 'Step 1: Nothing waits for update at updates. No instance was started.'],
  ['an unknown step', ['- wait: 3d'], 'Step 1: A step is one of receive, expect-send, expect-reply, skip.'],
])('%s', (_, steps, expected) => {
  expect(message(steps.join('\n'))).toBe(expected);
});

test('a fault that nothing catches is told with its place', () => {
  const fault = `${ASK.split('\n')[0]!}\n  fault: { error: Full, reason: no room }`;
  expect(message([RECEIVE, fault].join('\n'))).toBe(
    'At the end the instance is suspended, expected waiting. The instance is suspended at "request works" (line 7): ENDPOINT_REFUSED no room',
  );
});

test('an orchestration that does not exist', () => {
  expect(run(RECEIVE, 'waiting', 'tset').findings).toEqual([
    expect.objectContaining({ code: 'TEST_INVALID', suggestion: 'test' }),
  ]);
});
