/** Where instances fit under another version of their orchestration, and why not; the ways that a change of places may take. */
import type { Program } from '../../../runtime/contracts/orchestration.ts';
import { compileMigration } from '../../../runtime/orchestration/migrate/compile-migration.ts';
import { readYaml } from '../../../runtime/solution/read-yaml.ts';
import { Driver } from './driver.ts';
import { CORRELATED, compileText, HEAD } from './orchestration-fixture.ts';

const programOf = (steps: string): Program => {
  const { program, findings } = compileText(`${HEAD}${CORRELATED}${steps}`);
  if (!program) throw new Error(findings.map(({ message }) => message).join('\n'));
  return program;
};

/** What comes of an instance that waits under the first version, and is to go on at these positions of the second. */
function moved(before: string, after: string, positions: Readonly<Record<string, string>> = {}) {
  const driver = new Driver(programOf(before));
  driver.take({ receive: { port: 'orders', type: 'order', document: { number: 'A', lines: ['a', 'b'] } } });
  const to = programOf(after);
  const text = `migration: m\norchestration: test\npositions: ${JSON.stringify(positions)}\n`;
  const { migration, findings } = compileMigration(readYaml('orchestrations/m.migrate.yaml', text).source, to, {
    lookups: new Map(),
  });
  expect(findings).toEqual([]);
  return { driver, told: driver.migrate(to, migration) };
}

const ASK = '  - request: { port: works, send: order, response: answer, timeout: 1h }\n';
const WAIT = '  - delay: 1h\n';
const HEARD = '  - receive: { port: updates, message: update, follows: by-number }\n';
const inScope = (steps: string, more = '') => `  - scope:
      name: wrapped
${more}      do:
${steps.replace(/^/gm, '      ').trimEnd()}
`;

test('what waits for an answer goes on where the same is asked, with its time limit', () => {
  const { driver, told } = moved(ASK, `  - send: { port: told, message: order }\n${ASK}`, {
    'request works': 'body.2',
  });
  expect(told).toEqual([]);
  expect(driver.take({ respond: { send: 1, type: 'answer', document: {} } })).toEqual(['cancel-timer t1']);
  expect(driver.instance.status).toBe('completed');
});

test('it may come into scopes, decides and loops that were put around its step', () => {
  const after = inScope(
    `  - while:\n      when: count < 1\n      do:\n      - delay: 1h\n      - assign: { count: count + 1 }\n`,
  );
  const { driver, told } = moved(WAIT, after, { delay: 'body.1.scope.do.0.while.do.0' });
  expect(told).toEqual([]);
  driver.take({ timer: 1 });
  expect(driver.instance).toMatchObject({ status: 'completed', state: { variables: { count: 1 } } });
});

test('it may leave a decide and a loop', () => {
  const before =
    '  - while:\n      when: count < 1\n      do:\n      - delay: 1h\n      - assign: { count: count + 1 }\n';
  const { driver, told } = moved(before, `${WAIT}  - send: { port: told, message: order }\n`, { delay: 'body.1' });
  expect(told).toEqual([]);
  expect(driver.take({ timer: 1 })).toEqual(['send s1 told m1']);
  expect(driver.instance.status).toBe('completed');
});

test('a wait that goes on at a step of another kind ends, and that step begins', () => {
  const { driver, told } = moved(WAIT, '  - send: { port: told, message: order }\n', { delay: 'body.1' });
  expect(told).toEqual(['cancel-timer t1', 'send s1 told m1', 'track shape-passed send told']);
  expect(driver.instance.status).toBe('completed');
});

test('what was held for a receive of another place is taken there, and what nothing takes is given back', () => {
  const driver = new Driver(programOf(`${WAIT}${HEARD}`));
  driver.take({ receive: { port: 'orders', type: 'order', document: { number: 'A' } } });
  driver.take({ receive: { port: 'updates', type: 'update', document: { number: 'A' } } });
  expect(driver.migrate(programOf(`${WAIT}`))).toEqual(['cancel-await a1', 'return m2']);
});

test('a delay that a listen has more begins now, one that it has less is cancelled', () => {
  const listen = (...delays: string[]) => `  - listen:\n${delays.map((each) => `      - delay: ${each}\n`).join('')}`;
  expect(moved(listen('1h', '2h'), listen('3h')).told).toEqual(['cancel-timer t2']);
  expect(moved(listen('1h'), listen('3h', '4h')).told).toEqual(['timer t2 14400000']);
});

test.each([
  [
    'another is asked',
    ASK,
    ASK.replace('works', 'other'),
    { 'request works': 'body.1' },
    'it waits for the answer to "request works", which the step there does not ask for',
  ],
  [
    'a scope around it has a limit',
    WAIT,
    inScope(WAIT, '      timeout: 1d\n'),
    { delay: 'delay' },
    'it would come into "wrapped" of line 7 from outside, and can only into a decide, a while, or the steps of a scope that is not atomic and has no timeout',
  ],
  [
    'it would leave a scope',
    inScope(WAIT),
    WAIT,
    { delay: 'delay' },
    'it would leave "wrapped" without coming to its end',
  ],
  [
    'the parallel has more branches',
    '  - parallel:\n      - [ { delay: 1h } ]\n      - []\n',
    '  - parallel:\n      - [ { delay: 1h } ]\n      - []\n      - []\n',
    {},
    'the parallel "parallel", whose branches run, has other branches there',
  ],
  [
    'the item has another name',
    '  - for-each: { in: order.lines, as: line, do: [ { delay: 1h } ] }\n',
    '  - for-each: { in: order.lines, as: item, do: [ { delay: 1h } ] }\n',
    {},
    'the item "line" of its for-each is called "item" now',
  ],
  [
    'a scope that has completed is gone',
    `  - scope: { name: done, do: [] }\n${WAIT}`,
    WAIT,
    { delay: 'delay' },
    'the scope "done", which has completed, is there no more',
  ],
  [
    'its version has no such step',
    WAIT,
    WAIT,
    { elsewhere: 'delay' },
    'orchestrations/m.migrate.yaml names "elsewhere", and its version has no one step that is called so',
  ],
])('%s', (_, before, after, positions, reason) => {
  const { driver, told } = moved(before, after, positions);
  expect(told).toBe(reason);
  expect(driver.instance.status).toBe('waiting');
});
