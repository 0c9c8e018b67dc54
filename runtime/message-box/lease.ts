/** Ids of deliveries and leases as the outside sees them: `d<sequence>` and `d<sequence>:<token>`. */
import type { DeliveryRow, Tables } from './tables.ts';

export const deliveryId = (seq: number) => `d${seq}`;

export const leaseOf = (row: DeliveryRow) => `${deliveryId(row.seq)}:${row.token}`;

/** NaN when the text is no id of a delivery. */
export function deliverySeq(id: string): number {
  return /^d\d{1,15}$/.test(id) ? Number(id.slice(1)) : Number.NaN;
}

export function findDelivery(id: string, tables: Tables): DeliveryRow | undefined {
  const seq = deliverySeq(id);
  return Number.isNaN(seq) ? undefined : tables.delivery(seq);
}

/** The delivery whose lease this is; undefined when another holds it, or nobody does. */
export function heldBy(lease: string, tables: Tables): DeliveryRow | undefined {
  const colon = lease.indexOf(':');
  const row = findDelivery(lease.slice(0, colon), tables);
  return row?.state === 'leased' && leaseOf(row) === lease ? row : undefined;
}
