/** A declared way of instances from earlier versions of an orchestration to the one that it stands beside. */
import type { Migration } from '../../contracts/orchestration.ts';
import type { Formula } from '../program.ts';

export interface CompiledMigration extends Migration {
  /** A step of the earlier version, as `findStep` finds it, to the place of one of this version. */
  readonly positions: ReadonlyMap<string, string>;
  /** Variable to the value that it gets. */
  readonly variables: ReadonlyMap<string, Formula>;
  /** Correlation set to the values that its properties get. */
  readonly correlations: ReadonlyMap<string, ReadonlyMap<string, Formula>>;
}

/** The one that names the version that an instance has, otherwise one for all versions. */
export function migrationFrom(migrations: readonly Migration[], version: string): Migration | undefined {
  const named = migrations.find(({ from }) => from.some((each) => version.startsWith(each)));
  return named ?? migrations.find(({ from }) => from.length === 0);
}
