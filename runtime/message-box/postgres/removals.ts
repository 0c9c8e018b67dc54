/** What the retention policy removes: each call is one statement, and so one transaction. */
import type { MessageRef } from '../tables.ts';
import type { Ask } from './parts.ts';

export interface Stripping {
  readonly ref: MessageRef;
  /** The parts as they were looked at, and as they become. */
  readonly before: string;
  readonly parts: string;
}

export interface Removals {
  /** With their history and what is left of their timers and signals. */
  instances(ids: readonly string[]): Promise<void>;
  /** With their deliveries, their history and their references to parts. */
  messages(refs: readonly MessageRef[]): Promise<void>;
  bodies(strippings: readonly Stripping[]): Promise<void>;
  /** Of what no message refers to, but for what was staged since. Returns how many chunks went. */
  parts(stagedSince: number, limit: number): Promise<number>;
}

/** References to parts that rows named `gone` (with their `parts`) held. */
const LET_GO = `let_go AS (
  UPDATE parts p SET refs = p.refs - c.refs FROM (
    SELECT (e.value ->> 3)::bigint AS seq, count(*)::int AS refs
    FROM gone CROSS JOIN LATERAL json_array_elements(gone.parts::json) AS e
    WHERE e.value ->> 3 IS NOT NULL GROUP BY 1
  ) AS c WHERE p.seq = c.seq
)`;

const INSTANCES = `WITH gone AS (
  DELETE FROM instances WHERE id = ANY(SELECT json_array_elements_text($1::json)) AND status IN ('completed', 'terminated')
  RETURNING id
), told AS (DELETE FROM history h USING gone WHERE h.instance = gone.id
), ended AS (DELETE FROM ended e USING gone WHERE e.instance = gone.id AND e.message IS NULL)
DELETE FROM deliveries d USING gone WHERE d.lane = gone.id AND d.message IS NULL`;

const MESSAGES = `WITH gone AS (
  DELETE FROM messages m WHERE m.seq = ANY(SELECT json_array_elements_text($1::json)::bigint)
    AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.message = m.seq)
  RETURNING m.seq, m.id, m.parts
), told AS (DELETE FROM history h USING gone WHERE h.message = gone.id AND h.instance IS NULL
), ${LET_GO}
DELETE FROM ended e USING gone WHERE e.message = gone.seq`;

const BODIES = `WITH given AS (
  SELECT * FROM json_to_recordset($1::json) AS g(ref bigint, before text, parts text)
), gone AS (
  SELECT m.seq, g.before AS parts FROM messages m JOIN given g ON g.ref = m.seq AND g.before = m.parts
  WHERE NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.message = m.seq) FOR UPDATE OF m
), ${LET_GO}
UPDATE messages m SET parts = g.parts, body = NULL, version = m.version + 1
FROM given g, gone WHERE m.seq = g.ref AND gone.seq = m.seq`;

const DEAD = `SELECT p.seq, (SELECT coalesce(max(c.number) + 1, 0) FROM chunks c WHERE c.part = p.seq) FROM parts p
  WHERE p.refs = 0 AND (p.staged_at IS NULL OR p.staged_at < $1) ORDER BY p.seq LIMIT 1`;

/** Nobody may refer to it from here on. */
const CLOSE = 'UPDATE parts SET staged_at = NULL WHERE seq = $1 AND refs = 0';
const CHUNKS = 'DELETE FROM chunks WHERE part = $1 AND number >= $2';
const PART = 'DELETE FROM parts WHERE seq = $1 AND refs = 0 AND staged_at IS NULL';

export function createRemovals(ask: Ask): Removals {
  return {
    instances: async (ids) => void (await ask(INSTANCES, [JSON.stringify(ids)])),
    messages: async (refs) => void (await ask(MESSAGES, [JSON.stringify(refs)])),
    bodies: async (strippings) => void (await ask(BODIES, [JSON.stringify(strippings)])),
    parts: async (stagedSince, limit) => {
      let removed = 0;
      while (removed < limit) {
        const [part] = await ask(DEAD, [String(stagedSince)]);
        if (!part) break;
        const [seq, chunks] = [part[0]!, Number(part[1])];
        const kept = Math.max(0, chunks - (limit - removed));
        await ask(CLOSE, [seq]);
        await ask(CHUNKS, [seq, String(kept)]);
        if (kept === 0) await ask(PART, [seq]);
        removed += Math.max(1, chunks - kept);
      }
      return removed;
    },
  };
}
