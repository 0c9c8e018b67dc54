/** A compiled orchestration as the interpreter sees it. Shapes address each other by blocks, so that a state is plain JSON. */
import type { Calendar } from '../contracts/calendar.ts';
import type { CompiledExpression } from '../contracts/expression.ts';
import type { Program, Shape } from '../contracts/orchestration.ts';
import type { CompiledSchema, LogicalType } from '../contracts/schema.ts';
import type { Path } from '../contracts/source.ts';

export interface CompiledProgram extends Program {
  /** Sequences of shapes by their place in the file, such as `body` or `body.2.scope.do`. */
  readonly blocks: ReadonlyMap<string, readonly CompiledShape[]>;
  /** Every shape by its place. */
  readonly shapes: ReadonlyMap<string, CompiledShape>;
  /** What receives wait for, by key: equal ones share one subscription. */
  readonly awaits: ReadonlyMap<string, Awaited>;
  /** The awaits that a shape or anything within it may need, by the shape's place. */
  readonly awaitsWithin: ReadonlyMap<string, ReadonlySet<string>>;
  /** The logical messages that a shape or anything within it makes or takes in, by the shape's place. */
  readonly makesWithin: ReadonlyMap<string, ReadonlySet<string>>;
  /** The logical messages that a scope's compensation looks at, by the scope's place. */
  readonly recalled: ReadonlyMap<string, ReadonlySet<string>>;
  /** The logical messages that a shape or anything within it looks at, by the shape's place. */
  readonly looksWithin: ReadonlyMap<string, ReadonlySet<string>>;
  /** The correlation sets that a shape or anything within it follows, by the shape's place. */
  readonly followsWithin: ReadonlyMap<string, ReadonlySet<string>>;
  /** What certainly exists where a step begins, by the step's place. */
  readonly known: ReadonlyMap<string, Known>;
  /** Correlation sets: their properties, and the messages that initialise them. */
  readonly correlations: ReadonlyMap<string, CorrelationSet>;
  /** Convoys by group. */
  readonly convoys: ReadonlyMap<string, ProgramConvoy>;
  readonly variables: ReadonlyMap<string, LogicalType>;
  /** By which working days are counted. */
  readonly calendar: Calendar | undefined;
  readonly schemas: ReadonlyMap<string, CompiledSchema>;
  /** Logical ports that receive: what is sent to them answers. */
  readonly receivePorts: ReadonlySet<string>;
}

/** What certainly exists at a place, whichever way led there: constructed messages and initialised correlation sets. */
export interface Known {
  readonly messages: ReadonlySet<string>;
  readonly sets: ReadonlySet<string>;
}

export interface CompiledShape extends Shape {
  readonly path: Path;
  /** Its place in the file. */
  readonly id: string;
  /** Blocks within it. */
  readonly blocks: readonly string[];
  /** Those of them that may still run while another of them does: a loop's body, a scope's handlers. */
  readonly later: readonly string[];
  /** Keys of the awaits that it takes messages from. */
  readonly awaits: readonly string[];
  /** Logical messages that it makes or takes in. */
  readonly makes: readonly string[];
}

export interface Awaited {
  readonly port: string;
  readonly type: string;
  readonly sets: readonly string[];
}

export interface ProgramConvoy {
  readonly sets: readonly string[];
  readonly properties: readonly string[];
  /** Of the awaits that it brings messages for. */
  readonly keys: ReadonlySet<string>;
}

export interface CorrelationSet {
  readonly properties: readonly string[];
  readonly sources: ReadonlySet<string>;
}

/** An expression with the messages and variables that it uses, and its place. */
export interface Formula {
  readonly expression: CompiledExpression;
  readonly names: readonly string[];
  readonly path: Path;
}

export const blockId = (path: Path): string => path.join('.');

export const awaitKey = ({ port, type, sets }: Awaited): string => `${port} ${type} ${[...sets].sort().join(',')}`;

/** The inbox key of the message that starts an instance. */
export const ACTIVATION = 'activation';
