/** Deliveries as operators see them: with their message, and behind what they are held. */
import type { Instant } from '../../contracts/clock.ts';
import type { DeliveryQuery, DeliveryRecord } from '../../contracts/inspection.ts';
import { deliverySeq } from '../lease.ts';
import { deliveryRecord } from '../record.ts';
import type { DeliveryRow } from '../tables.ts';
import type { Ask } from './parts.ts';
import type { Fields } from './pipeline.ts';
import { DELIVERY_WIDTH, deliveryColumns, deliveryRow } from './rows.ts';

/** The first gap before it in its ordered lane that holds it. */
export const HELD = `LEFT JOIN LATERAL (
  SELECT b.seq, b.gap, b.resumable FROM deliveries b WHERE b.lane = d.lane AND b.gap IN ('stop', 'park') AND b.seq < d.seq
    AND d.instance IS NULL AND d.state = 'ready' AND NOT d.exposed ORDER BY b.seq LIMIT 1
) AS held ON true`;

/** Events and message follow the columns of the delivery. */
export const DELIVERIES = (
  table: string,
) => `SELECT ${deliveryColumns('d')}, d.events, m.id, m.type, held.seq, held.gap, held.resumable
  FROM ${table} d LEFT JOIN messages m ON m.seq = d.message ${HELD}`;

export function recordOf(fields: Fields, now: Instant): DeliveryRecord {
  const [, id, type, seq, gap, resumable] = fields.slice(DELIVERY_WIDTH);
  const row = deliveryRow(fields);
  const message = id === null ? undefined : { id: id!, type: type ?? undefined };
  if (seq === null) return deliveryRecord(row, message, now);
  const holder = {
    ...row,
    seq: Number(seq),
    gap: gap as DeliveryRow['gap'],
    resumable: resumable === 't' ? 1 : 0,
  } as const;
  return deliveryRecord(row, message, now, holder);
}

/** $1: now. */
export const STATE = `CASE WHEN held.gap = 'park' THEN 'suspended' WHEN held.gap = 'stop' THEN 'waiting'
  WHEN d.state = 'ready' AND d.due > $1::bigint THEN 'waiting'
  WHEN d.state = 'leased' AND d.due <= $1::bigint THEN 'ready' ELSE d.state END`;

export const CODE = `CASE held.gap WHEN 'park' THEN 'ORDER_PARKED' WHEN 'stop' THEN 'ORDER_STOPPED' ELSE d.code END`;

export async function deliveries(query: DeliveryQuery, now: Instant, ask: Ask): Promise<DeliveryRecord[]> {
  const { state, subscriber = null, code = null, withoutCode = null, message = null, limit, before } = query;
  const isFinal = state === 'done' || state === 'terminated';
  const table = state === undefined ? 'all_deliveries' : isFinal ? 'ended' : 'deliveries';
  const end = before === undefined ? null : deliverySeq(before);
  if (Number.isNaN(end)) return [];
  const rows = await ask(
    `${DELIVERIES(table)} WHERE ($1::bigint IS NOT NULL) AND ($2::text IS NULL OR ${STATE} = $2)
       AND ($3::text IS NULL OR d.subscriber = $3) AND ($4::text IS NULL OR ${CODE} = $4)
       AND ($5::text IS NULL OR d.message = (SELECT seq FROM messages WHERE id = $5))
       AND ($6::bigint IS NULL OR d.seq < $6::bigint)
       AND ($8::text IS NULL OR ${CODE} IS DISTINCT FROM $8) ORDER BY d.seq DESC LIMIT $7`,
    [
      String(now),
      state ?? null,
      subscriber,
      code,
      message,
      end === null ? null : String(end),
      String(limit),
      withoutCode,
    ],
  );
  return rows.map((fields) => recordOf(fields, now));
}
