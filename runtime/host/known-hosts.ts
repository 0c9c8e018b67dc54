/** The hosts that a MessageBox knows, by what they own. */
import type { Instant } from '../contracts/clock.ts';
import { hostOf, type Owner } from '../contracts/ownership.ts';
import { TENURE } from './ownership.ts';

export interface KnownHost {
  readonly name: string;
  /** False when its heartbeat has stopped: what it owns goes to others. */
  readonly alive: boolean;
  readonly since: Instant;
  readonly heartbeat: Instant;
  /** What it runs that only one host may run. */
  readonly owns: readonly string[];
}

export function knownHosts(owners: readonly Owner[], now: Instant): readonly KnownHost[] {
  return owners.flatMap(({ name, host, since, until }) => {
    const bearer = hostOf(name);
    if (bearer === undefined || host === undefined) return [];
    const owned = owners.filter((other) => other.host === host && other.name !== name && other.until > now);
    const owns = owned.map((other) => other.name);
    return [{ name: bearer, alive: until > now, since, heartbeat: until - TENURE, owns }];
  });
}
