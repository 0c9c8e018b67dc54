/** What the check of an orchestration finds, where, and what it suggests. */
import type { Calendars } from '../../../runtime/contracts/calendar.ts';
import { meantDuration } from '../../../runtime/contracts/duration.ts';
import type { Finding } from '../../../runtime/contracts/finding.ts';
import { compileOrchestration } from '../../../runtime/orchestration/compile.ts';
import { readYaml } from '../../../runtime/solution/read-yaml.ts';
import { calendars, england } from '../expressions/england.ts';
import { CORRELATED, compileText, HEAD, maps, START, schemas } from './orchestration-fixture.ts';

const placeOf = ({ code, at, suggestion }: Finding) =>
  `${at.line}:${at.column} ${code}${suggestion === undefined ? '' : ` ${suggestion}`}`;

/** Findings in the body; its first line is line 6, what follows the activating receive line 7. */
const found = (body: string) => compileText(HEAD + body).findings.map(placeOf);
const after = (steps: string) => found(START + steps);

test.each([
  ['an unknown shape', '  - recieve: { port: a }\n', ['7:5 UNKNOWN_SHAPE receive']],
  ['rethrow outside of a handler', '  - rethrow: true\n', ['7:5 RETHROW_OUTSIDE']],
  [
    'what an atomic scope cannot have',
    '  - scope: { name: s, atomic: true, timeout: 1h, do: [ { delay: 1s } ] }\n',
    ['7:37 ATOMIC_ALONE', '7:58 ATOMIC_WAITS'],
  ],
  [
    'a kind of errors that is none',
    '  - scope: { name: s, do: [], catch: [ { kind: transiend, do: [] } ] }\n',
    ['7:48 NOT_ALLOWED transient'],
  ],
  [
    'two branches that make the same message',
    '  - parallel: [ [ { assign: { query.a: order.a } } ], [ { assign: { query.b: order.b } } ] ]\n',
    ['7:5 PARALLEL_SHARED'],
  ],
  ['an item whose name is taken', '  - for-each: { in: order.lines, as: count, do: [] }\n', ['7:38 NAME_INVALID']],
  ['a list that can be none', '  - for-each: { in: count, as: line, do: [] }\n', ['7:21 EXPRESSION_INVALID [count]']],
  [
    'a receive that waits for what starts instances',
    '  - send: { port: w, message: order, initialises: by-number }\n  - receive: { port: orders, message: order, follows: by-number }\n',
    ['8:5 CONVOY_RACE'],
  ],
  ['two shapes', '  - { delay: 1s, complete: x }\n', ['7:18 SHAPE_AMBIGUOUS']],
  ['an unknown key', '  - send: { port: w, mesage: order }\n', ['7:22 UNKNOWN_KEY message', '7:5 MISSING_KEY']],
  ['an unknown message', '  - send: { port: w, message: ordr }\n', ['7:31 UNKNOWN_LOGICAL_MESSAGE order']],
  [
    'an unknown map',
    '  - transform: { map: order-to-qury, from: order, to: query }\n',
    ['7:23 UNKNOWN_MAP order-to-query'],
  ],
  [
    'a map of other sources',
    '  - transform: { map: order-to-query, from: query, to: query }\n',
    ['7:45 MAP_TYPE_MISMATCH order', '7:45 USED_BEFORE_CONSTRUCTION'],
  ],
  [
    'a map of another target',
    '  - transform: { map: order-to-query, from: order, to: answer }\n',
    ['7:56 MAP_TYPE_MISMATCH query'],
  ],
  [
    'a map of more sources',
    '  - transform: { map: pair-to-receipt, from: order, to: receipt }\n',
    ['7:46 MAP_TYPE_MISMATCH'],
  ],
  [
    'a port that requests and receives',
    '  - request: { port: orders, send: order, response: answer }\n',
    ['7:22 PORT_USE_MIXED'],
  ],
  [
    'notice of an answer',
    '  - send: { port: orders, message: order, deliveryNotification: true }\n',
    ['7:43 NOTIFICATION_OF_ANSWER'],
  ],
  ['use before construction', '  - send: { port: w, message: answer }\n', ['7:31 USED_BEFORE_CONSTRUCTION']],
  ['a bad expression', '  - assign: { receipt.text: order.number + nothing }\n', ['7:44 EXPRESSION_INVALID "nothing"']],
  [
    'an expression of the wrong type',
    '  - decide: [ { when: count, do: [] } ]\n',
    ['7:23 EXPRESSION_INVALID count > 0'],
  ],
  [
    'a message used in an expression too early',
    '  - decide: [ { when: answer.ok == true, do: [] } ]\n',
    ['7:23 USED_BEFORE_CONSTRUCTION'],
  ],
  ['an unknown field', '  - assign: { receipt.txt: \'"x"\' }\n', ['7:15 ASSIGN_TARGET_UNKNOWN text']],
  ['an unknown target', '  - assign: { cuont: "1" }\n', ['7:15 ASSIGN_TARGET_UNKNOWN count']],
  ['a duration that is none', '  - delay: 5 minutes\n', ['7:12 DURATION_INVALID 5m']],
  [
    'a timeout that is none',
    '  - request: { port: w, send: order, response: answer, timeout: soon }\n',
    ['7:65 EXPRESSION_INVALID "soon"'],
  ],
  ['a listen branch without a beginning', '  - listen: [ { do: [] } ]\n', ['7:15 LISTEN_BRANCH_INVALID']],
  ['a branch without a condition', '  - decide: [ { do: [] } ]\n', ['7:15 MISSING_KEY']],
  ['a loop without a condition', '  - while: { do: [] }\n', ['7:5 MISSING_KEY']],
  ['a branch after else', '  - decide: [ { else: [] }, { when: "true", do: [] } ]\n', ['7:15 ELSE_NOT_LAST']],
  [
    'two scopes of a name',
    '  - scope: { name: a, do: [] }\n  - scope: { name: a, do: [] }\n',
    ['8:20 DUPLICATE_SCOPE a 2'],
  ],
  ['an unknown scope', '  - scope: { name: first, do: [] }\n  - compensate: frist\n', ['8:17 UNKNOWN_SCOPE first']],
  [
    'a step after complete',
    '  - complete: x\n  - delay: 1s\n',
    ['8:5 UNREACHABLE_SHAPE it to stand above the complete in line 7'],
  ],
  [
    'a step after branches that all end',
    '  - decide: [ { when: "true", do: [ { complete: x } ] }, { else: [ { throw: { error: E } } ] } ]\n  - delay: 1s\n',
    ['8:5 UNREACHABLE_SHAPE it to stand above the decide in line 7'],
  ],
  [
    'a step after a loop without an end',
    '  - while: { when: "true", do: [ { delay: 1s } ] }\n  - delay: 1s\n',
    ['8:5 UNREACHABLE_SHAPE it to stand above the while in line 7'],
  ],
  [
    'an unknown correlation set',
    '  - receive: { port: u, message: update, follows: by-numbre }\n',
    ['7:51 UNKNOWN_CORRELATION by-number'],
  ],
  [
    'a set that is never initialised',
    '  - receive: { port: u, message: update, follows: by-number }\n',
    ['7:51 CORRELATION_NOT_INITIALISED initialises: by-number on the receive in line 6'],
  ],
  [
    'a message that cannot correlate',
    '  - assign: { receipt.text: \'"x"\' }\n  - send: { port: w, message: receipt, initialises: by-number }\n',
    ['8:53 CORRELATION_PROPERTY'],
  ],
  [
    'a receive that nothing correlates',
    '  - receive: { port: u, message: update }\n',
    ['7:5 RECEIVE_UNCORRELATED follows: by-number'],
  ],
  ['a second activation', '  - receive: { port: u, message: update, activate: true }\n', ['7:5 ACTIVATION_NOT_FIRST']],
  [
    'error outside a handler',
    '  - assign: { receipt.text: error.reason }\n',
    ['7:29 EXPRESSION_INVALID order, query or answer'],
  ],
  [
    'a handler of a misspelt port',
    '  - scope: { name: a, do: [ { request: { port: works, send: order, response: answer } } ], catch: [ { error: worsk.Full, do: [] } ] }\n',
    ['7:110 UNKNOWN_CATCH works'],
  ],
])('%s', (_, steps, expected) => {
  expect(after(steps).sort()).toEqual([...expected].sort());
});

test('an orchestration that nothing starts', () => {
  expect(found('  - delay: 1s\n')).toEqual(['5:1 NO_ACTIVATION']);
});

test('a first receive that is not told to start anything', () => {
  expect(found('  - receive: { port: u, message: update }\n')).toEqual([
    '6:5 RECEIVE_UNCORRELATED activate: true',
    '5:1 NO_ACTIVATION activate: true in line 6',
  ]);
});

test.each([
  ['3 hours', '3h'],
  ['90 min', '90m'],
  ['1.5 Days', '1.5d'],
  ['2 weeks', '14d'],
  ['30', '30s'],
  ['5 working days', '5wd'],
  ['7 lightyears', undefined],
])('what %s was meant to be', (text, meant) => {
  expect(after(`  - delay: "${text}"\n`)).toEqual([`7:12 DURATION_INVALID${meant === undefined ? '' : ` ${meant}`}`]);
});

test.each([
  ['PT30S', '30s'],
  ['P2D', '2d'],
  ['P3W', '21d'],
  ['P1M', undefined],
  ['PT5M', '5m'],
])('what %s is in our words', (text, meant) => {
  expect(meantDuration(text)).toBe(meant);
});

test('a filter on a receive that follows, and a set that an activation follows', () => {
  const follows = '  - receive: { port: u, message: update, follows: by-number, when: \'number == "1"\' }\n';
  expect(found(CORRELATED + follows)).toEqual(['7:62 FILTER_NOT_ALLOWED']);
});

test('the filter of an activation becomes its predicate', () => {
  const { program } = compileText(
    `${HEAD}  - receive: { port: orders, message: order, activate: true, when: 'number == "1"' }\n`,
  );
  expect(program?.activations).toEqual([
    { port: 'orders', messageType: 'order', where: [[{ property: 'number', op: '=', value: '1' }]] },
  ]);
});

test('a bad filter is told at its place', () => {
  expect(found('  - receive: { port: orders, message: order, activate: true, when: \'nmber == "1"\' }\n')).toEqual([
    expect.stringMatching(/^6:\d+ EXPRESSION_INVALID number$/),
  ]);
});

test('what only some branches make is not certain after them', () => {
  const steps = `  - decide:
      - when: order.number == "1"
        do: [ { transform: { map: order-to-query, from: order, to: query } } ]
  - send: { port: w, message: query }
`;
  expect(after(steps)).toEqual(['10:31 USED_BEFORE_CONSTRUCTION']);
  expect(after(steps.replace('  - send', '      - else: [ { complete: x } ]\n  - send'))).toEqual([]);
});

test('a handler knows what was certain where its port failed', () => {
  const steps = `  - scope:
      name: ask
      do:
        - transform: { map: order-to-query, from: order, to: query }
        - request: { port: works, send: query, response: answer, initialises: by-number }
      catch:
        - error: works.Full
          do:
            - send: { port: w, message: query }
            - receive: { port: u, message: update, follows: by-number }
            - complete: full
        - { error: any, do: [ { send: { port: w, message: query } } ] }
`;
  expect(after(steps)).toEqual(['18:59 USED_BEFORE_CONSTRUCTION']);
});

test('a compensation block knows what was certain where it is asked for', () => {
  const steps = (
    compensate: string,
  ) => `  - scope: { name: a, do: [], compensate: [ { send: { port: w, message: query } } ] }
${compensate}  - transform: { map: order-to-query, from: order, to: query }
  - compensate: a
`;
  expect(after(steps(''))).toEqual([]);
  expect(after(steps('  - compensate: all\n'))).toEqual(['7:73 USED_BEFORE_CONSTRUCTION']);
});

test('the head: unknown types, properties, kinds, names and keys', () => {
  const { findings, program } = compileText(`orchestration: test
mesages: {}
messages: { order: ordr, error: order, a-b: order }
variables: { count: intger }
correlations: { by-number: [numbr] }
late: parked
body:
${START}`);
  expect(program).toBeUndefined();
  expect(findings.map(placeOf)).toEqual([
    '2:1 UNKNOWN_KEY messages',
    '3:20 UNKNOWN_MESSAGE order',
    '3:26 NAME_INVALID',
    '3:40 NAME_INVALID',
    '4:21 NOT_ALLOWED integer',
    '5:29 CORRELATION_UNKNOWN_PROPERTY number',
    '6:7 NOT_ALLOWED park',
  ]);
});

test.each([
  'null',
  '[]',
  'x',
  '{ body: 3 }',
  '{ body: [ null, 1, [], {} ] }',
  '{ messages: [], variables: 3, correlations: x, body: [ { scope: { catch: 3 } } ] }',
  '{ body: [ { parallel: 3 }, { parallel: [ 1 ] }, { for-each: 3 }, { rethrow: x }, { for-each: { in: [], as: [], do: 1 } } ] }',
  '{ body: [ { decide: 3 }, { listen: [ 1 ] }, { assign: [] }, { receive: null }, { delay: {} }, { while: { when: [] } } ] }',
])('a file of any form gives findings, never an exception: %s', (text) => {
  const { program, findings } = compileText(text);
  expect(program).toBeUndefined();
  expect(findings.length).toBeGreaterThan(0);
});

test.each([
  [
    'one branch does not start it',
    '  - parallel: [ [ { receive: { port: a, message: order, activate: true, initialises: by-number } } ], [ { delay: 1s } ] ]\n',
  ],
  [
    'one branch knows no key',
    '  - parallel: [ [ { receive: { port: a, message: order, activate: true, initialises: by-number } } ], [ { receive: { port: b, message: query, activate: true } } ] ]\n',
  ],
])('a parallel that starts instances, of which %s', (_, body) => {
  expect(compileText(HEAD + body).findings.map(({ code }) => code)).toEqual(['CONVOY_BRANCH']);
});

test('the ports of a program say what they receive and send', () => {
  const { program } = compileText(`${HEAD}${START}  - request: { port: works, send: order, response: answer }
  - send: { port: orders, message: answer }
`);
  expect([...program!.ports]).toEqual([
    ['orders', { receives: ['order'], sends: ['answer'], requests: false }],
    ['works', { receives: ['answer'], sends: ['order'], requests: true }],
  ]);
});

test('working days without a calendar, or by one that is not there', () => {
  const found = (head: string, calendars: Calendars) => {
    const { source } = readYaml('o.yaml', `${head}${HEAD}${START}  - delay: 5wd\n`);
    const lookups = Object.assign(new Map(), { calendars });
    return compileOrchestration(source, { schemas, maps, lookups, version: 'v' }).findings.map(({ code }) => code);
  };
  expect(found('', new Map())).toEqual(['CALENDAR_NEEDED']);
  expect(found('', calendars)).toEqual([]);
  expect(found('', new Map([...calendars, ['scotland', england]]))).toEqual(['CALENDAR_NEEDED']);
  expect(found('calendar: england\n', new Map([...calendars, ['scotland', england]]))).toEqual([]);
  expect(found('calendar: englnd\n', calendars)).toEqual(['UNKNOWN_CALENDAR', 'CALENDAR_NEEDED']);
});
