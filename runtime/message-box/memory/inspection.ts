/** Operators' questions to the memory store, answered by looking at everything. */
import type { Instant } from '../../contracts/clock.ts';
import type { DeliveryRecord, Inspection, InstanceRecord } from '../../contracts/inspection.ts';
import { deliverySeq } from '../lease.ts';
import { holderAmong, mayBeHeld } from '../order.ts';
import {
  answersDeliveryQuery,
  answersMessageQuery,
  deliveryRecord,
  NEXT_IN_LINE,
  responseToOf,
  timersOf,
} from '../record.ts';
import type { DeliveryRow, StoredInstance, Tables } from '../tables.ts';
import { isOpen, type Records } from './records.ts';
import { tally } from './tally.ts';

export function inspect(
  records: Records,
  { stopped, watermarks }: Pick<Tables, 'stopped' | 'watermarks'>,
  latest: () => Instant,
): Inspection {
  const { messages, refs, deliveries, gaps, instances, subscriptions, events } = records;
  const stored = (id: string) => messages.get(refs.get(id) ?? 0);
  const rows = () => [...deliveries.values()].sort((a, b) => a.seq - b.seq);

  const holderOf = (row: DeliveryRow) =>
    mayBeHeld(row) ? holderAmong(gaps.get(row.lane ?? '')?.items ?? [], row) : undefined;

  const record = (row: DeliveryRow, now: Instant): DeliveryRecord =>
    deliveryRecord(row, row.message === null ? undefined : messages.get(row.message)?.message, now, holderOf(row));

  const instanceRecord = ({ instance, startedAt, changedAt }: StoredInstance): InstanceRecord => ({
    instance,
    startedAt,
    changedAt,
    waitingFor: inOrder().filter((subscription) => subscription.instance === instance.id),
    timers: timersOf(
      rows()
        .filter((row) => row.instance === instance.id && isOpen(row))
        .sort((a, b) => a.rank - b.rank),
    ),
    history: events.filter((event) => event.instance === instance.id),
  });

  function inOrder() {
    return [...subscriptions.values()].sort((a, b) => a.order - b.order).map(({ subscription }) => subscription);
  }

  return {
    counts: async (now) => ({
      messages: messages.size,
      ...tally({
        deliveries: rows().map((row) => record(row, now)),
        instances: [...instances.values()].map(({ instance }) => instance),
      }),
    }),
    messages: async (query) => {
      const before = query.before === undefined ? Number.POSITIVE_INFINITY : (refs.get(query.before) ?? 0);
      const { since } = query;
      const after = since === undefined ? 0 : ([...messages].findLast(([, { at }]) => at < since)?.[0] ?? 0);
      const found = [...messages].filter(
        ([ref, { message }]) => ref < before && ref > after && answersMessageQuery(message, query),
      );
      return newest(found, query.limit).map(([, entry]) => entry);
    },
    message: async (id) => {
      const found = stored(id);
      if (!found) return undefined;
      const ref = refs.get(id);
      const own = rows().filter((row) => row.message === ref);
      const history = events.filter(({ message }) => message === id);
      return { ...found, deliveries: own.map((row) => record(row, latest())), history };
    },
    deliveries: async (query, now) => {
      const before = query.before === undefined ? Number.POSITIVE_INFINITY : deliverySeq(query.before);
      const found = rows().filter((row) => row.seq < before && answersDeliveryQuery(record(row, now), query));
      return newest(found, query.limit).map((row) => record(row, now));
    },
    instances: async ({ program, status, limit, before }) => {
      const started = [...instances.values()];
      const end = before === undefined ? started.length : started.findIndex(({ instance }) => instance.id === before);
      const found = started
        .slice(0, Math.max(0, end))
        .filter(({ instance }) => (program ?? instance.program) === instance.program)
        .filter(({ instance }) => (status ?? instance.status) === instance.status);
      return newest(found, limit).map(instanceRecord);
    },
    instance: async (id) => {
      const found = instances.get(id);
      return found && instanceRecord(found);
    },
    subscriptions: async () => inOrder(),
    inLineSince: async (subscribers) =>
      new Map(
        subscribers.flatMap((subscriber): [string, Instant][] => {
          const line = rows().filter((row) => row.subscriber === subscriber && row.exposed === 1);
          const next = line.sort((a, b) => a.due - b.due).slice(0, NEXT_IN_LINE);
          const since = Math.min(
            ...next.map(({ message }) => messages.get(message ?? 0)?.at ?? Number.POSITIVE_INFINITY),
          );
          return Number.isFinite(since) ? [[subscriber, since]] : [];
        }),
      ),
    stopped: async () => stopped(),
    watermarks: async () => watermarks(),
    responseTo: async (message) =>
      [...messages.values()].find((entry) => responseToOf(entry.message) === message)?.message,
  };
}

function newest<T>(entries: readonly T[], limit: number): T[] {
  return entries.toReversed().slice(0, limit);
}
