/** Every transport that this bus speaks, one line each. */
import type { Adapter } from '../runtime/contracts/adapter.ts';
import { amqp } from './amqp/adapter.ts';
import { file } from './file/adapter.ts';
import { redis } from './redis/adapter.ts';
import { rest } from './rest/adapter.ts';
import { sftp } from './sftp/adapter.ts';
import { soap } from './soap/adapter.ts';
import { sql } from './sql/adapter.ts';
import { timer } from './timer/adapter.ts';

export const adapters: readonly Adapter[] = [
  amqp as Adapter,
  file as Adapter,
  redis as Adapter,
  rest as Adapter,
  sftp as Adapter,
  soap as Adapter,
  sql as Adapter,
  timer as Adapter,
];
