/** Does a statement for each message, in a transaction of its own. One connection, one message after the other. */
import type { AdapterContext, Incoming, SendPort } from '../../runtime/contracts/adapter.ts';
import { bytesOf, type Message, partOf } from '../../runtime/contracts/message.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { untilAborted } from '../shared/until-aborted.ts';
import type { SqlSendConfig } from './config.ts';
import { type Database, openDatabase, type Row } from './database.ts';
import { sqlFailure } from './failure.ts';
import { valueAt } from './parameters.ts';

export function runStatements(config: SqlSendConfig, context: AdapterContext): SendPort {
  let current: Promise<Database> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function usable(): Promise<Database> {
    const open = await current?.catch(() => undefined);
    if (open && !open.ended()) return open;
    current = openDatabase(config, context);
    return current;
  }

  async function send(message: Message, signal: AbortSignal): Promise<Incoming | undefined> {
    signal.throwIfAborted();
    const mine = last.then(() => carryOut(message, signal));
    last = mine.catch(() => {});
    return untilAborted(mine, signal);
  }

  async function carryOut(message: Message, signal: AbortSignal): Promise<Incoming | undefined> {
    signal.throwIfAborted();
    const items = await itemsOf(message);
    let database: Database | undefined;
    const stop = () => void database?.close();
    signal.addEventListener('abort', stop, { once: true });
    try {
      database = await usable();
      const open = database;
      const rows = await open.transaction(async () => {
        const found: Row[] = [];
        for (const item of items) found.push(...(await open.run(config.statement, valueIn(item, message))));
        return found;
      });
      return context.twoWay ? answerOf(rows) : undefined;
    } catch (thrown) {
      signal.throwIfAborted();
      throw sqlFailure(thrown, database?.endpoint ?? context.name);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async function itemsOf(message: Message): Promise<readonly unknown[]> {
    const document = parsed(Buffer.from(await bytesOf(message.parts[0])).toString('utf8'));
    if (config.each === undefined) return [document];
    const list = config.each === '.' ? document : valueAt(document, config.each);
    if (Array.isArray(list)) return list as unknown[];
    throw refused(`the message has no list at ${config.each}`);
  }

  function parsed(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      throw refused('the message is not JSON; let its pipeline make it that');
    }
  }

  const refused = (reason: string) => busError('ENDPOINT_REFUSED', { endpoint: context.name, reason });

  return {
    send,
    close: async () => {
      const open = await current?.catch(() => undefined);
      await open?.close();
    },
  };
}

const valueIn =
  (item: unknown, { id, context }: Message) =>
  (name: string) => {
    if (name === 'message_id') return id;
    if (name === 'idempotency_key') return context.get(BUS.idempotencyKey)?.value ?? id;
    return valueAt(item, name);
  };

function answerOf(rows: readonly Row[]): Incoming {
  const bytes = new TextEncoder().encode(JSON.stringify(rows));
  return { parts: [partOf(bytes, 'application/json')], context: new Map() };
}
