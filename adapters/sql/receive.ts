/**
 * Polls a table: selects rows, submits them, and consumes them in the same transaction once they are durable. A crash in
 * between leaves the rows as they were; their key tells that they have been seen.
 */
import { createHash } from 'node:crypto';
import type { AdapterContext, Incoming, ReceiveLocation, Submit } from '../../runtime/contracts/adapter.ts';
import { type Property, partOf } from '../../runtime/contracts/message.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { defaults, milliseconds, type SqlReceiveConfig } from './config.ts';
import { type Database, openDatabase, type Row } from './database.ts';
import { sqlFailure } from './failure.ts';
import { valueAt } from './parameters.ts';

const NOTHING = () => null;

export function pollTable(config: SqlReceiveConfig, context: AdapterContext): ReceiveLocation {
  const { poll, each } = { ...defaults, ...config };
  const columns = config.key === undefined ? undefined : [config.key].flat();

  async function run(submit: Submit, signal: AbortSignal): Promise<void> {
    let database: Database | undefined;
    try {
      database = await openDatabase(config, context);
      while (!signal.aborted) {
        const found = await look(database, submit, signal);
        // Where there was something, there may be more.
        if (found === 0 || config.consume === undefined) await context.clock.sleep(milliseconds(poll), signal);
      }
    } catch (thrown) {
      if (!signal.aborted) throw sqlFailure(thrown, database?.endpoint ?? context.name);
    } finally {
      await database?.close();
    }
  }

  function look(database: Database, submit: Submit, signal: AbortSignal): Promise<number> {
    return database.transaction(async () => {
      const rows = await database.run(config.query, NOTHING);
      if (rows.length === 0) return 0;
      const batch = each === 'row' ? rows.map((row) => incomingOf(row, keyOf([row]))) : [incomingOf(rows, keyOf(rows))];
      await submit(batch, signal);
      for (const row of config.consume === undefined ? [] : rows) {
        await database.run(config.consume!, (name) => valueAt(row, name));
      }
      return rows.length;
    });
  }

  /** Without a key, a row that is consumed may come again after a crash; one that is not is known by its content. */
  function keyOf(rows: readonly Row[]): string | undefined {
    if (columns === undefined && config.consume !== undefined) return undefined;
    const values = rows.map((row) => (columns === undefined ? row : columns.map((column) => valueAt(row, column))));
    return createHash('sha256').update(JSON.stringify(values)).digest('hex');
  }

  function incomingOf(document: unknown, key: string | undefined): Incoming {
    const bytes = new TextEncoder().encode(JSON.stringify(document));
    const name: [string, Property] = [BUS.sourceName, { value: context.name, promoted: false }];
    return {
      parts: [partOf(bytes, 'application/json')],
      context: new Map([name]),
      ...(key === undefined ? {} : { key }),
    };
  }

  return { run };
}
