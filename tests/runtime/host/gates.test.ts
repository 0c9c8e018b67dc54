/** Send ports that do not send now: outside of their window, or because their far end is down. Nothing is lost, no attempt is spent. */
import { createSimulatedClock } from '../../../runtime/clock/simulated.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import { oneWay, type SmallBus, startSmallBus } from './small-bus.ts';

let bus: SmallBus;
afterEach(() => bus.stop());

const parcel = (id: number) => JSON.stringify({ id: `P-${id}`, kind: 'letter' });
const at = (text: string) => ({ clock: createSimulatedClock(Date.parse(text)) });
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const texts = () => bus.stub.taken('out').map(({ text }) => text);
const state = () => bus.host.status.sendPorts[0]?.state;

describe('a window', () => {
  const WINDOW = '    window: { from: "07:00", to: "19:00", days: [mon, tue, wed, thu, fri] }\n';

  test('what comes outside waits until it opens, by the clock of its zone', async () => {
    bus = await startSmallBus(oneWay(WINDOW), at('2026-07-02T18:30:00Z'));
    await bus.stub.arrive('in/door', parcel(1));
    await bus.clock.advance(HOUR);
    expect([texts(), state()]).toEqual([[], 'outside-window']);
    // Friday, 07:00 in London.
    await bus.clock.advance(Date.parse('2026-07-03T05:59:30Z') - bus.clock.now());
    expect(texts()).toEqual([]);
    await bus.clock.advance(MINUTE);
    expect([texts(), state()]).toEqual([[parcel(1)], 'running']);
    expect(await bus.suspended()).toEqual([]);
  });

  test('a window by a calendar knows its holidays', async () => {
    const files = {
      ...oneWay('    window: { calendar: office }\n'),
      'config/calendars/office.calendar.yaml':
        'calendar: office\nhours: { from: "09:00", to: "17:00" }\nholidays: [2026-07-02]\n',
    };
    bus = await startSmallBus(files, at('2026-07-02T15:30:00Z'));
    await bus.stub.arrive('in/door', parcel(1));
    await bus.clock.advance(HOUR);
    expect(texts()).toEqual([]);
    await bus.clock.advance(16 * HOUR);
    expect(texts()).toEqual([parcel(1)]);
  });

  test('what is tried again waits for the window, too', async () => {
    bus = await startSmallBus(
      oneWay(`${WINDOW}    retry: { attempts: 5, first: 1h, factor: 1, max: 1h }\n`),
      at('2026-07-02T17:30:00Z'),
    );
    bus.stub.answer('out', busError('ENDPOINT_UNREACHABLE', { endpoint: 'out', reason: 'down' }));
    await bus.stub.arrive('in/door', parcel(1));
    await bus.clock.advance(3 * HOUR);
    expect(texts()).toEqual([]);
    await bus.clock.advance(10 * HOUR);
    expect(texts()).toEqual([parcel(1)]);
  });
});

describe('a circuit breaker', () => {
  const BREAKER =
    '    breaker: { failures: 3, pause: 10m }\n    retry: { attempts: 2, first: 1s, factor: 1, max: 1s }\n    limit: { concurrent: 1 }\n';
  const down = () => busError('ENDPOINT_UNREACHABLE', { endpoint: 'out', reason: 'down' });

  test('opens after so many failures; what waits spends no attempts; one tries, and all go', async () => {
    bus = await startSmallBus(oneWay(BREAKER));
    bus.stub.answer('out', down(), down(), down());
    for (let id = 1; id <= 20; id += 1) await bus.stub.arrive('in/door', parcel(id));
    await bus.clock.advance(5 * MINUTE);
    expect([texts(), state()]).toEqual([[], 'circuit-open']);
    expect(bus.events.filter(({ name }) => name === 'circuit-opened')).toHaveLength(1);
    const suspendedBefore = (await bus.suspended()).length;
    await bus.clock.advance(6 * MINUTE);
    expect(texts().length + suspendedBefore).toBe(20);
    expect(suspendedBefore).toBeLessThanOrEqual(1);
    expect(state()).toBe('running');
    expect(bus.events.filter(({ name }) => name === 'circuit-closed')).toHaveLength(1);
  });

  test('a try that fails opens it again', async () => {
    bus = await startSmallBus(oneWay(BREAKER.replace('attempts: 2', 'attempts: 9')));
    bus.stub.answer('out', down(), down(), down(), down());
    await bus.stub.arrive('in/door', parcel(1));
    await bus.clock.advance(11 * MINUTE);
    expect([texts(), state()]).toEqual([[], 'circuit-open']);
    await bus.clock.advance(11 * MINUTE);
    expect(texts()).toEqual([parcel(1)]);
  });

  test('what the far end refuses for good is no failure of the far end', async () => {
    bus = await startSmallBus(oneWay(BREAKER));
    bus.stub.answer('out', ...[1, 2, 3, 4].map(() => busError('ENDPOINT_REFUSED', { endpoint: 'out', reason: 'no' })));
    for (let id = 1; id <= 6; id += 1) await bus.stub.arrive('in/door', parcel(id));
    await bus.clock.advance(MINUTE);
    expect(texts()).toHaveLength(2);
    expect(await bus.suspended()).toHaveLength(4);
  });
});

describe('a location with a window', () => {
  const files = {
    ...oneWay(),
    'config/applications/post.yaml': oneWay()['config/applications/post.yaml']!.replace(
      'dedupe: parcel.id }',
      'dedupe: parcel.id, window: { from: "07:00", to: "19:00" } }',
    ),
  };
  const runs = () => [bus.stub.runs('in/door'), bus.host.status.locations[0]?.state];

  test('runs within it, and stops when it closes', async () => {
    bus = await startSmallBus(files, at('2026-07-02T05:30:00Z'));
    await bus.settle();
    expect(runs()).toEqual([false, 'outside-window']);
    await bus.clock.advance(45 * MINUTE);
    expect(runs()).toEqual([true, 'running']);
    await bus.stub.arrive('in/door', parcel(1));
    await bus.clock.advance(12 * HOUR);
    expect([runs(), texts()]).toEqual([[false, 'outside-window'], [parcel(1)]]);
  });

  test('opens again each day', async () => {
    const [path] = Object.keys(files).filter((each) => each.includes('applications'));
    const byNight = files[path as keyof typeof files].replace(
      'from: "07:00", to: "19:00"',
      'from: "00:02", to: "24:00"',
    );
    bus = await startSmallBus({ ...files, [path!]: byNight }, at('2026-07-01T22:58:00Z'));
    for (const expected of [
      [true, 'running'],
      [false, 'outside-window'],
      [true, 'running'],
    ]) {
      await bus.settle();
      expect(runs()).toEqual(expected);
      await bus.clock.advance(2.5 * MINUTE);
    }
    await bus.stub.arrive('in/door', parcel(1));
    await bus.settle();
    expect(texts()).toEqual([parcel(1)]);
  });

  test('a host that stops outside of it stops', async () => {
    bus = await startSmallBus(files, at('2026-07-02T20:00:00Z'));
    await bus.settle();
    expect(runs()[0]).toBe(false);
  });
});
