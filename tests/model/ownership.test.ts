/** All that three hosts, their clocks and the network can do to one name, step by step: nothing two owners do is accepted. */
import { asItIs, type Bounds, explore, holds, type Rules } from './ownership-model.ts';

const bounds: Bounds = { hosts: 3, ticks: 4, asks: 3, commits: 2, freezes: 1, crashes: 1, leaves: 1 };

test('the protocol holds in every state that can be reached', () => {
  const { states, fault } = explore(asItIs, bounds);
  expect(fault).toBeUndefined();
  expect(states).toBeGreaterThan(100_000);
});

const faulty: readonly [string, Partial<Rules>, RegExp][] = [
  ['commits without a fence', { accepts: () => true }, /not granted last/],
  [
    'the fence is looked at, and the commit written in another step',
    { checksFirst: true, accepts: ({ owned, passed }, row) => passed === true || holds(owned, row) },
    /not granted last/,
  ],
  [
    'a new owner gets the fence of the one before',
    {
      own: (request, row) => {
        const { row: next, given } = asItIs.own(request, row);
        return { row: next && { ...next, fence: 1 }, given: given.map(({ name }) => ({ name, fence: 1 })) };
      },
    },
    /not granted last/,
  ],
  ['a host that was started again is taken for its former self', { holder: (host) => `${host}` }, /not granted last/],
  [
    'who asks gets the name whoever holds it',
    { own: (request, row) => asItIs.own(request, row && { ...row, until: 0 }) },
    /two hosts/,
  ],
  [
    'a dead owner keeps the name',
    { own: (request, row) => asItIs.own(request, row && { ...row, until: Number.POSITIVE_INFINITY }) },
    /cannot be taken|longer than the tenure/,
  ],
];

test.each(faulty)('the search finds the fault: %s', (_, fault, what) => {
  const found = explore({ ...asItIs, ...fault }, bounds).fault;
  expect(found?.what).toMatch(what);
  expect(found?.steps.length).toBeGreaterThan(3);
});
