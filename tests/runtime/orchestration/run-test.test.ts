/** Tests of orchestrations: what they may say, and how they tell of what is wrong. */
import { type OrchestrationTestContext, runOrchestrationTest } from '../../../runtime/orchestration/run-test.ts';
import { shapeCoverageOf } from '../../../runtime/orchestration/shape-coverage.ts';
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
  expect(run([RECEIVE, ASK, '- expect-reply: { text: hello }', UPDATE].join('\n'), 'completed')).toMatchObject({
    cases: [{ name: 'c', passed: true }],
    findings: [],
    orchestration: 'test',
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
    'Step 2: Expected a reply, but next comes a send by works:\n{"number":"A"}',
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
  [
    'an unknown step',
    ['- wait: 3d'],
    'Step 1: A step is one of receive, expect-send, expect-reply, expect-nothing, expect, down, resume, skip.',
  ],
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

const PORTS = new Map([
  ['works', { name: 'works', retry: { attempts: 3, first: 2000, factor: 2, max: 60_000 }, backup: 'works-2' }],
]);

function runCase(text: string, ports: OrchestrationTestContext['ports'] = PORTS) {
  const { program } = compileText(PROGRAM);
  const { source } = readYaml('t.test.yaml', `test: t\norchestration: test\ncases:\n  - name: c\n${text}`);
  return runOrchestrationTest(source, { programs: new Map([['test', program!]]), schemas, ports: ports ?? PORTS });
}

const TEST_RECEIVE = `      ${RECEIVE}`;

test('a far end that is down is tried again as the port says', () => {
  const result = runCase(`    steps:
      - down: { port: works, for: 5s }
${TEST_RECEIVE}
      - expect-nothing: true
      - skip: 5999ms
      - expect-nothing: true
      - skip: 1ms
      - expect-send: { port: works, via: works }
    end: waiting
`);
  expect(result.cases).toEqual([{ name: 'c', passed: true }]);
});

test('its backup takes over at the end', () => {
  const down = `    steps:
      - down: { port: works, for: 2h }
${TEST_RECEIVE}
      - skip: 6s
      - expect-send: { port: works, via: VIA }
    end: waiting
`;
  expect(runCase(down.replace('VIA', 'works-2')).cases).toEqual([{ name: 'c', passed: true }]);
  expect(runCase(down.replace('VIA', 'works')).cases[0]!.message).toBe(
    'Step 4: Expected it to go through works, but it went through works-2.',
  );
});

test('without a backup, the request fails as unreachable', () => {
  const text = `    steps:\n      - down: { port: works, for: 2h }\n${TEST_RECEIVE}\n    end: waiting\n`;
  expect(runCase(text, new Map()).cases[0]!.message).toMatch(/suspended at "request works" .*ENDPOINT_UNREACHABLE/);
});

test('stubs answer in turn, after their time; what they answered need not be expected', () => {
  const text = `    stubs:
      works: [{ respond: { number: A, text: hello }, after: 10s }]
    steps:
${TEST_RECEIVE}
      - skip: 9s
      - expect: { status: waiting, at: request works, holds: { order: { number: A } } }
      - skip: 1s
      - expect-reply: { text: hello }
      - expect: { at: AT, holds: { answer: { text: hello } } }
    end: waiting
`;
  expect(runCase(text.replace('AT', 'receive updates')).cases).toEqual([{ name: 'c', passed: true }]);
  expect(runCase(text.replace('AT', 'elsewhere')).cases[0]!.message).toBe(
    'Step 6: It stands at receive updates, expected elsewhere.',
  );
});

test('a stub refuses by the fault that it is given', () => {
  const text = `    stubs:\n      works: { fault: { code: ENDPOINT_TIMEOUT, reason: slow } }\n    steps:\n${TEST_RECEIVE}\n    end: waiting\n`;
  expect(runCase(text).cases[0]!.message).toMatch(/ENDPOINT_TIMEOUT slow/);
});

test('a stub and a step cannot both answer', () => {
  const text = `    stubs:\n      works: {}\n    steps:\n${TEST_RECEIVE}\n      - expect-send: { port: works }\n        respond: {}\n`;
  expect(runCase(text).cases[0]!.message).toMatch(/works has a stub that answers/);
});

test('ports that the orchestration does not have', () => {
  const text = `    stubs:\n      wroks: {}\n    steps:\n      - down: { port: orderz, for: 1s }\n`;
  expect(runCase(text).findings).toEqual([
    expect.objectContaining({ code: 'TEST_INVALID', suggestion: 'works', at: expect.objectContaining({ line: 6 }) }),
    expect.objectContaining({ code: 'TEST_INVALID', suggestion: 'orders', at: expect.objectContaining({ line: 8 }) }),
  ]);
});

test('what it holds differs', () => {
  const text = `    steps:\n${TEST_RECEIVE}\n      - expect: { holds: { order: { number: B } } }\n`;
  expect(runCase(text).cases[0]!.message).toBe('Step 2: It holds something else:\norder.number is "A", expected "B"');
});

test('which shapes were passed, and which never', () => {
  const { program } = compileText(PROGRAM);
  const { seen } = run(RECEIVE);
  expect(shapeCoverageOf(program!, seen)).toEqual({
    orchestration: 'test',
    shapes: 5,
    missing: [
      { name: 'transform pair-to-receipt', line: 8 },
      { name: 'send orders', line: 9 },
      { name: 'receive updates', line: 10 },
    ],
  });
});

test.each([
  ['it arrives', '', 'completed'],
  ['it is refused', '  fault: { error: NoStreet }', 'suspended'],
])('a delivery that is waited for: %s', (_, fault, end) => {
  const body = '  - send: { port: works, message: order, deliveryNotification: true }\n';
  const { program } = compileText(HEAD + CORRELATED + body);
  const steps = [RECEIVE, '- expect-send: { port: works }', fault].join('\n').replace(/^/gm, '      ');
  const text = `test: t\norchestration: test\ncases:\n  - name: c\n    steps:\n${steps}\n    end: ${end}\n`;
  const { source } = readYaml('orchestrations/t.test.yaml', text);
  const { cases } = runOrchestrationTest(source, { programs: new Map([['test', program!]]), schemas });
  expect(cases).toEqual([{ name: 'c', passed: true }]);
});

const RESUMABLE = `${HEAD}${CORRELATED}  - track: { milestone: begun }
  - suspend: Ring them, then resume.
  - track: { milestone: rung }
  - delay: '"2026-12-28T09:00:00Z"'
  - send: { port: office, message: order }
`;

function runResumable(steps: string, end: string, now = '') {
  const { program } = compileText(RESUMABLE);
  const text = `test: t\norchestration: test\ncases:\n  - name: c\n${now}    steps:\n${steps.replace(/^/gm, '      ')}\n    end: ${end}\n`;
  const { source } = readYaml('orchestrations/t.test.yaml', text);
  const { cases } = runOrchestrationTest(source, { programs: new Map([['test', program!]]), schemas });
  return cases[0]?.message;
}

const NOW = '    now: "2026-12-23T16:00:00Z"\n';

test('a suspended instance is resumed, at Christmas', () => {
  const steps = [
    RECEIVE,
    '- expect: { status: suspended, milestones: [begun] }',
    '- resume: true',
    '- expect: { status: waiting, milestones: [begun, rung] }',
    '- skip: 2026-12-28T08:59:59Z',
    '- expect-nothing: true',
    '- skip: 1s',
    '- expect-send: { port: office }',
    UPDATE.replace(' } }', ' }, taken: false }'),
  ];
  expect(runResumable(steps.join('\n'), 'completed', NOW)).toBeUndefined();
});

test.each([
  [
    'resuming what waits',
    [RECEIVE, '- resume: true', '- resume: true'],
    'Step 3: Only what is suspended can be resumed.',
  ],
  [
    'a milestone that was not reached',
    [RECEIVE, '- expect: { milestones: [begun, rung] }'],
    'It has reached begun, expected begun, rung.',
  ],
  ['a time that is past', [RECEIVE, '- skip: 2026-12-23T15:59:59Z'], 'It is 2026-12-23T16:00:00.000Z already.'],
  [
    'what should be left and is taken',
    [RECEIVE.replace(' } }', ' }, taken: false }')],
    'It takes order at orders, which it should leave.',
  ],
])('%s is told', (_, steps, text) => {
  expect(runResumable(steps.join('\n'), 'suspended', NOW)).toContain(text);
});

test('a beginning that is no time is told', () => {
  expect(runResumable(RECEIVE, 'suspended', '    now: tomorrow\n')).toContain('"tomorrow" is no date-time');
});

test('a message that nothing starts with leaves nothing behind', () => {
  expect(runResumable(UPDATE.replace(' } }', ' }, taken: false }'), 'not started')).toBeUndefined();
});
