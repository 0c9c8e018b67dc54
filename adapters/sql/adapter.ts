/** Tables of PostgreSQL and SQLite: polled for rows, and written by statements and procedures. */
import type { Adapter, Direction } from '../../runtime/contracts/adapter.ts';
import type { FindingInConfig } from '../../runtime/contracts/finding.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { receiveSchema, type SqlReceiveConfig, type SqlSendConfig, sendSchema } from './config.ts';
import { parameterised } from './parameters.ts';
import { pollTable } from './receive.ts';
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
  const { query, consume, key } = config as SqlReceiveConfig;
  const found: FindingInConfig[] = [];
  if (parameterised(query, () => '?').names.length > 0)
    found.push(invalid('query', 'the query has parameters, but nothing to fill them in with', 'Write the values out.'));
  if (consume !== undefined && parameterised(consume, () => '?').names.length === 0)
    found.push(invalid('consume', 'it does not say which row', 'Name it by a column, as WHERE id = :id.'));
  if (consume === undefined && key === undefined)
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
