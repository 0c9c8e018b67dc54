/** Identifiers: their form, their order, and that a seed decides them. */

import { createIds } from '../../../runtime/clock/identity.ts';
import { fc } from '../../properties.ts';

const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('ids are UUIDs of version 7 that carry the time', () => {
  const id = createIds({ now: () => 0x0123456789ab }, () => 0.5)();
  expect(id).toMatch(UUID7);
  expect(id.slice(0, 13)).toBe('01234567-89ab');
});

test('extremes of chance keep the form', () => {
  for (const chance of [0, 1 - 2 ** -53]) expect(createIds({ now: () => 1 }, () => chance)()).toMatch(UUID7);
});

test('ids made later sort later, whatever the clock does', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 50 }), (times) => {
      let index = 0;
      const newId = createIds({ now: () => times[index++]! }, () => 0.5);
      const ids = times.map(() => newId());
      expect(ids).toEqual([...new Set(ids)].sort());
    }),
  );
});

test('more ids than a millisecond can order borrow from the next', () => {
  const newId = createIds({ now: () => 7 }, () => 0);
  const ids = Array.from({ length: 10_000 }, newId);
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
});

test('the same clock and chance give the same ids', () => {
  const make = () => createIds({ now: () => 7 }, () => 0.25)();
  expect(make()).toBe(make());
});
