/** Why a message went where it went: what matched, and the nearest misses with what they found. */
import type { Context } from '../../../runtime/contracts/message.ts';
import type { Condition, Subscription } from '../../../runtime/contracts/routing.ts';
import { explain } from '../../../runtime/message-box/explain.ts';

const equal = (property: string, value: string): Condition => ({ property, op: '=', value });
const taking = (id: string, ...where: Condition[][]): Subscription => ({ id, subscriber: id, where });

const context: Context = new Map([
  ['message.type', { value: 'case', promoted: true }],
  ['caseType', { value: 'housing-rep', promoted: true }],
  ['ward', { value: 'north', promoted: false }],
]);

test('tells what matched', () => {
  const matching = taking('cases', [equal('message.type', 'case')]);
  expect(explain([matching, taking('never')], context)).toEqual({ matched: [matching], nearest: [] });
});

test('tells the conditions that failed and the actual values, nearest first', () => {
  const far = taking('far', [equal('message.type', 'bill'), equal('caseType', 'tax')]);
  const near = taking('near', [equal('message.type', 'case'), equal('caseType', 'housing-repair')]);
  const oneOfOne = taking('one of one', [equal('absent', 'x')]);
  const ward = taking(
    'ward',
    [equal('a', '1'), equal('b', '2')],
    [equal('message.type', 'case'), equal('ward', 'north')],
  );
  const { matched, nearest } = explain([far, oneOfOne, near, ward], context);
  expect(matched).toEqual([]);
  expect(nearest).toEqual([
    { subscription: near, failed: [{ condition: equal('caseType', 'housing-repair'), actual: 'housing-rep' }] },
    { subscription: ward, failed: [{ condition: equal('ward', 'north'), actual: 'north', unpromoted: true }] },
    { subscription: oneOfOne, failed: [{ condition: equal('absent', 'x'), actual: undefined }] },
    {
      subscription: far,
      failed: [
        { condition: equal('message.type', 'bill'), actual: 'case' },
        { condition: equal('caseType', 'tax'), actual: 'housing-rep' },
      ],
    },
  ]);
});

test('tells no more than asked for', () => {
  const many = Array.from({ length: 9 }, (_, index) => taking(`${index}`, [equal('x', `${index}`)]));
  expect(explain(many, context, 2).nearest.map(({ subscription }) => subscription.id)).toEqual(['0', '1']);
  expect(explain(many, context).nearest).toHaveLength(5);
});
