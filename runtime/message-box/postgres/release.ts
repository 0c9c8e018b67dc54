/** Leases given up at an orderly end, so that others need not wait for their time: ready, in their old order. */
import type { DeliveryRow } from '../tables.ts';
import { bigints } from './arrays.ts';
import { type Statement, type Step, step } from './pipeline.ts';

const RELEASE: Statement = {
  name: 'leases_release',
  text: `UPDATE deliveries d SET state = 'ready', due = d.rank
    FROM unnest($1::bigint[], $2::bigint[]) AS g(seq, token)
    WHERE d.seq = g.seq AND d.token = g.token AND d.state = 'leased'`,
};

export function releaseStep(rows: readonly DeliveryRow[]): Step | undefined {
  if (rows.length === 0) return undefined;
  return step(RELEASE, bigints(rows.map(({ seq }) => seq)), bigints(rows.map(({ token }) => token)));
}
