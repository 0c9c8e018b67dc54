/** Schedules on a simulated clock: clock changes, times that were missed, failures to take a message. */
import { timer } from '../../../adapters/timer/adapter.ts';
import type { TimerConfig } from '../../../adapters/timer/config.ts';
import { createSimulatedClock, type SimulatedClock } from '../../../runtime/clock/simulated.ts';
import type { Incoming, ReceiveLocation } from '../../../runtime/contracts/adapter.ts';
import { bytesOf } from '../../../runtime/contracts/message.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';

const DAY = 86_400_000;

function locationOf(config: TimerConfig, clock: SimulatedClock): ReceiveLocation {
  return timer.receive!(config, testAdapterContext({ clock, name: 'mornings' }));
}

/** What it hands over from `start` on, in so many milliseconds. */
async function times(config: TimerConfig, start: string, ms: number): Promise<string[]> {
  const clock = createSimulatedClock(Date.parse(start));
  const taken: Incoming[] = [];
  const stop = new AbortController();
  const running = locationOf(config, clock).run(async (batch) => {
    taken.push(...batch);
    return batch.map(() => ({ messageId: 'm', outcome: 'accepted' as const }));
  }, stop.signal);
  await clock.advance(ms);
  stop.abort();
  await running;
  return taken.map(({ key }) => key!);
}

const skip = { missed: 'skip', zone: 'Europe/London' } as const;

test('at its times, by the clock of its zone', async () => {
  expect(await times({ cron: '30 6 * * MON-FRI', ...skip }, '2026-07-02T12:00:00Z', 5 * DAY)).toEqual([
    '2026-07-03T05:30:00.000Z',
    '2026-07-06T05:30:00.000Z',
    '2026-07-07T05:30:00.000Z',
  ]);
});

test('a time that comes twice counts once', async () => {
  expect(await times({ cron: '30 1 * * *', ...skip }, '2026-10-24T12:00:00Z', 2 * DAY)).toEqual([
    '2026-10-25T00:30:00.000Z',
    '2026-10-26T01:30:00.000Z',
  ]);
});

test('a time that the clock leaves out counts right after the change', async () => {
  expect(await times({ cron: '30 1 * * *', ...skip }, '2026-03-28T12:00:00Z', 2 * DAY)).toEqual([
    '2026-03-29T01:00:00.000Z',
    '2026-03-30T00:30:00.000Z',
  ]);
});

test('every half hour goes on through both changes', async () => {
  expect(await times({ cron: '*/30 * * * *', ...skip }, '2026-10-25T00:15:00Z', 7_200_000)).toHaveLength(4);
  expect(await times({ cron: '*/30 * * * *', ...skip }, '2026-03-29T00:15:00Z', 7_200_000)).toHaveLength(4);
});

test.each([
  ['skip', ['2026-07-02T13:00:00.000Z']],
  ['once', ['2026-07-02T12:00:00.000Z', '2026-07-02T13:00:00.000Z']],
  [
    'all',
    ['2026-07-02T10:00:00.000Z', '2026-07-02T11:00:00.000Z', '2026-07-02T12:00:00.000Z', '2026-07-02T13:00:00.000Z'],
  ],
] as const)('what was missed: %s', async (missed, expected) => {
  const config = { cron: '0 * * * *', missed, within: '3h' } as const;
  expect(await times(config, '2026-07-02T12:30:00Z', 3_000_000)).toEqual(expected);
});

test('the message tells its time and has the fields of the location', async () => {
  const clock = createSimulatedClock(Date.parse('2026-07-02T12:00:00Z'));
  const stop = new AbortController();
  let incoming: Incoming | undefined;
  const config = { cron: '5 12 * * *', missed: 'skip', zone: 'UTC', body: { report: 'noon' } } as const;
  const running = locationOf(config, clock).run(async ([first]) => {
    incoming = first;
    return [{ messageId: 'm', outcome: 'accepted' }];
  }, stop.signal);
  await clock.advance(300_000);
  stop.abort();
  await running;
  const body = JSON.parse(Buffer.from(await bytesOf(incoming!.parts[0])).toString()) as unknown;
  expect(body).toEqual({ report: 'noon', scheduledAt: '2026-07-02T12:05:00.000Z' });
  expect(incoming!.context.get('timer.scheduledAt')?.value).toBe('2026-07-02T12:05:00.000Z');
});

test('a time whose message was not taken comes again', async () => {
  const clock = createSimulatedClock(Date.parse('2026-07-02T12:00:00Z'));
  const location = locationOf({ cron: '5 12 * * *', missed: 'skip', zone: 'UTC' }, clock);
  const keys: unknown[] = [];
  const stop = new AbortController();
  const failing = location.run(async ([first]) => {
    keys.push(first!.key);
    throw new Error('full');
  }, stop.signal);
  const failed = expect(failing).rejects.toThrow('full');
  await clock.advance(400_000);
  await failed;
  const again = location.run(async ([first]) => {
    keys.push(first!.key);
    return [{ messageId: 'm', outcome: 'accepted' }];
  }, stop.signal);
  await clock.advance(1000);
  stop.abort();
  await again;
  expect(keys).toEqual(['2026-07-02T12:05:00.000Z', '2026-07-02T12:05:00.000Z']);
});

test.each([
  [{ cron: '99 * * * *' }, 'cron'],
  [{ cron: 'every morning' }, 'cron'],
  [{ cron: '0 0 30 2 *' }, 'cron'],
  [{ cron: '0 6 * * *', zone: 'Europe/Lundon' }, 'zone'],
])('check finds %j', (config, path) => {
  expect(timer.check(config, 'receive').map((found) => found.path)).toEqual([path]);
});
