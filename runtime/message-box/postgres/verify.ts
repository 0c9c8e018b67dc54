/**
 * Whether a PostgreSQL database holds a whole MessageBox: of a version that this program knows, with every part, chunk and
 * message that something in it refers to, and with sequences that are past what there is. Reads only, and all of it as of one
 * instant, so that a bus may have it open.
 */
import type { Client } from 'pg';
import { busError } from '../../errors/bus-error.ts';
import type { StoreReport } from '../store-report.ts';
import { storeErrors } from './errors.ts';
import { LATEST } from './migrate.ts';
import { SCHEMA } from './schema.ts';
import { connect, versionOf } from './transfer-hold.ts';

/** Findings of one kind that are told; what is more of them says nothing new. */
const TOLD = 5;

/** Throws BusError STORE_NOT_OPENED or STORE_NEWER when it is no MessageBox that can be read; none tells the password. */
export async function verifyPostgres(url: string): Promise<StoreReport> {
  const errors = storeErrors(url);
  const { path } = errors;
  let client: Client | undefined;
  try {
    client = await connect(url);
    const schema = await versionOf(client);
    if (schema === undefined) {
      throw busError('STORE_NOT_OPENED', { path, reason: 'there is no MessageBox in the database' });
    }
    if (schema > LATEST) throw busError('STORE_NEWER', { path, found: schema, known: LATEST });
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await report(client, path, schema);
  } catch (thrown) {
    throw errors.asOpenError(thrown);
  } finally {
    await client?.end();
  }
}

type Rows = (query: string) => Promise<string[][]>;

async function report(client: Client, path: string, schema: number): Promise<StoreReport> {
  const rows: Rows = async (query) => {
    const found = await client.query<unknown[]>({ text: query, rowMode: 'array' });
    return found.rows.map((row) => row.map(String));
  };
  const number = async (query: string) => Number((await rows(query))[0]![0]);
  const counts: Record<string, number> = {};
  for (const [name, table] of Object.entries(COUNTED)) counts[name] = await number(`SELECT count(*) FROM ${table}`);
  const bytes = await number(
    `SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class
     WHERE relnamespace = '${SCHEMA}'::regnamespace AND relkind = 'r'`,
  );
  const problems: string[] = [];
  for (const { query, told } of LOOKS) problems.push(...(await rows(`${query} LIMIT ${TOLD}`)).map(told));
  return { path, schema, bytes, counts, problems };
}

const COUNTED: Readonly<Record<string, string>> = {
  messages: 'messages',
  deliveries: 'all_deliveries',
  instances: 'instances',
  keys: 'keys',
  definitions: 'definitions',
  subscriptions: 'subscriptions',
};

/** A query whose every row is a finding, and what it says. */
interface Look {
  readonly query: string;
  readonly told: (row: string[]) => string;
}

/** Every part that a message refers to. */
const REFERENCES = `(SELECT m.id, (e.value ->> 3)::bigint AS part, (e.value ->> 2)::bigint AS size
  FROM messages m CROSS JOIN LATERAL json_array_elements(m.parts::json) AS e WHERE (e.value ->> 3)::bigint > 0)`;

const LOOKS: readonly Look[] = [
  {
    query: `SELECT id, part FROM ${REFERENCES} AS r WHERE NOT EXISTS (SELECT 1 FROM parts p WHERE p.seq = r.part)`,
    told: ([id, part]) => `part ${part} of message ${id} is missing`,
  },
  {
    query: `SELECT seq FROM all_deliveries d
      WHERE message IS NOT NULL AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.seq = d.message)`,
    told: ([seq]) => `the message of delivery d${seq} is missing`,
  },
  {
    query: 'SELECT d.seq FROM deliveries d JOIN ended e ON e.seq = d.seq',
    told: ([seq]) => `delivery d${seq} is both open and ended`,
  },
  {
    query: `SELECT p.seq, p.chunks, coalesce(c.found, 0) FROM parts p
      LEFT JOIN (SELECT part, count(*) AS found, max(number) AS last FROM chunks GROUP BY part) AS c ON c.part = p.seq
      WHERE p.refs > 0 AND (p.chunks <> coalesce(c.found, 0) OR p.chunks <> coalesce(c.last + 1, 0))`,
    told: ([seq, wanted, found]) => `part ${seq} has ${found} of ${wanted} chunks`,
  },
  {
    query: `SELECT r.id, r.part, r.size, s.stored FROM ${REFERENCES} AS r JOIN (
        SELECT p.seq, octet_length(p.bytes) + coalesce(c.stored, 0) AS stored FROM parts p
        LEFT JOIN (SELECT part, sum(octet_length(bytes)) AS stored FROM chunks GROUP BY part) AS c ON c.part = p.seq
      ) AS s ON s.seq = r.part WHERE s.stored <> r.size`,
    told: ([id, part, size, stored]) => `part ${part} of message ${id} has ${stored} of ${size} bytes`,
  },
  {
    query: `SELECT p.seq, p.refs, coalesce(r.counted, 0) FROM parts p
      LEFT JOIN (SELECT part, count(*) AS counted FROM ${REFERENCES} AS r GROUP BY part) AS r ON r.part = p.seq
      WHERE p.refs <> coalesce(r.counted, 0)`,
    told: ([seq, refs, counted]) => `part ${seq} counts ${refs} references and has ${counted}`,
  },
  {
    query: `SELECT s.id FROM subscriptions s WHERE s.instance IS NOT NULL AND json_array_length(s.predicate::json) > 0
      AND NOT EXISTS (SELECT 1 FROM subscription_keys k WHERE k.subscription = s.seq)`,
    told: ([id]) => `the subscription ${id} is filed nowhere`,
  },
  // A block of a hundred numbers is given at a time.
  {
    query: `SELECT t.name, t.seq FROM seqs, (
        SELECT 'messages' AS name, max(seq) AS seq FROM messages UNION ALL SELECT 'parts', max(seq) FROM parts
        UNION ALL SELECT 'deliveries', max(seq) FROM all_deliveries
        UNION ALL SELECT 'subscriptions', max(seq) FROM subscriptions
      ) AS t WHERE t.seq >= seqs.last_value + 100`,
    told: ([name, seq]) => `${name} go up to ${seq}, and numbers below that would be given again`,
  },
];
