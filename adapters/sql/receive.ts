/**
 * Polls a table: selects rows, submits them, and consumes them in the same transaction once they are durable. A crash in
 * between leaves the rows as they were; their key tells that they have been seen. Rows of a table that is only read are passed by
 * a watermark, which moves in the commit that publishes them.
 */
import { createHash } from 'node:crypto';
import type { AdapterContext, Incoming, ReceiveLocation, Submit } from '../../runtime/contracts/adapter.ts';
import { type Property, partOf } from '../../runtime/contracts/message.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { defaults, milliseconds, type SqlReceiveConfig } from './config.ts';
import { type Database, openDatabase, type Row } from './database.ts';
import { sqlFailure } from './failure.ts';
import { valueAt } from './parameters.ts';

/** The parameter of the query. */
export const WATERMARK = 'watermark';

export function pollTable(config: SqlReceiveConfig, context: AdapterContext): ReceiveLocation {
  const { poll, each, watermark } = { ...defaults, ...config };
  const columns = config.key === undefined ? undefined : [config.key].flat();

  async function run(submit: Submit, signal: AbortSignal): Promise<void> {
    let database: Database | undefined;
    try {
      database = await openDatabase(config, context);
      while (!signal.aborted) {
        const found = await look(database, submit, signal);
        // Where something was done with, there may be more.
        if (!found) await context.clock.sleep(milliseconds(poll), signal);
      }
    } catch (thrown) {
      if (!signal.aborted) throw sqlFailure(thrown, database?.endpoint ?? context.name);
    } finally {
      await database?.close();
    }
  }

  /** Whether the next look gives other rows. */
  async function look(database: Database, submit: Submit, signal: AbortSignal): Promise<boolean> {
    const from = watermark && (await context.watermark?.());
    return database.transaction(async () => {
      const rows = await database.run(config.query, () => (watermark ? (from ?? watermark.initial) : null));
      if (rows.length === 0) return false;
      const batch = each === 'row' ? rows.map((row) => incomingOf(row, keyOf([row]))) : [incomingOf(rows, keyOf(rows))];
      const to = watermark && reachedBy(rows.at(-1)!, watermark.column, database.endpoint);
      await submit(batch, signal, ...(to === undefined || to === from ? [] : [{ from, to }]));
      for (const row of config.consume === undefined ? [] : rows) {
        await database.run(config.consume!, (name) => valueAt(row, name));
      }
      return config.consume !== undefined || (to !== undefined && to !== from);
    });
  }

  /** Without a key, a row that is consumed may come again after a crash; one that is not is known by its content. */
  function keyOf(rows: readonly Row[]): string | undefined {
    if (columns === undefined && (config.consume !== undefined || watermark)) return undefined;
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

/** Throws BusError ADAPTER_CONFIG where the rows have no such column, or nothing in it. */
function reachedBy(row: Row, column: string, name: string): string {
  const value = valueAt(row, column);
  if (value !== null) return String(value);
  throw busError('ADAPTER_CONFIG', { name, reason: `its query gives no ${column}, which is to be the watermark` });
}
