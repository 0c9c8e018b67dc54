/**
 * Ownership: what must run once, however many hosts share a MessageBox, has one owner at a time. An owner holds a name for
 * a while and under a fence; a new owner gets a higher fence, and what an earlier one still commits is refused.
 */
import type { Instant } from './clock.ts';

export interface Own {
  /** Who asks: one run of a host, not its name, so that a host which was started again is another. */
  readonly host: string;
  readonly names: readonly string[];
  readonly now: Instant;
  /** How long the names are held unless they are renewed. */
  readonly until: Instant;
}

export interface Owned {
  readonly name: string;
  /** Grows with every new owner of the name. */
  readonly fence: number;
}

/** A name that somebody owns or has owned. */
export interface Owner extends Owned {
  /** Undefined when it was given up, so that anybody may take it at once. */
  readonly host: string | undefined;
  /** Since when this owner has held it, or when it was given up. */
  readonly since: Instant;
  readonly until: Instant;
}

/** What `onWakeup` tells beside subscribers: that names were given up, and that another definition is current. */
export const WAKEUP = { ownership: 'ownership', deployment: 'deployment' } as const;

/** The names under which the parts of the bus are owned. A receive location is owned by the name of its subscriber. */
export const ownedName = {
  /** A host's own name: nobody else may bear it. */
  host: (name: string) => `host:${name}`,
  /** Of all hosts one applies the retention policy. */
  retention: 'retention',
  /** Held while a deployment is written. */
  deployment: 'deployment',
  /** Held while it is settled who does a task. */
  tasks: 'tasks',
} as const;

/** The host that the owned name stands for; undefined for any other name. */
export function hostOf(name: string): string | undefined {
  const prefix = ownedName.host('');
  return name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
}
