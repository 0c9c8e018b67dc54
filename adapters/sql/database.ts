/** A database of either kind, as far as the adapter needs it: one connection, one transaction at a time. */
import type { AdapterContext } from '../../runtime/contracts/adapter.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { type DatabaseConfig, defaults, milliseconds } from './config.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';

export type Row = Readonly<Record<string, unknown>>;

export interface Database {
  readonly endpoint: string;
  /** Runs a statement with the values of its parameters; gives the rows, if it gives any. */
  run(statement: string, valueNamed: (name: string) => unknown): Promise<readonly Row[]>;
  /** Commits what `work` has done, or undoes it when that rejects. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /** Something has broken it: open another. */
  ended(): boolean;
  /** Breaks off what is under way. */
  close(): Promise<void>;
}

/** Rejects with what the database says. */
export async function openDatabase(config: DatabaseConfig, context: AdapterContext): Promise<Database> {
  const { database } = config;
  const address = typeof database === 'string' ? database : context.secret(database.secret);
  const deadline = milliseconds(config.deadline ?? defaults.deadline);
  if (address.startsWith('sqlite:'))
    return openSqlite(context.resolvePath(address.slice('sqlite:'.length)), deadline, context);
  if (/^postgres(ql)?:\/\//.test(address)) return openPostgres(address, deadline, context);
  const reason = 'its database is neither sqlite:<path> nor postgres://...';
  throw busError('ADAPTER_CONFIG', { name: context.name, reason });
}
