/** Matching: each operator, and that the index finds what trying every subscription finds. */

import type { Context, Property, Scalar } from '../../../runtime/contracts/message.ts';
import { BUS } from '../../../runtime/contracts/properties.ts';
import type { Condition, Predicate, Subscription } from '../../../runtime/contracts/routing.ts';
import { createMatcher, matches } from '../../../runtime/message-box/match.ts';
import { fc } from '../../properties.ts';

const contextOf = (values: Readonly<Record<string, Scalar>>): Context =>
  new Map(Object.entries(values).map(([name, value]): [string, Property] => [name, { value, promoted: true }]));

describe('conditions', () => {
  const context = contextOf({ n: 5, s: 'b', t: true, f: false });
  const rows: [Condition, boolean][] = [
    [{ property: 'n', op: '=', value: 5 }, true],
    [{ property: 'n', op: '=', value: '5' }, false],
    [{ property: 'n', op: '!=', value: '5' }, true],
    [{ property: 'n', op: '!=', value: 5 }, false],
    [{ property: 'n', op: '<', value: 6 }, true],
    [{ property: 'n', op: '<', value: 5 }, false],
    [{ property: 'n', op: '<', value: '6' }, false],
    [{ property: 'n', op: '<=', value: 5 }, true],
    [{ property: 'n', op: '>', value: 4 }, true],
    [{ property: 'n', op: '>', value: 5 }, false],
    [{ property: 'n', op: '>=', value: 5 }, true],
    [{ property: 's', op: '<', value: 'c' }, true],
    [{ property: 's', op: '>=', value: 'ba' }, false],
    [{ property: 't', op: '=', value: true }, true],
    [{ property: 'f', op: 'exists' }, true],
    [{ property: 'absent', op: 'exists' }, false],
    [{ property: 'absent', op: '!=', value: 1 }, false],
    [{ property: 'absent', op: '=', value: 1 }, false],
  ];
  test.each(rows)('%j is %s', (condition, expected) => {
    expect(matches([[condition]], context)).toBe(expected);
  });

  test('a property that is not promoted is not there', () => {
    const carried: Context = new Map([['n', { value: 5, promoted: false }]]);
    for (const op of ['=', '!=', 'exists'] as const) {
      expect(matches([[{ property: 'n', op, value: 5 }]], carried)).toBe(false);
    }
  });

  test('an empty predicate matches nothing, an empty group everything', () => {
    expect(matches([], context)).toBe(false);
    expect(matches([[]], context)).toBe(true);
  });
});

const name = fc.constantFrom('a', 'b', 'c', BUS.messageType, BUS.sendPort);
const value = fc.constantFrom<Scalar>(1, 2, '1', '2', true, false);
const condition: fc.Arbitrary<Condition> = fc.record({
  property: name,
  op: fc.constantFrom('=', '=', '=', '!=', '<', '<=', '>', '>=', 'exists'),
  value,
});
const predicate: fc.Arbitrary<Predicate> = fc.array(fc.array(condition, { maxLength: 3 }), { maxLength: 3 });
const change = fc.record({ id: fc.nat(6).map(String), where: fc.option(predicate, { nil: undefined }) });
const contexts = fc
  .dictionary(name, fc.record({ value, promoted: fc.constantFrom(true, true, false) }))
  .map((entries): Context => new Map(Object.entries(entries)));

describe('the matcher', () => {
  test('finds what trying every subscription finds, in the order of adding', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 25 }), fc.array(contexts, { maxLength: 5 }), (changes, messages) => {
        const matcher = createMatcher();
        const known = new Map<string, Subscription>();
        for (const { id, where } of changes) {
          if (where) {
            matcher.add({ id, subscriber: 's', where });
            known.set(id, { id, subscriber: 's', where });
          } else {
            matcher.remove(id);
            known.delete(id);
          }
        }
        for (const context of messages) {
          const expected = [...known.values()].filter((subscription) => matches(subscription.where, context));
          expect(matcher.match(context)).toEqual(expected);
        }
        expect(matcher.all()).toEqual([...known.values()]);
      }),
      { numRuns: 500 },
    );
  });

  test('knows the subscriptions of an instance', () => {
    const matcher = createMatcher();
    const where = [[]];
    matcher.add({ id: '1', subscriber: 's', where, instance: 'i' });
    matcher.add({ id: '2', subscriber: 's', where, instance: 'j' });
    matcher.add({ id: '3', subscriber: 's', where, instance: 'i' });
    matcher.add({ id: '2', subscriber: 's', where, instance: 'i' });
    matcher.remove('3');
    expect(matcher.ofInstance('i').map(({ id }) => id)).toEqual(['1', '2']);
    expect(matcher.ofInstance('j')).toEqual([]);
  });

  test('does not try the subscriptions of other values', () => {
    const matcher = createMatcher();
    let tried = 0;
    const counting: Condition = {
      get property() {
        tried += 1;
        return 'b';
      },
      op: 'exists',
    };
    for (let index = 0; index < 1000; index += 1) {
      const byType: Condition = { property: BUS.messageType, op: '=', value: 'report' };
      const byNumber: Condition = { property: 'number', op: '=', value: index };
      matcher.add({ id: `${index}`, subscriber: 's', where: [[byType, byNumber, counting]] });
    }
    tried = 0;
    const found = matcher.match(contextOf({ [BUS.messageType]: 'report', number: 7, b: 1 }));
    expect(found.map(({ id }) => id)).toEqual(['7']);
    expect(tried).toBe(1);
  });
});
