/** `expect` of a receive location: what must come in every day and has not is told, once, wherever and however often hosts start. */
import { jest } from '@jest/globals';
import { createSimulatedClock } from '../../../runtime/clock/simulated.ts';
import type { Expectation } from '../../../runtime/contracts/deployment.ts';
import type { BusEvent } from '../../../runtime/contracts/events.ts';
import type { MessageBox } from '../../../runtime/contracts/message-box.ts';
import { BUS } from '../../../runtime/contracts/properties.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import { lastDue, nextDue, watchArrivals } from '../../../runtime/host/watch-arrivals.ts';
import { openMemory } from '../../../runtime/message-box/memory.ts';
import { messageOf } from '../../../runtime/testing/message-box/bench.ts';
import { oneWay, type SmallBus, startSmallBus } from './small-bus.ts';

const HOUR = 3_600_000;
/** Saturday 2026-07-04 and Sunday are not worked, nor is Friday the third. */
const expect630: Expectation = {
  calendar: {
    name: '',
    zone: 'Europe/London',
    week: new Set([1, 2, 3, 4, 5]),
    holidays: new Set([Date.UTC(2026, 6, 3) / 86_400_000]),
    hours: { from: 0, to: 86_400 },
  },
  by: 6.5 * 3600,
  within: 8 * HOUR,
};
const iso = (instant: number | undefined) => (instant === undefined ? undefined : new Date(instant).toISOString());

describe('when it is due', () => {
  test.each([
    ['2026-07-02T05:29:59.999Z', '2026-07-01T05:30:00.000Z', '2026-07-02T05:30:00.000Z'],
    ['2026-07-02T05:30:00.000Z', '2026-07-02T05:30:00.000Z', '2026-07-06T05:30:00.000Z'],
    ['2026-07-04T12:00:00.000Z', '2026-07-02T05:30:00.000Z', '2026-07-06T05:30:00.000Z'],
    ['2026-10-26T12:00:00.000Z', '2026-10-26T06:30:00.000Z', '2026-10-27T06:30:00.000Z'],
  ])('at %s', (now, last, next) => {
    const at = Date.parse(now);
    expect([iso(lastDue(expect630, at)), iso(nextDue(expect630, at))]).toEqual([last, next]);
  });
});

function watching(
  start: string,
  { box = openMemory() as MessageBox, clock = createSimulatedClock(Date.parse(start)) } = {},
) {
  const events: string[] = [];
  let ids = 0;
  const emit = ({ name, data }: BusEvent) => void events.push(`${name} ${data['due'] ?? data['code']}`);
  const newId = () => `alert-${start}-${++ids}`;
  const port = { port: 'in', location: { name: 'door' }, organisation: 'northmoor', expect: expect630 };
  const watch = watchArrivals({ ...port, box, clock, emit, newId });
  const arrive = async (id: string, location = 'door') => {
    const message = messageOf(id, { [BUS.receivePort]: 'in', [BUS.receiveLocation]: location });
    await box.commit({ now: clock.now(), keep: [message] });
  };
  const to = (at: string) => clock.advance(Date.parse(at) - clock.now());
  return { box, clock, events, watch, arrive, to };
}

describe('the watch', () => {
  test('nothing came: told at the minute, again the next working day, never of a holiday', async () => {
    const { watch, events, to } = watching('2026-07-01T14:00:00Z');
    watch.start();
    await to('2026-07-02T05:29:59Z');
    expect([events, watch.overdue]).toEqual([[], undefined]);
    await to('2026-07-02T05:30:00Z');
    expect([events, iso(watch.overdue)]).toEqual([
      ['arrival-overdue 2026-07-02T05:30:00.000Z'],
      '2026-07-02T05:30:00.000Z',
    ]);
    await to('2026-07-06T06:00:00Z');
    expect(events.slice(1)).toEqual(['arrival-overdue 2026-07-06T05:30:00.000Z']);
    await watch.stop();
  });

  test('what came in the hours before, at whichever host, counts; elsewhere or earlier it does not', async () => {
    const { watch, events, arrive, to } = watching('2026-06-30T21:00:00Z');
    watch.start();
    await arrive('too early');
    await arrive('at another location', 'window');
    await to('2026-07-01T05:40:00Z');
    expect(events).toEqual(['arrival-overdue 2026-07-01T05:30:00.000Z']);
    await arrive('late');
    await to('2026-07-01T05:42:00Z');
    expect([events.at(-1), watch.overdue]).toEqual(['arrival-late 2026-07-01T05:30:00.000Z', undefined]);
    await to('2026-07-01T22:00:00Z');
    await arrive('in time');
    await to('2026-07-02T08:00:00Z');
    expect(events).toHaveLength(2);
    await watch.stop();
  });

  test('what this host took in is known without asking, and told at once where it was overdue', async () => {
    const { box, watch, events, to, clock } = watching('2026-07-01T05:00:00Z');
    const asked = jest.spyOn(box.inspection, 'messages');
    watch.start();
    await to('2026-07-01T05:10:00Z');
    watch.noticed();
    await to('2026-07-02T05:31:00Z');
    expect([events, asked.mock.calls.length > 0]).toEqual([['arrival-overdue 2026-07-02T05:30:00.000Z'], true]);
    watch.noticed();
    await clock.advance(1);
    expect(events.at(-1)).toBe('arrival-late 2026-07-02T05:30:00.000Z');
    await watch.stop();
  });

  test('two hosts, and one that starts later, tell it once; all of them show it', async () => {
    const one = watching('2026-07-02T05:00:00Z');
    const two = watching('2026-07-02T05:00:01Z', one);
    one.watch.start();
    two.watch.start();
    await one.to('2026-07-02T05:31:00Z');
    const late = watching('2026-07-02T09:00:00Z', one);
    late.watch.start();
    await one.to('2026-07-02T05:33:00Z');
    const all = [one, two, late];
    expect(all.flatMap(({ events }) => events)).toEqual(['arrival-overdue 2026-07-02T05:30:00.000Z']);
    expect(all.map(({ watch }) => iso(watch.overdue))).toEqual(Array(3).fill('2026-07-02T05:30:00.000Z'));
    await Promise.all(all.map(({ watch }) => watch.stop()));
  });

  test('what was due while no host ran is told at the start, as long as it could still come', async () => {
    const soon = watching('2026-07-02T13:00:00Z');
    const later = watching('2026-07-02T14:00:00Z');
    for (const { watch, clock } of [soon, later]) {
      watch.start();
      await clock.advance(1000);
      await watch.stop();
    }
    expect([soon.events, later.events]).toEqual([['arrival-overdue 2026-07-02T05:30:00.000Z'], []]);
  });

  test('a store that fails is told, and asked again', async () => {
    const box = openMemory();
    let failures = 2;
    const failing: MessageBox = {
      ...box,
      commit: (unit) =>
        failures-- > 0 ? Promise.reject(busError('STORE_FAILED', { reason: 'no' })) : box.commit(unit),
    };
    const { watch, events, to } = watching('2026-07-02T05:00:00Z', { box: failing });
    watch.start();
    await to('2026-07-02T05:31:30Z');
    await to('2026-07-02T05:33:00Z');
    expect(events).toEqual([
      'store-failed STORE_FAILED',
      'store-failed STORE_FAILED',
      'arrival-overdue 2026-07-02T05:30:00.000Z',
    ]);
    await watch.stop();
  });
});

describe('in a bus', () => {
  const CALENDAR = 'calendar: office\nholidays: [2026-07-03]\n';
  const DESK = `  desk:
    transport: stub
    pipeline: pass-through
    filter: ErrorReport.ErrorType == "ArrivalOverdue" && ErrorReport.ReceiveLocation == "door"
`;
  const files = (expectation: string, desk = DESK) => {
    const name = 'config/applications/post.yaml';
    const one = oneWay(desk)[name]!.replace('dedupe: parcel.id', `dedupe: parcel.id, expect: ${expectation}`);
    return { 'config/calendars/office.calendar.yaml': CALENDAR, [name]: one };
  };
  let bus: SmallBus | undefined;
  afterEach(() => bus?.stop());

  test('the alert goes to whoever filters for it, and the location is overdue until something has come', async () => {
    const clock = createSimulatedClock(Date.parse('2026-07-02T05:29:30Z'));
    bus = await startSmallBus(files('{ by: "06:30", calendar: office }'), { clock });
    const overdue = () => bus!.host.status.locations[0]!.overdue;
    await bus.clock.advance(20_000);
    expect([bus.stub.taken('desk'), overdue()]).toEqual([[], undefined]);
    await bus.clock.advance(20_000);
    expect(overdue()).toBe('2026-07-02T05:30:00.000Z');
    const [alert] = bus.stub.taken('desk');
    expect(JSON.parse(alert!.text)).toEqual({
      receivePort: 'in',
      receiveLocation: 'door',
      due: '2026-07-02T05:30:00.000Z',
      at: '2026-07-02T05:30:00.000Z',
      text: 'Nothing has come in at in/door between 2026-07-01T17:30:00.000Z and 2026-07-02T05:30:00.000Z.',
    });
    expect(Object.fromEntries([...alert!.message.context].map(([name, { value }]) => [name, value]))).toMatchObject({
      'ErrorReport.ErrorType': 'ArrivalOverdue',
      'ErrorReport.FailureCode': 'ARRIVAL_OVERDUE',
      'ErrorReport.ReceivePort': 'in',
      'bus.organisation': 'northmoor',
    });
    await bus.stub.arrive('in/door', JSON.stringify({ id: 'P-1', kind: 'letter' }));
    await bus.clock.advance(1000);
    expect([overdue(), bus.stub.taken('desk').length]).toEqual([undefined, 1]);
    expect(bus.events.filter(({ name }) => name.startsWith('arrival')).map(({ name }) => name)).toEqual([
      'arrival-overdue',
      'arrival-late',
    ]);
    expect(await bus.suspended()).toEqual([]);
  });

  test.each([
    ['{ by: "06:30", calendar: ofice }', DESK, 'no calendar "ofice"'],
    ['{ by: "06:30", zone: Europe/Londn }', DESK, 'no time zone "Europe/Londn"'],
    ['{ by: "6.30" }', DESK, 'by'],
    ['{ within: 8h }', DESK, 'by'],
    ['{ by: "06:30" }', DESK.replace('"ArrivalOverdue"', '"FailedMessage"'), 'no port has `failedMessages: route`'],
    ['{ by: "06:30" }', DESK.replace('"ArrivalOverdue"', '"ArrivalOverdu"'), 'ArrivalOverdu'],
  ])('%s with a filter is found by check', async (expectation, desk, said) => {
    await expect(startSmallBus(files(expectation, desk))).rejects.toThrow(said);
  });

  test('a filter for what no location expects can never be', async () => {
    await expect(startSmallBus(oneWay(DESK))).rejects.toThrow('no location has `expect`');
  });
});
