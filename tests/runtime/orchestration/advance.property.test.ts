/** Whatever happens to an instance, in whatever order: nothing is thrown, no message is lost, nothing is undone twice. */

import type { Command } from '../../../runtime/contracts/orchestration.ts';
import { fc } from '../../properties.ts';
import { Driver, type Happening } from './driver.ts';
import { CORRELATED, compileText, HEAD } from './orchestration-fixture.ts';

const BODY = `${CORRELATED}  - while:
      when: count < 3
      do:
        - assign: { count: count + 1 }
        - scope:
            name: round
            do:
              - request: { port: works, send: order, response: answer, timeout: 10s }
              - scope: { name: nested, do: [ { send: { port: news, message: answer, deliveryNotification: true } } ], compensate: [ { send: { port: undo-nested, message: answer } } ] }
            catch:
              - { error: works.Full, do: [ { compensate: all } ] }
            compensate: [ { send: { port: undo-round, message: answer } }, { compensate: nested } ]
        - listen:
            - receive: { port: updates, message: update, follows: by-number }
              do: [ { decide: [ { when: update.stop == true, do: [ { compensate: all } ] } ] } ]
            - receive: { port: answers, message: answer, follows: by-number }
              do: [ { throw: { error: Odd } } ]
            - delay: 1h
              do: []
  - receive: { port: updates, message: update, follows: by-number }
`;

/** The same in branches, under a time limit, with a finally. */
const PARALLEL = `${CORRELATED}  - scope:
      name: all
      timeout: 1h
      do:
        - parallel:
            - - scope:
                  name: round
                  do:
                    - request: { port: works, send: order, response: answer, timeout: 10s }
                    - scope: { name: nested, do: [ { send: { port: news, message: answer } } ], compensate: [ { send: { port: undo-nested, message: answer } } ] }
                    - receive: { port: updates, message: update, follows: by-number }
                  finally: [ { delay: 1s } ]
                  compensate: [ { send: { port: undo-round, message: answer } }, { compensate: nested } ]
            - - for-each:
                  in: '[1, 2]'
                  as: item
                  parallel: true
                  do:
                    - request: { port: works, send: order, response: query }
                    - receive: { port: updates, message: update, follows: by-number }
              - scope: { name: whole, atomic: true, do: [ { assign: { count: count + 1 } }, { throw: { error: Odd } } ] }
      catch: [ { error: works.Full, do: [ { compensate: all } ] }, { error: Timeout, do: [ { receive: { port: updates, message: update, follows: by-number } } ] } ]
  - receive: { port: updates, message: update, follows: by-number }
`;

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .boolean()
      .map((stop) => ({ receive: { port: 'updates', type: 'update', document: { number: 'A', stop } } })),
  },
  { weight: 1, arbitrary: fc.constant({ receive: { port: 'answers', type: 'answer', document: { number: 'A' } } }) },
  {
    weight: 1,
    arbitrary: fc
      .nat(4)
      .map((await_) => ({ receive: { port: 'updates', type: 'update', document: { number: 'A' }, await: await_ } })),
  },
  {
    weight: 5,
    arbitrary: fc
      .integer({ min: 1, max: 6 })
      .map((send) => ({ respond: { send, type: 'answer', document: { number: 'A' } } })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        send: fc.integer({ min: 1, max: 6 }),
        code: fc.constantFrom('ENDPOINT_REFUSED', 'X'),
        fault: fc.constantFrom('Full', 'Other'),
      })
      .map((refuse) => ({ refuse })),
  },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 6 }).map((delivered) => ({ delivered })) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 6 }).map((send) => ({ undelivered: { send, code: 'ENDPOINT_REFUSED' } })),
  },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 8 }).map((timer) => ({ timer })) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('resumed', 'resumed', 'resumed', 'cancelled').map((signal) => ({ signal }) as Happening),
  },
);

const first: Happening = { receive: { port: 'orders', type: 'order', document: { number: 'A' } } };

interface Snapshot {
  readonly inbox: readonly { readonly id: string }[];
  readonly messages: Readonly<Record<string, { readonly id: string }>>;
}

function play(happenings: readonly Happening[], restart: boolean, body: string) {
  const driver = new Driver(compileText(HEAD + body).program!);
  const commands: Command[] = [];
  const lost: string[] = [];
  for (const next of [first, ...happenings]) {
    if (restart) driver.restart();
    const before = driver.instance.state as Snapshot;
    const made = driver.commandsOf(next);
    commands.push(...made);
    const after = driver.instance.state as Snapshot;
    const returned = made.flatMap((command) => (command.kind === 'return' ? [command.message] : []));
    const arrived = 'receive' in next ? [[...driver.messages.keys()].findLast((id) => id.startsWith('in/'))!] : [];
    const kept = new Set([
      ...after.inbox.map(({ id }) => id),
      ...returned,
      ...Object.values(after.messages).map(({ id }) => id),
    ]);
    const ran = made.some((command) => command.kind === 'track' && command.name === 'shape-passed');
    for (const id of [...before.inbox.map((held) => held.id), ...arrived]) if (!kept.has(id) && !ran) lost.push(id);
  }
  return { driver, commands, lost };
}

const sequences = fc.array(happening, { maxLength: 30 });

describe.each([
  ['one thread', BODY],
  ['branches', PARALLEL],
])('%s', (_, body) => {
  test('no message that arrived is lost: it is taken, held or given back', () => {
    fc.assert(
      fc.property(sequences, (happenings) => {
        const { driver, commands, lost } = play(happenings, false, body);
        expect(lost).toEqual([]);
        const returned = commands.flatMap((command) => (command.kind === 'return' ? [command.message] : []));
        expect(new Set(returned).size).toBe(returned.length);
        const ended = ['completed', 'terminated'].includes(driver.instance.status);
        if (ended) expect((driver.instance.state as Snapshot).inbox).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('a completed scope is undone at most once', () => {
    fc.assert(
      fc.property(sequences, (happenings) => {
        const { commands } = play(happenings, false, body);
        const count = (port: string) =>
          commands.filter((command) => command.kind === 'send' && command.port === port).length;
        const completed = (name: string) =>
          commands.filter(
            (command) => command.kind === 'track' && command.name === 'shape-passed' && command.shape === name,
          ).length;
        expect(count('undo-nested')).toBeLessThanOrEqual(completed('send news'));
        expect(count('undo-round')).toBeLessThanOrEqual(completed('request works'));
      }),
      { numRuns: 300 },
    );
  });

  test('ids are never given twice, and a restart before every event changes nothing', () => {
    fc.assert(
      fc.property(sequences, (happenings) => {
        const { commands, driver } = play(happenings, false, body);
        const again = play(happenings, true, body);
        expect(new Set(commands.map(({ id }) => id)).size).toBe(commands.length);
        expect(again.commands).toEqual(commands);
        expect(again.driver.instance).toEqual(driver.instance);
      }),
      { numRuns: 200 },
    );
  });

  test('what is listed as held is what the state refers to', () => {
    fc.assert(
      fc.property(sequences, (happenings) => {
        const { driver } = play(happenings, false, body);
        const text = JSON.stringify(driver.instance.state);
        const ended = ['completed', 'terminated'].includes(driver.instance.status);
        for (const id of driver.instance.messages) expect(text).toContain(`"${id}"`);
        for (const [id] of driver.messages) {
          if (!ended && text.includes(`"id":"${id}"`)) expect(driver.instance.messages).toContain(id);
        }
      }),
      { numRuns: 100 },
    );
  });
});
