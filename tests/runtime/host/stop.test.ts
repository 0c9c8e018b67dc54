/** Stopping a host: nothing of it lasts, so that its process can end at once. */
import { oneWay, startSmallBus } from './small-bus.ts';

test('an idle bus stops without time passing, and leaves nothing to wait for', async () => {
  const bus = await startSmallBus(oneWay());
  const { clock } = bus;
  const began = clock.now();
  await bus.stub.arrive('in/door', JSON.stringify({ id: 'P-1', kind: 'letter' }));
  await bus.settle();
  expect(clock.next()).toBeDefined();
  await bus.stop();
  expect(clock.next()).toBeUndefined();
  expect(clock.now()).toBe(began);
});
