/** A solution under check: what was written, what of it could be compiled, and what stands in for the rest. */
import type { Adapter } from '../contracts/adapter.ts';
import type { LookupTables, WorkLimit } from '../contracts/expression.ts';
import type { MapProgram } from '../contracts/map.ts';
import type { LogicalPort, Migration, Program } from '../contracts/orchestration.ts';
import type { Parties } from '../contracts/party.ts';
import type { Pipeline } from '../contracts/pipeline.ts';
import type { SchemaSet } from '../contracts/schema.ts';
import type { SolutionFiles } from './find.ts';
import type { Loaded, LoadedFile } from './load.ts';
import type { WrittenPorts } from './ports.ts';
import type { ServedLocation } from './served.ts';
import type { PortUse } from './sketch.ts';

export interface Model {
  readonly files: SolutionFiles;
  readonly loaded: Loaded;
  readonly adapters: ReadonlyMap<string, Adapter>;
  readonly ports: WrittenPorts;
  /** Every declared message type can be found; one whose own file is wrong stands for anything. */
  readonly schemas: SchemaSet;
  readonly parties: Parties | undefined;
  readonly lookups: LookupTables;
  /** Of each evaluation of an expression and each run of a map. */
  readonly limit: WorkLimit;
  /** By name; `undefined` for one that is declared but could not be compiled. */
  readonly pipelines: ReadonlyMap<string, Pipeline | undefined>;
  readonly maps: ReadonlyMap<string, KnownMap>;
  readonly orchestrations: readonly KnownOrchestration[];
  /** What locations serve by HTTP, by `port/location`; of those whose transport tells. */
  readonly served: ReadonlyMap<string, ServedLocation>;
  /** Promoted properties by message type. */
  readonly promoted: ReadonlyMap<string, readonly string[]>;
}

export interface KnownMap {
  readonly name: string;
  readonly sources: readonly string[];
  readonly target: string | undefined;
  readonly program: MapProgram | undefined;
}

export interface KnownOrchestration {
  readonly name: string;
  readonly file: LoadedFile;
  readonly program: Program | undefined;
  readonly ports: ReadonlyMap<string, LogicalPort>;
  readonly uses: readonly PortUse[];
  readonly migrations: readonly Migration[];
}
