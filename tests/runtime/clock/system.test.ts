/** The system clock, over real time: only that it waits and can be stopped, never how long. */
import { createSystemClock } from '../../../runtime/clock/system.ts';

const clock = createSystemClock();

test('sleeps and schedules', async () => {
  const ran: string[] = [];
  clock.schedule(0, () => ran.push('scheduled'));
  await clock.sleep(5);
  expect(ran).toEqual(['scheduled']);
});

test('a cancelled task never runs', async () => {
  const ran: string[] = [];
  clock.schedule(0, () => ran.push('cancelled'))();
  await clock.sleep(5);
  expect(ran).toEqual([]);
});

test('a sleep ends with the reason of its signal', async () => {
  const stop = new AbortController();
  const sleeping = clock.sleep(60_000, stop.signal);
  stop.abort(new Error('enough'));
  await expect(sleeping).rejects.toThrow('enough');
  await expect(clock.sleep(1, stop.signal)).rejects.toThrow('enough');
});

test('a delay beyond what one timer can hold does not fire at once', async () => {
  const ran: string[] = [];
  const cancel = clock.schedule(60 * 86_400_000, () => ran.push('early'));
  await clock.sleep(5);
  cancel();
  expect(ran).toEqual([]);
});
