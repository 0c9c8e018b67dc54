/** The part of the adapter contract about receiving: nothing acknowledged early, nothing lost, nothing twice, stops when told. */
import { bytesOf } from '../contracts/message.ts';
import { isBusError } from '../errors/as-bus-error.ts';
import type { AdapterHarness, ReceiveHarness } from './adapter-harness.ts';
import { eventually, within } from './eventually.ts';
import { type HarnessUse, useHarness } from './harness-use.ts';
import {
  accept,
  block,
  refuse,
  type SupervisedLocation,
  superviseLocation,
  type Verdict,
} from './supervised-location.ts';

interface Receiving extends Pick<HarnessUse, 'body' | 'harness'> {
  readonly source: ReceiveHarness;
  readonly location: SupervisedLocation;
  /** Puts the n-th body at the source. */
  arrive(n: number): Promise<void>;
  /** How often the n-th body was handed over. */
  count(n: number): number;
  emptied(): Promise<void>;
}

type Case = (receiving: Receiving) => Promise<void>;
type Create = () => Promise<AdapterHarness>;

/** Starts a location, and stops it whatever comes; everything run() rejected with must be a BusError that is retried. */
function receiving(createHarness: Create, work: Case): () => Promise<void> {
  return () =>
    useHarness(createHarness, async ({ harness, context, body }) => {
      const source = harness.receive!;
      const location = superviseLocation(harness.adapter.receive!(source.config, context), context);
      const textOf = (n: number) => Buffer.from(body(n)).toString();
      location.start();
      try {
        await work({
          harness,
          source,
          location,
          body,
          arrive: (n) => source.arrive(body(n)),
          count: (n) => location.seen.filter((seen) => seen === textOf(n)).length,
          emptied: () => eventually('the source is empty', async () => (await source.left()) === 0),
        });
      } finally {
        await within(5000, 'stopping', location.stop());
      }
      for (const failure of location.failures) expect(isBusError(failure) && failure.kind).toBe('transient');
    });
}

export function receiveCases(createHarness: Create): void {
  const on = (work: Case) => receiving(createHarness, work);
  describe('receive', () => {
    test('bytes, content type and properties survive', on(survival));
    test('a large body survives, and can be opened twice', on(largeBody));
    test('stops within a second while idle, and runs again', on(restart));
    test('stops within a second while blocked in submit, and the message is seen again', on(stopWhileBlocked));
    test('what was not taken is seen again', on(refusal));
    test('what was taken is not seen again', on(once));
    test('a slow submit holds the source back', on(holdsBack));
    test('what was suspended is taken: a poison message does not come again', on(settled(async () => 'suspended')));
    test('what was a duplicate is taken', on(settled(async () => 'duplicate')));
  });
}

export function receiveLinkCases(createHarness: Create): void {
  const on = (work: Case) => receiving(createHarness, work);
  describe('receive over a broken link', () => {
    test('goes on after a break while idle', on(breakWhileIdle));
    test('nothing is lost by a break while a message is under way', on(breakUnderWay));
  });
}

const survival: Case = async ({ harness, source, location, body, arrive, emptied }) => {
  await arrive(1);
  await emptied();
  const [incoming] = location.incoming;
  expect(Buffer.from(await bytesOf(incoming!.parts[0]))).toEqual(Buffer.from(body(1)));
  expect(incoming!.parts[0].contentType).toContain(harness.contentType);
  for (const [name, value] of Object.entries(source.properties ?? {})) {
    expect([name, incoming!.context.get(name)?.value]).toEqual([name, value]);
  }
  for (const { value } of incoming!.context.values()) expect(typeof value).toMatch(/^(string|number|boolean)$/);
};

const largeBody: Case = async ({ source, location, body, emptied }) => {
  const large = body(1, 1_000_000);
  let again: Uint8Array | undefined;
  location.answer(async ({ parts: [part] }) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of part.open()) chunks.push(chunk);
    again = Buffer.concat(chunks);
    return 'accepted';
  });
  await source.arrive(large);
  await emptied();
  expect(location.seen).toHaveLength(1);
  expect(location.seen[0] === Buffer.from(large).toString()).toBe(true);
  expect(Buffer.from(large).equals(again!)).toBe(true);
};

const restart: Case = async ({ location, arrive, count, emptied }) => {
  await arrive(1);
  await emptied();
  await within(1000, 'stopping while idle', location.stop());
  location.start();
  await arrive(2);
  await emptied();
  expect([count(1), count(2)]).toEqual([1, 1]);
};

const stopWhileBlocked: Case = async ({ source, location, arrive, count, emptied }) => {
  location.answer(block);
  await arrive(1);
  await eventually('the message is handed over', () => count(1) === 1);
  await within(1000, 'stopping while blocked', location.stop());
  expect(await source.left()).toBe(1);
  location.answer(accept);
  location.start();
  await emptied();
  expect(count(1)).toBe(2);
};

const refusal: Case = async ({ source, location, arrive, count, emptied }) => {
  location.answer(refuse);
  await arrive(1);
  await eventually('the message is handed over twice', () => count(1) >= 2);
  expect(await source.left()).toBe(1);
  location.answer(accept);
  await emptied();
};

const once: Case = async ({ location, arrive, count, emptied }) => {
  for (const n of [1, 2, 3]) await arrive(n);
  await emptied();
  await location.stop();
  location.start();
  await arrive(4);
  await emptied();
  expect([1, 2, 3, 4].map(count)).toEqual([1, 1, 1, 1]);
};

const holdsBack: Case = async ({ source, location, arrive, count, emptied }) => {
  const gate = Promise.withResolvers<void>();
  location.answer(async () => {
    await gate.promise;
    return 'accepted';
  });
  try {
    for (const n of [1, 2, 3]) await arrive(n);
    await eventually('something is handed over', () => location.seen.length > 0);
    expect(await source.left()).toBe(3);
  } finally {
    gate.resolve();
  }
  await emptied();
  expect([1, 2, 3].map(count)).toEqual([1, 1, 1]);
};

const settled = (verdict: Verdict): Case => {
  return async ({ location, arrive, count, emptied }) => {
    location.answer(verdict);
    await arrive(1);
    await emptied();
    location.answer(accept);
    await arrive(2);
    await emptied();
    expect([count(1), count(2)]).toEqual([1, 1]);
  };
};

const breakWhileIdle: Case = async ({ source, arrive, count, emptied }) => {
  await arrive(1);
  await emptied();
  await source.breakLink!();
  await source.healLink!();
  await arrive(2);
  await emptied();
  expect([count(1), count(2)]).toEqual([1, 1]);
};

const breakUnderWay: Case = async ({ source, location, arrive, count, emptied }) => {
  const gate = Promise.withResolvers<void>();
  location.answer(async () => {
    await gate.promise;
    return 'accepted';
  });
  try {
    await arrive(1);
    await eventually('the message is handed over', () => count(1) > 0);
    await source.breakLink!();
  } finally {
    gate.resolve();
  }
  await source.healLink!();
  await arrive(2);
  await emptied();
  expect(count(2)).toBe(1);
};
