/** Orchestrations: a compiled program, a running instance, and the pure step between them. */
import type { Instant } from './clock.ts';
import type { EventData } from './events.ts';
import type { Message, Scalar } from './message.ts';
import type { Convoy, Predicate } from './routing.ts';
import type { Path } from './source.ts';

/** A compiled orchestrations/*.orchestration.yaml. What is not listed here is the interpreter's own. */
export interface Program {
  readonly name: string;
  /** The hash of the deployed solution that it was compiled from. */
  readonly version: string;
  /** Logical message name to message type. */
  readonly messages: ReadonlyMap<string, string>;
  /** What starts an instance: logical port, message type and what else must hold. */
  readonly activations: readonly Activation[];
  /** Other orchestrations that it starts. */
  readonly calls: readonly Call[];
  /** Every logical port, and how it is used. */
  readonly ports: ReadonlyMap<string, LogicalPort>;
  readonly late: LatePolicy;
  readonly body: readonly Shape[];
}

export interface Activation {
  readonly port: string;
  readonly messageType: string;
  readonly where?: Predicate;
  /** Later receives take messages of the same kind: which ones belong to one instance. */
  readonly convoy?: Convoy;
}

/** `path`: of the step in the orchestration's file. */
export interface Call {
  readonly orchestration: string;
  readonly type: string;
  readonly path: Path;
}

/** How instances of earlier versions of an orchestration come to this one. What is not listed here is the interpreter's own. */
export interface Migration {
  /** Its file, orchestrations/*.migrate.yaml. */
  readonly file: string;
  /** Beginnings of the hashes of the definitions that it leads away from; empty: any. */
  readonly from: readonly string[];
}

export interface LogicalPort {
  /** Message types that it takes in: bound to a receive port, or answers of a two-way send port. */
  readonly receives: readonly string[];
  /** Message types that go out: bound to a send port, or answers of a two-way receive port. */
  readonly sends: readonly string[];
  /** Some shape waits for the answer of a send. */
  readonly requests: boolean;
  /** Some shape waits until what it sends is delivered. */
  readonly notified?: true;
}

/** What becomes of a message that reaches an instance which has ended: parked (resumable), a new instance, or failed. */
export type LatePolicy = 'park' | 'new' | 'fail';

export interface Shape {
  readonly kind: string;
  readonly name: string;
  readonly line: number;
}

/** Plain JSON: exactly what dehydration stores. */
export interface Instance {
  readonly id: string;
  readonly program: string;
  readonly version: string;
  /** Under which its deliveries and timers are claimed. */
  readonly subscriber: string;
  /** The semantics it started under, for ever. */
  readonly interpreter: number;
  readonly status: 'running' | 'waiting' | 'suspended' | 'completed' | 'terminated';
  /** 1 at the first commit; commit refuses any but the next one. */
  readonly revision: number;
  readonly late: LatePolicy;
  /** Ids of the messages that the state refers to: the host loads them before each step. */
  readonly messages: readonly string[];
  /** Why it is suspended. */
  readonly failure?: InstanceFailure;
  readonly state: unknown;
}

export interface InstanceFailure {
  readonly code: string;
  readonly reason: string;
  /** The shape's name and its line in the orchestration's file. */
  readonly shape: string;
  readonly line: number;
}

/** A message with its logical document at hand. */
export type Loaded = Message & { readonly document: unknown };

/** The interpreter: no I/O, clock or randomness. The host carries out the commands and commits the step. */
export type Advance = (program: Program, instance: Instance, event: Event, loaded: ReadonlyMap<string, Loaded>) => Step;

export interface Step {
  readonly instance: Instance;
  readonly commands: readonly Command[];
}

export type Event = { readonly at: Instant } & (
  | { readonly kind: 'received'; readonly port: string; readonly message: Loaded; readonly await?: string }
  | { readonly kind: 'timer'; readonly id: string }
  /** The answer to the send command of that id. */
  | { readonly kind: 'responded'; readonly id: string; readonly message: Loaded }
  /** The send command of that id failed for good. `fault` is the name to catch it by. */
  | {
      readonly kind: 'refused';
      readonly id: string;
      readonly code: string;
      readonly fault?: string;
      readonly reason: string;
      readonly detail?: unknown;
    }
  /** The message of the send command of that id, whose `notify` asked for this, has reached its far end. */
  | { readonly kind: 'delivered'; readonly id: string }
  /** ... or its port has given it up. */
  | {
      readonly kind: 'undelivered';
      readonly id: string;
      readonly code: string;
      readonly fault?: string;
      readonly reason: string;
      readonly detail?: unknown;
    }
  | { readonly kind: 'resumed' }
  | { readonly kind: 'cancelled' }
);

/** Ids are unique within the instance and the same on every replay. */
export type Command = {
  readonly id: string;
} /** A message was constructed: the host writes it by its schema and keeps it under `message.id`. */ & (
  | { readonly kind: 'construct'; readonly message: Constructed }
  /**
   * Publish a copy of the message to the port. `respond`: an answer is awaited and comes back as an event with this id. `notify`:
   * so does what becomes of its delivery.
   */
  | {
      readonly kind: 'send';
      readonly port: string;
      readonly message: string;
      readonly type: string;
      readonly respond: boolean;
      readonly notify?: true;
      readonly properties: Readonly<Record<string, Scalar>>;
    }
  /** Starts another orchestration with a copy of the message. `respond`: as of a send. */
  | {
      readonly kind: 'start';
      readonly orchestration: string;
      readonly message: string;
      readonly type: string;
      readonly respond: boolean;
      readonly properties: Readonly<Record<string, Scalar>>;
    }
  /** A person of a role is to fill in a form, by `due` if it is given; the answer comes back as that to a send does. */
  | {
      readonly kind: 'task';
      readonly role: string;
      readonly title: string;
      /** The message type of the answer. */
      readonly form: string;
      /** The message that they see. */
      readonly show?: string;
      readonly due?: Instant;
    }
  | { readonly kind: 'cancel-task'; readonly task: string }
  /** Answer the message `request` that came through a two-way receive port. */
  | {
      readonly kind: 'reply';
      readonly port: string;
      readonly message: string;
      readonly type: string;
      readonly request: string;
    }
  /** Wait for a message of the type on the port with these property values. */
  | {
      readonly kind: 'await';
      readonly port: string;
      readonly messageType: string;
      readonly properties: Readonly<Record<string, Scalar>>;
      /** The convoy that the instance was started by brings these. */
      readonly convoy?: true;
    }
  /** From now on a message of the convoy's key starts an instance of its own. */
  | { readonly kind: 'close-convoy'; readonly group: string; readonly values: readonly Scalar[] }
  | { readonly kind: 'cancel-await'; readonly await: string }
  | { readonly kind: 'timer'; readonly at: Instant }
  | { readonly kind: 'cancel-timer'; readonly timer: string }
  /** A held message that nothing will take any more: it follows the late policy. */
  | { readonly kind: 'return'; readonly message: string }
  /** History: a shape was passed. */
  | { readonly kind: 'track'; readonly name: string; readonly shape: string; readonly data: EventData }
);

export interface Constructed {
  readonly id: string;
  readonly type: string;
  readonly document: unknown;
}

export interface Timer {
  readonly id: string;
  readonly instance: string;
  readonly at: Instant | 'cancelled';
}
