/** Adapters: one per transport. They speak a protocol and know nothing of schemas, routing or retries. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LookupFunction } from 'node:net';
import type { Clock, NewId } from './clock.ts';
import type { DynamicSend } from './dynamic.ts';
import type { BusError } from './errors.ts';
import type { BusEvent } from './events.ts';
import type { Finding, FindingInConfig, Location } from './finding.ts';
import type { Message } from './message.ts';
import type { ReplayCache } from './replays.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Adapter<C = unknown> {
  /** The value of `transport:` in config/. */
  readonly name: string;
  readonly summary: string;
  /** Options of a receive location; absent for an adapter that only sends. Every option has description and, if any, default. */
  readonly receiveConfig?: JsonSchema;
  /** Options of a send port; absent for an adapter that only receives. */
  readonly sendConfig?: JsonSchema;
  readonly examples: readonly AdapterExample<C>[];
  /**
   * True where two hosts that receive from the same place would get in each other's way (a folder, a clock): then each of its
   * receive locations runs on one host at a time. Brokers and listeners share by themselves.
   */
  readonly exclusive?: boolean;
  /** Where that is so of some locations only, at which nobody waits: whether it is so of one with these options. Pure. */
  exclusiveWith?(config: C): boolean;
  /**
   * True where callers wait at its receive locations: while the bus is behind, `submit` rejects with BUS_BUSY (transient, with
   * `retryAfter`) and they are told to come again. All others are stopped meanwhile, so that what comes waits at its source.
   */
  readonly callers?: boolean;
  /** What each message may decide of a send port; absent: nothing. */
  readonly dynamic?: DynamicSend;
  /** What only code can find wrong with options that satisfy the schema. Pure: no network, disk, clock or secrets. */
  check(config: C, direction: Direction): readonly FindingInConfig[];
  /**
   * What a receive location with these options serves by HTTP; absent: what an option `path` says, by all methods. Pure: `read`
   * gives the text of a file of the solution. The options need not satisfy the schema.
   */
  serves?(config: C, read: (path: string) => string | undefined): Served;
  /**
   * The contract that a send port with these options calls by; undefined where there is none. Pure, and of options that need not satisfy
   * the schema, as `serves`.
   */
  calls?(config: C, read: (path: string) => string | undefined): CalledContract | undefined;
  receive?(config: C, context: AdapterContext): ReceiveLocation;
  send?(config: C, context: AdapterContext): SendPort;
}

export type Direction = 'receive' | 'send';

export interface Served {
  readonly routes: readonly HttpRoute[];
  /** Where what it serves is written in a contract, such as an OpenAPI document. */
  readonly contract?: ServedContract;
}

export interface ServedContract {
  /** The property by whose value messages tell their operation; promoted. */
  readonly property: string;
  /** Further properties that its messages may carry, as rest.path.id. */
  readonly carried: readonly string[];
  readonly operations: readonly ServedOperation[];
  /** What is wrong with the contract, or with the options that are about it. */
  readonly findings: readonly (FindingInConfig | Finding)[];
}

export interface CalledContract {
  /** The property by whose value answers tell their operation. */
  readonly property: string;
  /** `response`: the type of its answers, which need not exist. */
  readonly operations: readonly { readonly name: string; readonly response: string }[];
  /** What is wrong with the contract, or with the options that are about it. */
  readonly findings: readonly (FindingInConfig | Finding)[];
}

export interface ServedOperation {
  readonly name: string;
  /** Message types that need not exist. */
  readonly request: string;
  readonly response: string;
  /** Its caller waits for an answer with content, where the port is two-way. */
  readonly answers: boolean;
  /** Message types of further answers, and the options that name them. */
  readonly others: readonly { readonly type: string; readonly option: readonly string[] }[];
  readonly locate: () => Location;
}

export interface HttpRoute {
  /** With `{name}` for a parameter. */
  readonly path: string;
  readonly methods: readonly string[];
  /** The option that says so, such as `path`. */
  readonly option: string;
}

export interface AdapterExample<C = unknown> {
  readonly title: string;
  readonly direction: Direction;
  readonly config: C;
}

export interface ReceiveLocation {
  /**
   * Runs until `signal` aborts (then resolves once nothing of it is under way), or rejects with BusError; the host backs
   * off and runs it again, so reconnecting within is optional. Called once at a time.
   */
  run(submit: Submit, signal: AbortSignal): Promise<void>;
}

/**
 * Hands over a batch, one submission per incoming, in order. Resolves once the batch is durable (accepted, recognised
 * as a duplicate, or suspended): only then may the source be acknowledged. Rejects: nothing was kept, leave it at the source.
 */
export type Submit = (
  batch: readonly Incoming[],
  signal: AbortSignal,
  watermark?: WatermarkMove,
) => Promise<readonly Submission[]>;

/**
 * How far the source has been read, kept in the same commit as the batch, which may then be empty. Where `from` is not where the
 * watermark is (an operator has set it, another host was quicker), nothing is kept, and `submit` rejects with WATERMARK_MOVED.
 */
export interface WatermarkMove {
  /** As `AdapterContext.watermark` gave it. */
  readonly from: string | undefined;
  readonly to: string;
}

/** What came from the far end, before any pipeline. */
export interface Incoming extends Pick<Message, 'parts' | 'context'> {
  /** The transport's own identity of this receipt (file identity, broker message id); a second receipt is a duplicate. */
  readonly key?: string;
}

export interface Submission {
  readonly messageId: string;
  /** `suspended`: kept, but it will not go on without an operator; a protocol with answers should answer with `error`. */
  readonly outcome: 'accepted' | 'duplicate' | 'suspended';
  /** Why it was suspended. */
  readonly error?: BusError;
  /**
   * Two-way ports only: the answer, as bytes for the wire. Rejects with BusError RESPONSE_TIMEOUT when it is late (the
   * message itself is safe), or with the BusError by which the process refused the request.
   */
  readonly response?: Promise<Message>;
  /**
   * Two-way ports only: the answer cannot be given to the caller. Resolves once it is kept, suspended with `error` as its reason, for
   * whoever looks into it; rejects when it could not be.
   */
  readonly keepAnswer?: (answer: Message, error: BusError) => Promise<void>;
}

export interface SendPort {
  /**
   * Resolves once the far end has accepted the message; a two-way port resolves with the answer. May be called
   * concurrently. Rejects with BusError: kind `transient` is retried, `message` suspended. The context carries
   * bus.idempotencyKey, the same on every attempt; hand it to the far end where the protocol can.
   */
  send(message: Message, signal: AbortSignal): Promise<Incoming | undefined>;
  /** Safe twice, safe if never used. */
  close(): Promise<void>;
}

export interface AdapterContext {
  /** The location's or port's name, for events, consumer tags and temporary names. */
  readonly name: string;
  /** The port expects an answer (receive: callers wait for one; send: the far end gives one). */
  readonly twoWay: boolean;
  readonly clock: Clock;
  readonly newId: NewId;
  /** The value of a secret; throws BusError kind `config` when it is not set. */
  readonly secret: (name: string) => string;
  readonly emit: (event: BusEvent) => void;
  /** Absolute path of a path that is relative to the solution's folder. */
  readonly resolvePath: (path: string) => string;
  /** How host names are to be looked up when it connects; absent: as the system does. It refuses names that lead where they must not. */
  readonly lookup?: LookupFunction;
  /**
   * How far the source was read, as the last `submit` that told it or an operator has it; undefined where nobody has. It outlives
   * the host. Absent where nothing is kept: at send ports and in trials.
   */
  readonly watermark?: () => Promise<string | undefined>;
  /** Remembers what callers may say once only; shared by all locations, and by all hosts where they have a Redis. */
  readonly replays: ReplayCache;
  /** The host's HTTP listener, shared by all locations. */
  readonly http: HttpListener;
}

export interface HttpListener {
  /** `http://127.0.0.1:8080`, known once listening. */
  readonly address: string;
  /**
   * Serves `path` and all below it until the returned function is called; `{name}` in it stands for anything but a slash. With
   * `methods`, other locations may serve other methods of the same path. Throws BusError when the path is taken.
   */
  mount(path: string, handler: HttpHandler, methods?: readonly string[]): () => void;
}

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void;
