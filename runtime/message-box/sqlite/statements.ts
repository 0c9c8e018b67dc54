/** Small things that several tables need of SQLite. */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

export function latestSeq(database: DatabaseSync, table: string): number {
  return Number(database.prepare(`SELECT coalesce(max(seq), 0) AS seq FROM ${table}`).get()!['seq']);
}

/** Updates of a table by seq, one prepared statement for each set of columns. A column's value is `?` or what `as` says. */
export function createUpdate(database: DatabaseSync, table: string, as: Readonly<Record<string, string>> = {}) {
  const prepared = new Map<string, StatementSync>();
  return (seq: number, change: object): void => {
    const columns = Object.keys(change);
    const key = columns.join();
    let statement = prepared.get(key);
    if (!statement) {
      statement = database.prepare(
        `UPDATE ${table} SET ${columns.map((name) => `${name} = ${as[name] ?? '?'}`).join(', ')} WHERE seq = ?`,
      );
      prepared.set(key, statement);
    }
    statement.run(...(Object.values(change) as SQLInputValue[]), seq);
  };
}
