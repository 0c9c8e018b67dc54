/** A checked and bound solution: what a host runs. */

import type { Adapter } from './adapter.ts';
import type { BatchPolicy } from './batch.ts';
import type { Calendar } from './calendar.ts';
import type { DynamicPolicy } from './dynamic.ts';
import type { CompiledExpression } from './expression.ts';
import type { Limit } from './limiter.ts';
import type { MapProgram } from './map.ts';
import type { Definition } from './message-box.ts';
import type { Migration, Program } from './orchestration.ts';
import type { Parties } from './party.ts';
import type { Pipeline } from './pipeline.ts';
import type { Order, Predicate } from './routing.ts';
import type { SchemaSet } from './schema.ts';
import type { ThrottlePolicy } from './throttle.ts';

export interface Deployment {
  readonly definition: Definition;
  readonly organisation: string;
  readonly schemas: SchemaSet;
  /** Port names are unique in a solution. */
  readonly receivePorts: readonly BoundReceivePort[];
  readonly sendPorts: readonly BoundSendPort[];
  readonly sendPortGroups: readonly BoundSendPortGroup[];
  readonly orchestrations: readonly BoundOrchestration[];
  /** Whom messages may come from; absent where none are declared. */
  readonly parties?: Parties;
  /** When receive locations take in less; never, unless told. */
  readonly throttle?: ThrottlePolicy;
  /** The applications that a host runs, by its name; a host that is not named runs all. */
  readonly hosts?: ReadonlyMap<string, readonly string[]>;
  /** Absolute path of a path that is relative to the solution's folder. */
  readonly resolvePath: (path: string) => string;
  readonly secret: (name: string) => string;
}

export interface BoundReceivePort {
  readonly name: string;
  readonly application: string;
  /** Two-way: the message type of the answer, and how long (ms) a caller waits for it. */
  readonly response?: { readonly types: readonly string[]; readonly timeout: number };
  /** Inbound maps by source message type. */
  readonly maps: ReadonlyMap<string, MapProgram>;
  readonly locations: readonly BoundLocation[];
  /** A receipt that fails goes to whoever takes failed messages. */
  readonly routeFailed: boolean;
}

export interface BoundLocation {
  readonly name: string;
  readonly adapter: Adapter;
  readonly config: unknown;
  readonly pipeline: Pipeline;
  /** For the answer. */
  readonly responsePipeline: Pipeline;
  /** The message types that may come in here. */
  readonly expected: readonly string[];
  /** In place of them, where a property of what came tells which: its values to message types. */
  readonly expectedBy?: { readonly property: string; readonly types: ReadonlyMap<string, readonly string[]> };
  readonly dedupe: DedupePolicy;
  /** When it receives; always unless told. */
  readonly window?: Calendar;
  /** That something must come in on every day of its calendar. */
  readonly expect?: Expectation;
  /** It receives only while another location of the port fails. */
  readonly standby?: StandbyPolicy;
  /** From 1 to 10: what comes in here goes before what is less urgent. */
  readonly priority?: number;
}

/** On each worked day of the calendar something must have come by a time of day, or it is overdue. */
export interface Expectation {
  readonly calendar: Calendar;
  /** Seconds of the day on the calendar's wall clock. */
  readonly by: number;
  /** How long (ms) before that it may have come. */
  readonly within: number;
}

export interface BoundSendPort {
  readonly name: string;
  readonly application: string;
  readonly adapter: Adapter;
  readonly config: unknown;
  /** Each message decides the address: `config` then holds one that is only an example. */
  readonly dynamic?: DynamicPolicy;
  readonly pipeline: Pipeline;
  /** For the answer of a two-way port. */
  readonly responsePipeline: Pipeline;
  /** The message types that an answer may have; empty for a one-way port. */
  readonly responses: readonly string[];
  /** In place of them, where a property of the answer tells which: its values to message types. */
  readonly responsesBy?: { readonly property: string; readonly types: ReadonlyMap<string, readonly string[]> };
  /** Outbound maps by source message type. */
  readonly maps: ReadonlyMap<string, MapProgram>;
  /** What it subscribes to beyond messages addressed to it. */
  readonly filter: Predicate;
  /** Messages go out in the order of publishing. */
  readonly order?: Order;
  /** Messages are gathered, and go out as one. */
  readonly batch?: BatchPolicy;
  readonly retry: RetryPolicy;
  /** The send port that takes over when all attempts have failed. */
  readonly backup: string | undefined;
  /** A hard deadline (ms) around every call of the adapter. */
  readonly timeout: number;
  /** Deliveries that one host handles at a time. */
  readonly concurrent: number;
  /** What the far end can bear, as far as it is said. */
  readonly limit?: Limit;
  /** Answers that are errors although the transport reported success, tried in order. */
  /** Over the answer: its `faults`, then its `success`. */
  readonly faults: readonly FaultRule[];
  /** Over what went wrong: they say what it is called, and whether it is worth trying again. */
  readonly failures?: readonly FaultRule[];
  /** When it may send; always unless told. */
  readonly window?: Calendar;
  readonly breaker?: BreakerPolicy;
  /** What becomes of each message is published, for whoever wants to know. */
  readonly acknowledge?: boolean;
  /** A message that it gives up goes to whoever takes failed messages. */
  readonly routeFailed: boolean;
}

/** What is addressed to it, and what its filter takes, goes to each of its members by a subscription of its own. */
export interface BoundSendPortGroup {
  readonly name: string;
  readonly application: string;
  /** Names of send ports. */
  readonly members: readonly string[];
  readonly filter: Predicate;
}

/** What identifies a receipt, whichever location of the port it comes in by. */
export interface DedupePolicy {
  /** Promoted properties whose values together are the key. */
  readonly properties: readonly string[];
  /** In place of them: over the properties and the document, `body`. Null: not compared. */
  readonly key?: CompiledExpression;
  /** For so long (ms) a receipt counts as one that has been; without it, for as long as the bus keeps keys. */
  readonly window?: number;
}

/** When a location takes over for another one of its port. */
export interface StandbyPolicy {
  /** The location that it stands by for. */
  readonly primary: string;
  /** For so long (ms) the primary has failed without a break. */
  readonly after: number;
  /** It closes once the primary works again; else it stays until the host is started anew. */
  readonly returns: boolean;
  /** Never both at a time. */
  readonly exclusive: boolean;
}

/** After so many transient failures in a row nothing is sent for `pause` ms; then one send tries. */
export interface BreakerPolicy {
  readonly failures: number;
  readonly pause: number;
}

/** Delay before attempt n+1 is first * factor^(n-1), at most max, plus or minus jitter; all in ms. */
export interface RetryPolicy {
  /** Attempts in all; 1 means no retry. */
  readonly attempts: number;
  readonly first: number;
  readonly factor: number;
  readonly max: number;
}

export interface FaultRule {
  /** Over `response`, the answer's document, or over `error`: what went wrong, with name, code, reason and detail. */
  readonly when: CompiledExpression;
  /** What `when` gives where this is the error: false for what must hold. */
  readonly means: boolean;
  /** The name to catch it by. */
  readonly error: string;
  /** Whether it is worth trying again; an expression over the same. */
  readonly retry: boolean | CompiledExpression;
  /** Of a failure: the far end has done the work all the same, so the message counts as sent. */
  readonly done?: boolean;
  /** A text for people, over the same. */
  readonly reason: CompiledExpression | undefined;
}

export interface BoundOrchestration {
  readonly application: string;
  readonly program: Program;
  /** Logical port to the physical one. */
  readonly ports: ReadonlyMap<string, PhysicalPort>;
  /** How instances of earlier versions come to this one. */
  readonly migrations?: readonly Migration[];
}

export interface PhysicalPort {
  /** `called`: nothing comes in there but what other orchestrations start it with. */
  readonly kind: 'receive' | 'send' | 'called';
  readonly name: string;
}
