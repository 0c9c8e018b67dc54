/**
 * Claims and longer leases, on a connection of their own: they need not wait for a disk, since a lease that a crash of the
 * server undoes is refused when it is settled. Its token is chance, so the server never gives the same one again. Claims of one turn
 * share a round trip.
 */
import type { Message } from '../../contracts/message.ts';
import type { Claim, Delivery } from '../../contracts/message-box.ts';
import type { Instance } from '../../contracts/orchestration.ts';
import { toDelivery } from '../claim.ts';
import { deliverySeq } from '../lease.ts';
import type { DeliveryRow } from '../tables.ts';
import { bigints, texts } from './arrays.ts';
import { isConflict, mayTryAgain } from './errors.ts';
import type { Leases } from './leases.ts';
import type { Run } from './link.ts';
import type { Messages } from './messages.ts';
import { type Answer, type Fields, type Statement, type Step, step } from './pipeline.ts';
import { DELIVERY_WIDTH, deliveryColumns, deliveryRow, MESSAGE_WIDTH, messageColumns, messageRow } from './rows.ts';

/** Claims step over what others have under their hands. The first that passes a skipped delivery tells so in its history. */
const CLAIM: Statement = {
  name: 'claim',
  text: `WITH wanted AS (
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[])
      WITH ORDINALITY AS w(subscriber, amount, now, until, place)
  ), picked AS MATERIALIZED (
    SELECT w.place, w.now, w.until, p.seq, p.due FROM wanted w CROSS JOIN LATERAL (
      SELECT d.seq, d.due FROM deliveries d WHERE d.exposed AND d.subscriber = w.subscriber AND d.due <= w.now
        AND NOT EXISTS (SELECT 1 FROM stopped s WHERE s.subscriber = w.subscriber)
      ORDER BY d.due, d.seq LIMIT w.amount FOR UPDATE SKIP LOCKED
    ) AS p
  ), taken AS (
    UPDATE deliveries d SET state = 'leased', attempt = d.attempt + 1, due = p.until, since = p.now,
      token = 2 + floor(random() * 4503599627370496)::bigint
    FROM picked p WHERE d.seq = p.seq RETURNING p.place, p.due AS was_due, p.now, d.*
  ), skipped AS (
    UPDATE deliveries d SET gap = NULL FROM (
      SELECT k.seq, t.message, t.subscriber, t.now FROM taken t
        JOIN deliveries k ON k.lane = t.lane AND k.gap = 'skip' AND k.seq < t.seq
      WHERE t.lane IS NOT NULL AND t.instance IS NULL FOR UPDATE OF k SKIP LOCKED
    ) AS k WHERE d.seq = k.seq RETURNING d.seq, k.message, k.subscriber, k.now
  ), told AS (
    INSERT INTO history (name, at, message, data)
    SELECT 'order-skipped', k.now, m.id, json_build_object('delivery', 'd' || k.seq, 'subscriber', k.subscriber)::text
    FROM skipped k JOIN messages m ON m.seq = k.message ORDER BY k.seq
  )
  SELECT t.place, ${deliveryColumns('t')}, ${messageColumns('m')}, i.body
  FROM taken t LEFT JOIN messages m ON m.seq = t.message LEFT JOIN instances i ON i.id = t.instance
  ORDER BY t.place, t.was_due, t.seq`,
};

const EXTEND: Statement = {
  name: 'extend',
  text: `UPDATE deliveries d SET due = $3::bigint FROM unnest($1::bigint[], $2::bigint[]) AS g(seq, token)
    WHERE d.seq = g.seq AND d.token = g.token AND d.state = 'leased' RETURNING d.seq`,
};

export interface ClaimSources {
  readonly run: Run;
  readonly leases: Leases;
  readonly messages: Messages;
  /** Nothing that waits for the subscriber was left behind. */
  readonly emptied: (subscriber: string) => void;
}

export interface Claims {
  claim(request: Claim): Promise<readonly Delivery[]>;
  extend(leases: readonly string[], until: number): Promise<readonly string[]>;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
}

interface Queued {
  /** Of one round trip; false: it must wait for the next. */
  joins(others: readonly Queued[]): boolean;
  readonly request?: Claim;
  readonly step?: Step;
  answer(rows: Answer): Promise<void>;
  reject(thrown: unknown): void;
}

const TRIES = 10;

export function createClaims(sources: ClaimSources): Claims {
  let queue: Queued[] = [];
  let running: Promise<void> | undefined;

  function submit<T>(make: (resolve: (value: T) => void, reject: (thrown: unknown) => void) => Queued): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      queue.push(make(resolve, reject));
      running ??= drain();
    });
  }

  async function drain(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) {
      const round: Queued[] = [];
      for (const queued of queue) if (queued.joins(round)) round.push(queued);
      queue = queue.filter((queued) => !round.includes(queued));
      await answer(round);
    }
    running = undefined;
  }

  async function answer(round: readonly Queued[]): Promise<void> {
    const claims = round.flatMap(({ request }) => request ?? []);
    const others = round.flatMap((queued) => queued.step ?? []);
    try {
      const answers = await insistently(() =>
        sources.run([...(claims.length > 0 ? [claimStep(claims)] : []), ...others]),
      );
      const claimed = claims.length > 0 ? answers[0]! : [];
      let place = 0;
      let other = claims.length > 0 ? 1 : 0;
      for (const queued of round) {
        if (queued.request) {
          place += 1;
          const own = String(place);
          await queued.answer(claimed.filter(([which]) => which === own));
        } else await queued.answer(answers[other++]!);
      }
    } catch (thrown) {
      for (const { reject } of round) reject(thrown);
    }
  }

  return {
    claim: (request) =>
      submit((resolve, reject) => ({
        request,
        joins: (others) => !others.some((other) => other.request?.subscriber === request.subscriber),
        answer: async (rows) => resolve(await taken(request, rows, sources)),
        reject,
      })),
    extend: (leases, until) =>
      submit((resolve, reject) => ({
        step: extendStep(leases, until),
        joins: () => true,
        answer: async (rows) => resolve(kept(leases, rows)),
        reject,
      })),
    settled: async () => {
      while (running) await running;
    },
  };
}

/** A claim whose answer was lost leaves leases that run out; so does one that was in the way of another and is made again. */
async function insistently<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (thrown) {
      if (tries === TRIES || !(isConflict(thrown) || mayTryAgain(thrown))) throw thrown;
    }
  }
}

function claimStep(claims: readonly Claim[]): Step {
  return step(
    CLAIM,
    texts(claims.map(({ subscriber }) => subscriber)),
    bigints(claims.map(({ limit }) => limit)),
    bigints(claims.map(({ now }) => now)),
    bigints(claims.map(({ leaseUntil }) => leaseUntil)),
  );
}

async function taken(request: Claim, rows: Answer, { leases, messages, emptied }: ClaimSources): Promise<Delivery[]> {
  if (rows.length < request.limit) emptied(request.subscriber);
  const found = rows.map(([, ...fields]) => ({ row: deliveryRow(fields), fields }));
  const withMessages = found.filter(({ row }) => row.message !== null);
  const decoded = await messages.decode(withMessages.map(({ fields }) => messageRow(fields, DELIVERY_WIDTH)));
  const byRow = new Map(withMessages.map(({ row }, index) => [row, decoded[index]!]));
  return found.map(({ row, fields }) => {
    const message = byRow.get(row);
    leases.add(row, message);
    return deliveryOf(row, message, fields);
  });
}

function deliveryOf(row: DeliveryRow, message: Message | undefined, fields: Fields): Delivery {
  const work: Delivery['work'] = message
    ? { kind: 'message', message }
    : row.timer !== null
      ? { kind: 'timer', timer: row.timer }
      : { kind: 'signal', signal: row.signal as 'resumed' | 'cancelled' };
  const instance = fields[DELIVERY_WIDTH + MESSAGE_WIDTH] ?? null;
  return toDelivery(row, work, instance === null ? undefined : (JSON.parse(instance) as Instance));
}

const LEASE = /^d(\d{1,15}):(\d{1,16})$/;

function extendStep(leases: readonly string[], until: number): Step {
  const held = leases.flatMap(partsOfLease);
  return step(
    EXTEND,
    bigints(held.map(({ seq }) => seq)),
    bigints(held.map(({ token }) => token)),
    String(Math.round(until)),
  );
}

function partsOfLease(lease: string): { readonly seq: number; readonly token: number }[] {
  const [, , token] = LEASE.exec(lease) ?? [];
  return token === undefined ? [] : [{ seq: deliverySeq(lease.slice(0, lease.indexOf(':'))), token: Number(token) }];
}

function kept(leases: readonly string[], rows: Answer): string[] {
  const seqs = new Set(rows.map(([seq]) => seq));
  return leases.filter((lease) => seqs.has(LEASE.exec(lease)?.[1] ?? null));
}
