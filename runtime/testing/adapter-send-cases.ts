/** The part of the adapter contract about sending: resolved means the far end has it, rejected says what to do about it. */
import type { Incoming, SendPort } from '../contracts/adapter.ts';
import type { BusError } from '../contracts/errors.ts';
import { isBusError } from '../errors/as-bus-error.ts';
import type { AdapterContractOptions, AdapterHarness, SendHarness } from './adapter-harness.ts';
import { eventually, within } from './eventually.ts';
import { useHarness } from './harness-use.ts';
import { testMessage } from './test-message.ts';

interface Sending {
  readonly harness: AdapterHarness;
  readonly target: SendHarness;
  readonly port: SendPort;
  readonly twoWay: boolean;
  /** Sends the n-th body. */
  send(n: number, signal?: AbortSignal, size?: number): Promise<Incoming | undefined>;
  /** How often the far end has the n-th body. */
  count(n: number, size?: number): Promise<number>;
}

type Case = (sending: Sending) => Promise<void>;
type Create = () => Promise<AdapterHarness>;

const never = new AbortController().signal;

function sending(createHarness: Create, work: Case): () => Promise<void> {
  return () =>
    useHarness(createHarness, async ({ harness, context, body }) => {
      const target = harness.send!;
      const { contentType } = harness;
      const port = harness.adapter.send!(target.config, context);
      const message = (n: number, size?: number) =>
        testMessage({ id: `message-${n}`, bytes: body(n, size), contentType });
      try {
        await work({
          harness,
          target,
          port,
          twoWay: context.twoWay,
          send: (n, signal = never, size) => port.send(message(n, size), signal),
          count: async (n, size) => {
            const wanted = Buffer.from(body(n, size));
            return (await target.taken()).filter((bytes) => wanted.equals(bytes)).length;
          },
        });
      } finally {
        await within(5000, 'closing', port.close());
      }
    });
}

export function sendCases(createHarness: Create): void {
  const on = (work: Case) => sending(createHarness, work);
  describe('send', () => {
    test('resolves once the far end has the bytes', on(resolvesWhenTaken));
    test('a large body survives', on(largeBody));
    test('sends many at once', on(concurrency));
    test('the same message sent again does no harm', on(repetition));
    test('an aborted send rejects, and the port still works', on(abortedBefore));
    test('closes twice, and unused', on(closing));
  });
}

export function sendLinkCases(createHarness: Create, { neverStalls }: AdapterContractOptions): void {
  const on = (work: Case) => sending(createHarness, work);
  describe('send over a broken link', () => {
    test('rejects as transient while broken, and works after healing', on(breakAndHeal));
    test('a far end that is broken from the start is transient', on(brokenFromTheStart));
    if (!neverStalls) test('an abort rejects within a second while the far end says nothing', on(abortWhileStalled));
  });
}

const resolvesWhenTaken: Case = async ({ send, count, twoWay }) => {
  for (const n of [1, 2]) {
    const answer = await send(n);
    expect(await count(n)).toBe(1);
    if (twoWay) expect(answer?.parts.length).toBeGreaterThan(0);
  }
};

const largeBody: Case = async ({ send, count }) => {
  await send(1, never, 1_000_000);
  expect(await count(1, 1_000_000)).toBe(1);
};

const concurrency: Case = async ({ send, count }) => {
  const all = Array.from({ length: 20 }, (_, n) => n);
  await Promise.all(all.map((n) => send(n)));
  expect(await Promise.all(all.map((n) => count(n)))).toEqual(all.map(() => 1));
};

const repetition: Case = async ({ target, send, count }) => {
  await send(1);
  await send(1);
  expect(await count(1)).toBe(target.recognisesRepeats ? 1 : 2);
};

const abortedBefore: Case = async ({ send, count }) => {
  await expect(send(1, AbortSignal.abort(new Error('The host is stopping.')))).rejects.toBeDefined();
  await send(2);
  expect(await count(2)).toBe(1);
};

const closing: Case = async ({ harness, port, send }) => {
  await send(1);
  await port.close();
  await port.close();
  await useHarness(
    async () => ({ ...harness, dispose: async () => {} }),
    async ({ context }) => harness.adapter.send!(harness.send!.config, context).close(),
  );
};

const breakAndHeal: Case = async ({ target, send, count }) => {
  await send(1);
  await target.breakLink!();
  expect(await failureOf(send(2))).toMatchObject({ name: 'BusError', kind: 'transient' });
  await target.healLink!();
  await arrives(send, 3);
  expect(await count(1)).toBe(1);
  expect(await count(3)).toBeGreaterThan(0);
};

const brokenFromTheStart: Case = async ({ target, send, count }) => {
  await target.breakLink!();
  expect(await failureOf(send(1))).toMatchObject({ name: 'BusError', kind: 'transient' });
  await target.healLink!();
  await arrives(send, 1);
  expect(await count(1)).toBeGreaterThan(0);
};

const abortWhileStalled: Case = async ({ target, send, count }) => {
  await send(1);
  await target.stall!();
  const giveUp = new AbortController();
  const stalled = failureOf(send(2, giveUp.signal));
  giveUp.abort(new Error('The deadline is over.'));
  expect(await within(1000, 'rejecting', stalled)).toBeDefined();
  await target.healLink!();
  await arrives(send, 3);
  expect(await count(3)).toBeGreaterThan(0);
};

async function failureOf(work: Promise<unknown>): Promise<BusError | undefined> {
  try {
    await work;
    return undefined;
  } catch (thrown) {
    return thrown as BusError;
  }
}

/** As a host does: again for as long as the failure is one that passes. */
async function arrives(send: Sending['send'], n: number): Promise<void> {
  await eventually('the far end takes it', async () => {
    const failure = await failureOf(send(n));
    if (failure) expect(isBusError(failure) && failure.kind).toBe('transient');
    return failure === undefined;
  });
}
