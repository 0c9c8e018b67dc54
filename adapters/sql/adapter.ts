/** Tables of PostgreSQL and SQLite: polled for rows, and written by statements and procedures. */
import type { Adapter, Direction } from '../../runtime/contracts/adapter.ts';
import type { FindingInConfig } from '../../runtime/contracts/finding.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { receiveSchema, type SqlReceiveConfig, type SqlSendConfig, sendSchema } from './config.ts';
import { parameterised } from './parameters.ts';
import { pollTable, WATERMARK } from './receive.ts';
import { runStatements } from './send.ts';

type SqlConfig = SqlReceiveConfig | SqlSendConfig;

export const sql: Adapter<SqlConfig> = {
  name: 'sql',
  summary: 'Polls tables of PostgreSQL and SQLite, and runs statements and procedures.',
  receiveConfig: receiveSchema,
  sendConfig: sendSchema,
  exclusive: true,
  examples: [
    {
      title: 'Take the rows of an outbox table, and mark them in the same transaction',
      direction: 'receive',
      config: {
        database: { secret: 'HOUSING_DATABASE' },
        query: 'SELECT id, kind, body FROM outbox WHERE sent_at IS NULL ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED',
        consume: 'UPDATE outbox SET sent_at = now() WHERE id = :id',
        key: 'id',
      },
    },
    {
      title: 'Read a table that others own, each row that was changed since; one that comes again is a duplicate',
      direction: 'receive',
      config: {
        database: { secret: 'HOUSING_DATABASE' },
        query: 'SELECT id, changed, rent FROM tenancies WHERE changed >= :watermark ORDER BY changed LIMIT 1000',
        watermark: { column: 'changed', initial: '2026-01-01' },
        key: ['id', 'changed'],
      },
    },
    {
      title: 'Write each line of an invoice; a message that comes again changes nothing',
      direction: 'send',
      config: {
        database: { secret: 'FINANCE_DATABASE' },
        each: 'lines',
        statement:
          'INSERT INTO lines (message, line, amount) VALUES (:message_id, :number, :amount) ON CONFLICT DO NOTHING',
      },
    },
  ],
  check,
  receive: (config, context) => pollTable(config as SqlReceiveConfig, context),
  send: (config, context) => runStatements(config as SqlSendConfig, context),
};

function check(config: SqlConfig, direction: Direction): readonly FindingInConfig[] {
  if (direction === 'send') return [];
  const { query, consume, key, watermark } = config as SqlReceiveConfig;
  const found: FindingInConfig[] = [];
  const { names } = parameterised(query, () => '?');
  if (names.some((name) => watermark === undefined || name !== WATERMARK))
    found.push(invalid('query', 'the query has parameters, but nothing to fill them in with', 'Write the values out.'));
  if (watermark && !names.includes(WATERMARK))
    found.push(
      invalid('watermark', 'the query does not begin at it', `Add WHERE ${watermark.column} > :${WATERMARK}.`),
    );
  if (watermark && consume !== undefined)
    found.push(invalid('watermark', 'rows that are consumed are not selected again', 'Keep one of the two.'));
  if (consume !== undefined && parameterised(consume, () => '?').names.length === 0)
    found.push(invalid('consume', 'it does not say which row', 'Name it by a column, as WHERE id = :id.'));
  if (consume === undefined && key === undefined && watermark === undefined)
    found.push({
      ...invalid('query', 'rows are never consumed', 'Give `consume`, or at least `key`.'),
      severity: 'warning',
    });
  return found;
}

function invalid(path: string, reason: string, advice: string): FindingInConfig {
  const { code, message, help } = busError('OPTION_INVALID', { reason, advice });
  return { code, severity: 'error', path, message, help };
}
