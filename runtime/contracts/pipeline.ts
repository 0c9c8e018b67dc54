/** Pipelines: what happens to a message between an adapter and the MessageBox. */
import type { JsonSchema } from './adapter.ts';
import type { Instant, NewId } from './clock.ts';
import type { BusError } from './errors.ts';
import type { BusEvent } from './events.ts';
import type { FindingInConfig } from './finding.ts';
import type { Message, Part } from './message.ts';
import type { Parties } from './party.ts';
import type { SchemaSet } from './schema.ts';
import type { Path } from './source.ts';

export type Stage = 'decode' | 'disassemble' | 'validate' | 'resolve-party' | 'pre-assemble' | 'assemble' | 'encode';

/** One step of a pipeline; holds no state, so one component serves all messages, concurrently. */
export interface PipelineComponent<C = unknown> {
  readonly name: string;
  readonly summary: string;
  readonly stages: readonly Stage[];
  readonly config: JsonSchema;
  /** What only code can find wrong with options that satisfy `config`: pure. */
  check?(config: C): readonly FindingInConfig[];
  /** Fields of the document that the options name, which `guildhall check` holds against the schemas of what comes: pure. */
  fields?(config: C): readonly NamedField[];
  /** Properties that it promotes beside those of message types, so that filters may name them: pure. */
  promotes?(config: C): ReadonlyMap<string, PromotedFrom>;
  /**
   * Yields none (consumed), one, or many (disassembled); or resolves with the one, where one always gives one. Throws
   * BusError kind `message` to suspend the message.
   */
  execute(message: Message, config: C, context: PipelineContext): AsyncIterable<Message> | Promise<Message>;
}

/** A field as options of a component name it. */
export interface NamedField {
  readonly field: string;
  /** Where that stands in the options. */
  readonly path: Path;
  readonly part: 'key' | 'value';
  /** It must be one value: no list or object, nor in a list. */
  readonly single: boolean;
  /** Whether every message type that comes must have it, or some one of them. */
  readonly of: 'all' | 'any';
}

/** A place in the document, whose type the property has, or a kind of its own. */
export type PromotedFrom = { readonly field: string } | { readonly kind: 'string' | 'any' };

export interface PipelineContext {
  readonly schemas: SchemaSet;
  /** The message types that may come here, where the location or port says so; for formats that do not name themselves. */
  readonly expected: readonly string[];
  readonly newId: NewId;
  readonly signal: AbortSignal;
  /** The value of a secret; throws BusError when it is not set. Absent where nothing may be secret. */
  readonly secret?: (name: string) => string;
  /** Whom messages may come from. Absent where no parties are declared. */
  readonly parties?: Parties;
  /** Absolute path of one that is relative to the solution's folder. Absent where nothing may be written, as in tests of pipelines. */
  readonly resolvePath?: (path: string) => string;
  /** Absent where there is no clock, as in tests of pipelines. */
  readonly now?: () => Instant;
  /** Tells operators what a component passed over. */
  readonly emit?: (event: BusEvent) => void;
  /** Where the records of one receipt stand by themselves. Absent: one that cannot go on ends them all. */
  readonly records?: RecordSink;
}

/** Takes what becomes of single records, so that the others go on: recoverable interchange processing, in BizTalk's words. */
export interface RecordSink {
  /** Before a record is yielded: how it came, as a part that a pipeline could read by itself. Asked for only if it fails. */
  came(record: Message, part: () => Part): void;
  /** Records so far, whatever became of them. */
  readonly count: number;
  /**
   * A record that cannot go on. `since` is what `count` was before anything of it: records that came of it later than that, as those of
   * a file in an archive before the fault in it, have gone on by themselves. Resolves when the next may come: where all fail, they are
   * committed meanwhile.
   */
  failed(record: Message, error: BusError, since?: number): Promise<void>;
}

/** A pipeline as a port uses it: components in order, with their options. */
export interface Pipeline {
  readonly name: string;
  readonly steps: readonly PipelineStep[];
}

export interface PipelineStep {
  readonly component: PipelineComponent;
  readonly config: unknown;
}
