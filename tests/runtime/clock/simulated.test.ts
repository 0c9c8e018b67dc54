/** The simulated clock: order of time, settling in between, cancelling. */
import { createSimulatedClock } from '../../../runtime/clock/simulated.ts';

test('stands still until told to move', () => {
  const clock = createSimulatedClock(1000);
  expect(clock.now()).toBe(1000);
  expect(clock.next()).toBeUndefined();
  clock.schedule(50, () => {});
  expect(clock.next()).toBe(1050);
});

test('runs due tasks in order of time, at their time, those of one instant as scheduled', async () => {
  const clock = createSimulatedClock(0);
  const ran: string[] = [];
  const note = (name: string) => () => ran.push(`${name}@${clock.now()}`);
  clock.schedule(20, note('c'));
  clock.schedule(10, note('a'));
  clock.schedule(10, note('b'));
  clock.schedule(31, note('later'));
  await clock.advance(30);
  expect(ran).toEqual(['a@10', 'b@10', 'c@20']);
  expect(clock.now()).toBe(30);
});

test('what a task leads to settles before time moves on', async () => {
  const clock = createSimulatedClock(0);
  const ran: number[] = [];
  const loop = async () => {
    for (let round = 0; round < 3; round += 1) {
      await clock.sleep(10);
      await new Promise((resolve) => setImmediate(resolve));
      ran.push(clock.now());
    }
  };
  const looping = loop();
  await clock.advance(100);
  await looping;
  expect(ran).toEqual([10, 20, 30]);
});

test('cancelled tasks do not run and aborted sleeps reject', async () => {
  const clock = createSimulatedClock(0);
  const ran: string[] = [];
  clock.schedule(5, () => ran.push('cancelled'))();
  const stop = new AbortController();
  const sleeping = clock.sleep(5, stop.signal);
  stop.abort(new Error('enough'));
  await expect(sleeping).rejects.toThrow('enough');
  await expect(clock.sleep(5, stop.signal)).rejects.toThrow('enough');
  await clock.advance(10);
  expect(ran).toEqual([]);
  expect(clock.next()).toBeUndefined();
});

test('a task that throws makes advance reject', async () => {
  const clock = createSimulatedClock(0);
  clock.schedule(1, () => {
    throw new Error('broken');
  });
  await expect(clock.advance(1)).rejects.toThrow('broken');
});
