/** What shapes are compiled with: reads their parts, reports what is wrong at its place, and goes on. */
import type { JsonSchema } from '../contracts/adapter.ts';
import type { Calendar } from '../contracts/calendar.ts';
import type { MapProgram } from '../contracts/map.ts';
import type { Activation, Call } from '../contracts/orchestration.ts';
import type { Predicate } from '../contracts/routing.ts';
import type { RuleTable } from '../contracts/rules.ts';
import type { LogicalType } from '../contracts/schema.ts';
import type { Path } from '../contracts/source.ts';
import type { ErrorCode } from '../errors/catalog.ts';
import type { FindingOptions } from '../errors/finding.ts';
import type { Plain } from './plain.ts';
import type { Awaited, Formula } from './program.ts';

export type Values = Readonly<Record<string, string | number | undefined>>;

export interface Compiler {
  readonly messages: ReadonlyMap<string, string>;
  readonly correlations: ReadonlyMap<string, readonly string[]>;
  readonly variables: ReadonlyMap<string, LogicalType>;
  readonly maps: ReadonlyMap<string, MapProgram>;
  report(code: ErrorCode, path: Path, values?: Values, options?: FindingOptions & { part?: 'key' }): void;
  /** The value as a mapping that the schema allows: unknown and missing keys are reported. */
  mapping(value: unknown, path: Path, schema: JsonSchema, what: string): Plain | undefined;
  list(value: unknown, path: Path): readonly unknown[];
  text(value: unknown, path: Path): string | undefined;
  /** One text or several. */
  texts(value: unknown, path: Path): readonly Named[];
  /** A declared logical message. */
  message(value: unknown, path: Path): string | undefined;
  typeOf(message: string | undefined): string;
  /** Declared correlation sets. */
  sets(value: unknown, path: Path): readonly string[];
  /** Whether the message's type promotes all properties of a set. */
  promotes(set: string, message: string): 'yes' | 'no' | 'unknown';
  /** Reports correlation sets whose properties the message does not promote. */
  checkCorrelated(sets: readonly string[], message: string | undefined, path: Path): void;
  /** A message from which a set takes its values. */
  addSource(set: string, message: string): void;
  duration(value: unknown, path: Path): number | undefined;
  /** By which working days are counted; reported where there is none. */
  calendar(path: Path): Calendar | undefined;
  formula(value: unknown, path: Path, expected?: LogicalType): Formula | undefined;
  /** A decision table; reported where there is none. */
  table(value: unknown, path: Path): RuleTable | undefined;
  predicate(value: unknown, path: Path): Predicate | undefined;
  /** Compiles steps; gives the block's id. In a handler's, `error` is a name. */
  block(value: unknown, path: Path, where?: 'handler'): string;
  inHandler(): boolean;
  /** While it compiles, expressions know one more name. */
  naming<T>(name: string, type: LogicalType, path: Path, compile: () => T): T;
  /** Declares a use of a logical port. */
  port(value: unknown, path: Path, use: PortUse): string;
  /** What a handler catches, for checking its port. */
  caught(error: string, path: Path): void;
  /** Another orchestration that is started with a message of a type. */
  called(call: Call): void;
  /** A receive that starts instances, and the sets that it initialises. */
  activation(activation: Activation, initialises: readonly string[], path: Path): void;
  /** A scope's name that a step refers to. */
  scopeUsed(name: string, path: Path): void;
  /** Declares that messages are awaited; gives the key. */
  awaits(awaited: Awaited): string;
  /** The type of a field of a logical message, `any` where nothing is known; undefined and reported where there is none. */
  fieldType(message: string, fields: readonly string[], path: Path): LogicalType | undefined;
}

export interface Named {
  readonly name: string;
  readonly path: Path;
}

export interface PortUse {
  readonly as: 'receive' | 'send' | 'request';
  readonly receives?: string | undefined;
  readonly sends?: string | undefined;
}
