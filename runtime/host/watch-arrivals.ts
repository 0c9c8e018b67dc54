/**
 * Tells when what must come in every day has not come. What has come is asked of the MessageBox, whichever host took it in; the alert
 * has a key, so that it is published once however many hosts watch and however often they start.
 */
import type { Clock, Instant, NewId } from '../contracts/clock.ts';
import type { BoundLocation, Expectation } from '../contracts/deployment.ts';
import type { BusEvent } from '../contracts/events.ts';
import { type Message, partOf } from '../contracts/message.ts';
import type { MessageBox } from '../contracts/message-box.ts';
import { BUS, ERROR_REPORT, ERROR_TYPE, subscriberOf } from '../contracts/properties.ts';
import { asBusError } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import { dayAt, instantOn } from '../expressions/dates/service-hours.ts';
import { isWorked, workingDay } from '../expressions/dates/working-days.ts';
import { promoted } from './documents.ts';

export interface WatchOptions {
  readonly box: MessageBox;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly emit: (event: BusEvent) => void;
  /** The receive port. */
  readonly port: string;
  readonly location: Pick<BoundLocation, 'name'>;
  readonly organisation: string;
  readonly expect: Expectation;
}

export interface ArrivalWatch {
  /** When that was due which has not come yet. */
  readonly overdue: Instant | undefined;
  /** To be called when something has come in at this host. */
  readonly noticed: () => void;
  start(): void;
  /** Resolves when nothing of it is under way. */
  stop(): Promise<void>;
}

/** Clocks are set, and what is late comes: it is looked again after so long (ms) at most. */
const LONGEST = 60_000;

export function watchArrivals(options: WatchOptions): ArrivalWatch {
  const { box, clock, emit, expect } = options;
  const name = `${options.port}/${options.location.name}`;
  let overdue: Instant | undefined;
  /** What was due up to here has been looked at. */
  let judged = 0;
  /** Of what this host took in. */
  let arrived: Instant = 0;
  /** What other hosts had taken in up to here is known. */
  let asked: Instant = 0;
  let cancel = () => {};
  let isStopped = true;
  let looking = Promise.resolve();

  async function look(): Promise<void> {
    const due = lastDue(expect, clock.now());
    if (overdue !== undefined) await lookForLate(overdue);
    if (due <= judged) return;
    if (!(await hasArrived(due - expect.within))) await alert(due);
    judged = due;
  }

  async function lookForLate(since: Instant): Promise<void> {
    if (!(await hasArrived(since + 1))) return;
    overdue = undefined;
    told('arrival-late', { due: iso(since) });
  }

  async function hasArrived(since: Instant): Promise<boolean> {
    if (arrived >= since) return true;
    const now = clock.now();
    const property = { name: BUS.receiveLocation, value: options.location.name };
    const query = { receivePort: options.port, property, limit: 1, since: Math.max(since, asked) };
    const [last] = await box.inspection.messages(query);
    // Another host's clock may differ a little, and its commit may have been under way.
    asked = now - LONGEST;
    arrived = Math.max(arrived, last?.at ?? 0);
    return arrived >= since;
  }

  async function alert(due: Instant): Promise<void> {
    const now = clock.now();
    const keys = [{ scope: `${subscriberOf.receiveLocation(options.port, options.location.name)}!`, key: iso(due) }];
    const message = alertOf(options, name, due, now);
    const { routed } = await box.commit({ now, publish: [{ message, keys, unrouted: 'keep' }] });
    overdue = due;
    if (routed[0]?.duplicateOf === undefined) told('arrival-overdue', { due: iso(due) });
  }

  const told = (event: string, data: BusEvent['data']) =>
    emit({ name: event, at: clock.now(), data: { location: name, ...data } });

  function noticed(): void {
    arrived = clock.now();
    if (overdue !== undefined && !isStopped) soon(0);
  }

  function soon(pause: number): void {
    cancel();
    cancel = clock.schedule(pause, () => {
      looking = looking.then(again);
    });
  }

  async function again(): Promise<void> {
    try {
      await look();
    } catch (thrown) {
      const { code, message: reason } = asBusError(thrown, name);
      emit({ name: 'store-failed', at: clock.now(), data: { subscriber: `arrivals at ${name}`, code, reason } });
    }
    if (!isStopped) soon(Math.min(LONGEST, nextDue(expect, clock.now()) - clock.now()));
  }

  return {
    get overdue() {
      return overdue;
    },
    noticed,
    start() {
      isStopped = false;
      // What was due while no host ran is told as long as it could still have come.
      judged = clock.now() - expect.within;
      looking = again();
    },
    async stop() {
      isStopped = true;
      cancel();
      await looking;
    },
  };
}

function alertOf(options: WatchOptions, location: string, due: Instant, now: Instant): Message {
  const { expect, organisation } = options;
  const error = busError('ARRIVAL_OVERDUE', { location, from: iso(due - expect.within), due: iso(due) });
  const id = options.newId();
  const body = { receivePort: options.port, receiveLocation: options.location.name, due: iso(due), at: iso(now) };
  return {
    id,
    interchange: id,
    type: undefined,
    parts: [partOf(Buffer.from(JSON.stringify({ ...body, text: error.message })), 'application/json')],
    context: new Map(
      Object.entries({
        [ERROR_REPORT.errorType]: ERROR_TYPE.overdue,
        [ERROR_REPORT.failureCode]: error.code,
        [ERROR_REPORT.description]: error.message,
        [ERROR_REPORT.receivePort]: options.port,
        [ERROR_REPORT.receiveLocation]: options.location.name,
        [ERROR_REPORT.failureTime]: iso(now),
        [BUS.organisation]: organisation,
      }).map(([name, value]) => [name, promoted(value)]),
    ),
  };
}

/** The last time, not after `now`, by which something was due; ms. */
export function lastDue({ calendar, by }: Expectation, now: Instant): Instant {
  const today = dayAt(calendar, now / 1000);
  const at = isWorked(calendar, today) ? instantOn(calendar, today, by) * 1000 : Number.POSITIVE_INFINITY;
  return at <= now ? at : instantOn(calendar, workingDay(calendar, today, -1), by) * 1000;
}

/** The first time after `now`; ms. */
export function nextDue({ calendar, by }: Expectation, now: Instant): Instant {
  const today = dayAt(calendar, now / 1000);
  const at = isWorked(calendar, today) ? instantOn(calendar, today, by) * 1000 : 0;
  return at > now ? at : instantOn(calendar, workingDay(calendar, today, 1), by) * 1000;
}

const iso = (instant: Instant) => new Date(instant).toISOString();
