/** The options of SQL locations and SQL send ports: their types, their JSON Schemas, their defaults. */
import type { JsonSchema } from '../../runtime/contracts/adapter.ts';
import { durationPattern, parseDuration } from '../../runtime/contracts/duration.ts';

export interface DatabaseConfig {
  readonly database: string | { readonly secret: string };
  readonly deadline?: string;
}

export interface SqlReceiveConfig extends DatabaseConfig {
  readonly query: string;
  readonly consume?: string;
  readonly key?: string | readonly string[];
  readonly poll?: string;
  readonly watermark?: { readonly column: string; readonly initial: string };
  readonly each?: 'row' | 'poll';
}

export interface SqlSendConfig extends DatabaseConfig {
  readonly statement: string;
  readonly each?: string;
}

export const defaults = { deadline: '30s', poll: '10s', each: 'row' } as const;

/** Milliseconds of a duration that its schema has checked. */
export const milliseconds = (text: string): number => parseDuration(text) ?? 0;

const text = (description: string): JsonSchema => ({ type: 'string', minLength: 1, description });
const duration = (description: string, standard: string): JsonSchema => {
  return { type: 'string', pattern: durationPattern, default: standard, description };
};

const database: Readonly<Record<string, JsonSchema>> = {
  database: {
    description:
      'The database: sqlite:<path, relative to the solution>, or postgres://user:password@host:5432/name, better as { secret: NAME }',
    anyOf: [
      { type: 'string', pattern: '^(sqlite:.+|postgres(ql)?://.+)$' },
      {
        type: 'object',
        required: ['secret'],
        properties: { secret: { type: 'string', description: 'The name of the secret that holds it' } },
        additionalProperties: false,
      },
    ],
  },
  deadline: duration('How long one statement may take before it is broken off', defaults.deadline),
};

export const receiveSchema: JsonSchema = {
  type: 'object',
  required: ['database', 'query'],
  properties: {
    ...database,
    query: text(
      'What selects the rows that are to be taken. On PostgreSQL end it with FOR UPDATE SKIP LOCKED, and with LIMIT on every database',
    ),
    consume: text(
      'What is done for each row once it is durable, in the transaction of the query, so that it is not selected again; :name is its column. Without it, rows are told apart by their key alone, or passed by `watermark`',
    ),
    key: {
      description: 'The column or columns that identify a row: the same row a second time is a duplicate',
      anyOf: [{ type: 'string' }, { type: 'array', minItems: 1, items: { type: 'string' } }],
    },
    poll: duration('How often to look', defaults.poll),
    watermark: {
      type: 'object',
      description:
        'How far the table was read, for tables whose rows cannot be consumed: the query selects what is beyond :watermark, ordered by its column, as WHERE changed > :watermark ORDER BY changed. It is kept in the MessageBox in one commit with the messages, over restarts and by all hosts (guildhall watermark)',
      properties: {
        column: text('The column whose value in the last row is the watermark'),
        initial: text('What :watermark is where there is none yet, as 2026-01-01 or 0'),
      },
      required: ['column', 'initial'],
      additionalProperties: false,
    },
    each: {
      enum: ['row', 'poll'],
      default: defaults.each,
      description: 'Whether each row becomes a message (a JSON object), or all of a look one (a JSON array)',
    },
  },
};

export const sendSchema: JsonSchema = {
  type: 'object',
  required: ['database', 'statement'],
  properties: {
    ...database,
    statement: text(
      'What is done with a message, such as INSERT, or CALL of a procedure; :name is a field of its JSON body, :a.b one within, :message_id its id and :idempotency_key its key. A two-way port gives the rows back as a JSON array',
    ),
    each: text(
      'The field that holds a list, or . for a body that is one: the statement is done for each item, all in one transaction',
    ),
  },
};
