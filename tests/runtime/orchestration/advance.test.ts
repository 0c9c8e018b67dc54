/** The interpreter's edges: doubled deliveries, unknown interpreters, and what an instance says of its failure. */
import { advance } from '../../../runtime/orchestration/advance.ts';
import { startInstance } from '../../../runtime/orchestration/start.ts';
import { Driver } from './driver.ts';
import { CORRELATED, compileText, HEAD } from './orchestration-fixture.ts';

const order = { receive: { port: 'orders', type: 'order', document: { number: 'A' } } } as const;

test('a message that two subscriptions of an instance bring is taken once', () => {
  const head = HEAD.replace('by-number: [number]', 'by-number: [number], other: [number]');
  const { program } =
    compileText(`${head}${CORRELATED.replace('initialises: by-number', 'initialises: [by-number, other]')}  - delay: 1h
  - receive: { port: updates, message: update, follows: by-number }
  - receive: { port: updates, message: update, follows: other }
`);
  const driver = new Driver(program!);
  driver.take(order);
  expect(driver.take({ receive: { port: 'updates', type: 'update', document: { number: 'A' }, await: 1 } })).toEqual(
    [],
  );
  const again = { port: 'updates', type: 'update', document: {}, await: 2, again: 'm2' };
  expect(driver.take({ receive: again })).toEqual(['track event-ignored']);
  driver.take({ timer: 1 });
  expect(driver.instance.status).toBe('waiting');
  expect((driver.instance.state as { inbox: unknown[] }).inbox).toEqual([]);
});

test('an instance of an interpreter that is not there is refused', () => {
  const { program } = compileText(`${HEAD}${CORRELATED}`);
  const instance = { ...startInstance(program!, 'i', 's'), interpreter: 99 };
  expect(() => advance(program!, instance, { kind: 'resumed', at: 0 }, new Map())).toThrow(
    expect.objectContaining({ code: 'INTERPRETER_UNKNOWN' }),
  );
});

test('a suspended instance names the step and its line', () => {
  const { program } = compileText(
    `${HEAD}${CORRELATED}  - throw: { name: give up, error: Nonsense, reason: '"it is odd"' }\n`,
  );
  const driver = new Driver(program!);
  driver.take(order);
  expect(driver.instance.failure).toEqual({ code: 'ERROR_THROWN', reason: 'it is odd', shape: 'give up', line: 7 });
  expect(driver.instance.revision).toBe(1);
});

test('the event, the state and the documents are left as they were', () => {
  const { program } = compileText(
    `${HEAD}${CORRELATED}  - assign: { order.number: '"A"', order.more: "1" }\n  - delay: 1h\n`,
  );
  const driver = new Driver(program!);
  const before = driver.instance;
  const copy = structuredClone(before);
  driver.take(order);
  expect(before).toEqual(copy);
  expect(driver.messages.get('in/1')!.document).toEqual({ number: 'A' });
});

test('a deep document is no hazard to a step', () => {
  const { program } = compileText(`${HEAD}${CORRELATED}  - assign: { order.a.__proto__.b: "1" }\n`);
  const driver = new Driver(program!);
  driver.take(order);
  expect(Object.hasOwn(Object.prototype, 'b')).toBe(false);
});
