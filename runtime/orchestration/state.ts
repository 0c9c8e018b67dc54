/** The state of an instance: plain JSON. Threads of control are stacks of frames; a frame is a place in a block. */

import type { Scalar } from '../contracts/message.ts';
import type { Instance, InstanceFailure } from '../contracts/orchestration.ts';

export interface State {
  /** The next id is `<instance>/<next>`. */
  next: number;
  /** Logical message name to the message it now holds. */
  messages: Record<string, Reference>;
  variables: Record<string, unknown>;
  /** Initialised correlation sets: property to value. */
  correlations: Record<string, Record<string, Scalar>>;
  /** Open subscriptions by await key: the id of their command. */
  awaits: Record<string, string>;
  /** Arrived and not yet taken, oldest first. */
  inbox: Held[];
  /** Deliveries of a message that another subscription of this instance brought already: `<await id> <message id>`. */
  doubles: string[];
  /** Convoys that no later receive can take from. */
  closed?: string[];
  /** Unanswered messages of two-way receive ports by logical port. */
  requests: Record<string, string>;
  /** The first is the main one; each other has been branched off by a parallel or a for-each of its parent. */
  threads: Thread[];
}

export interface Reference {
  readonly id: string;
  readonly type: string;
}

export interface Held extends Reference {
  readonly port: string;
  /** Keys of the awaits that it satisfies. */
  readonly keys: readonly string[];
}

export interface Thread {
  /** Absent: the main one. */
  readonly id?: string;
  /** Of a branch: the thread that waits for it; null is the main one. */
  readonly parent?: string | null;
  /** Why it stands still until the instance is resumed. */
  failed?: InstanceFailure | undefined;
  frames: Frame[];
  wait?: Wait | undefined;
  /** What ended the last wait, until the shape that waited has seen it. */
  woken?: Waited | undefined;
}

/** Waits for the first of these. */
export interface Wait {
  readonly for: readonly Waited[];
}

/** `id`: an await key, a timer, a send that is answered or delivered, or the thread itself, whose branches are waited for. `branch`: of a listen. */
export interface Waited {
  readonly kind: 'message' | 'timer' | 'answer' | 'delivery' | 'task' | 'branches';
  readonly id: string;
  readonly branch: number;
}

/** A place in a block. The frame below stands at the shape that holds the block. */
export interface Frame {
  readonly block: string;
  index: number;
  /** Of a scope: which one, and whether an error in it may still be caught by it. */
  readonly scope?: ScopeFrame;
  /** Of a for-each: what this round is for, and what is still to come. */
  readonly item?: { readonly name: string; readonly value: unknown; readonly rest: readonly unknown[] };
  /** Of a `finally` on the way of an error: it is thrown on at the end. */
  readonly thrown?: Thrown;
  /** Scopes that completed within, in order of completion. Only the root, scopes and compensations have it. */
  completed?: Completed[];
  /** Messages whose delivery is waited for at the end of the block. */
  deliveries?: readonly Expected[];
  /** The error that a catch block handles. */
  readonly error?: Failure;
  /** Messages as a compensated scope made them; they hide the current ones, and what takes their place hides it too. */
  view?: Record<string, Reference>;
  /** Other messages as they were when it completed; what takes the place of one is for all to see. */
  past?: Record<string, Reference>;
  /** Items of for-eachs that it stood in, by name. */
  readonly items?: Readonly<Record<string, unknown>>;
  /** Compensation under way: what is still to be undone, next one first; `then` is thrown on when all is done. */
  readonly undoing?: Undoing;
}

export interface Undoing {
  readonly queue: Completed[];
  readonly then?: Failure;
  /** As of what is thrown. */
  readonly depth?: number;
  /** The frame below goes on from where it stands. */
  readonly below?: true;
}

export interface ScopeFrame {
  readonly id: string;
  readonly caught: boolean;
  /** The timer of its time limit. */
  readonly timer?: string;
}

/** An error on its way: only scopes at or below this depth of the thread may catch it. */
export interface Thrown {
  readonly failure: Failure;
  readonly depth?: number;
}

/** A message on its way, by the id of its send; or what has become of it, until that is thrown. */
export interface Expected {
  readonly id: string;
  /** The logical port. */
  readonly port: string;
  /** The place of the send. */
  readonly shape: string;
  readonly failure?: Failure;
}

/** A scope that completed: may be compensated once. */
export interface Completed {
  readonly scope: string;
  readonly nested: Completed[];
  /** The messages that it made. */
  readonly saved: Readonly<Record<string, Reference>>;
  /** Other messages that its compensation looks at. */
  readonly past?: Readonly<Record<string, Reference>>;
  /** Items of for-eachs that it stood in, by name. */
  readonly items?: Readonly<Record<string, unknown>>;
  /** It has not completed but was broken off: its `finally` is to be done. */
  readonly brokenOff?: true;
}

/** An error inside an orchestration: `error` in expressions. */
export interface Failure {
  readonly name: string;
  readonly code: string;
  readonly reason: string;
  readonly detail?: unknown;
  /** The name by which the far end refused it, where `name` is another. */
  readonly fault?: string;
  /** The logical port whose request or delivery failed. */
  readonly port?: string;
}

export type Status = Instance['status'];
export type { InstanceFailure };

/** Ids of all messages that the state refers to, each once. */
export function messagesOf(state: State): string[] {
  const ids = new Set<string>(Object.values(state.requests));
  const add = (refs: Readonly<Record<string, Reference>>) => {
    for (const { id } of Object.values(refs)) ids.add(id);
  };
  const addCompleted = (completed: readonly Completed[]): void => {
    for (const { saved, past = {}, nested } of completed) {
      add(saved);
      add(past);
      addCompleted(nested);
    }
  };
  add(state.messages);
  for (const { id } of state.inbox) ids.add(id);
  for (const { completed, view = {}, past = {}, undoing } of state.threads.flatMap(({ frames }) => frames)) {
    addCompleted([...(completed ?? []), ...(undoing?.queue ?? [])]);
    add(view);
    add(past);
  }
  return [...ids];
}
