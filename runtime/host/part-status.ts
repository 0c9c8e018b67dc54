/** What a location or send port tells of itself. */
import type { Instant } from '../contracts/clock.ts';

export interface PartStatus {
  readonly name: string;
  readonly transport: string;
  /**
   * `standby`: a location that may run on one host only, and runs on another. `standing-by`: one that opens when its primary
   * fails.
   */
  readonly state:
    | 'standing-by'
    | 'throttled'
    | 'running'
    | 'failing'
    | 'failed'
    | 'stopped'
    | 'standby'
    | 'outside-window'
    | 'circuit-open';
  /** Failures in a row, and the last of them. */
  readonly failures: number;
  readonly error?: { readonly code: string; readonly reason: string };
  /** When this host last took a message in here, or sent one; ISO 8601, UTC. */
  readonly lastMessage?: string;
  /** How long (ms) what is next in line has waited since it was published; send ports only, as the admin API tells it. */
  readonly lag?: number;
  /** Since when something is overdue that is expected here; ISO 8601, UTC. Locations only. */
  readonly overdue?: string;
  /** Deliveries under way; send ports only. */
  readonly busy?: number;
  /** Dynamic send ports only: the far ends that failed last. */
  readonly farEnds?: readonly FarEndStatus[];
}

export interface FarEndStatus {
  readonly address: string;
  readonly state: 'failing' | 'circuit-open';
  /** In a row, and the last of them. */
  readonly failures: number;
  readonly error?: { readonly code: string; readonly reason: string };
}

/** A send port group has no work of its own: it is as its members are. */
export interface GroupStatus {
  readonly name: string;
  /** `state` is undefined for a member that another host runs. */
  readonly members: readonly { readonly name: string; readonly state?: PartStatus['state'] }[];
}

export const toldLast = (at: Instant | undefined): Pick<PartStatus, 'lastMessage'> =>
  at === undefined ? {} : { lastMessage: new Date(at).toISOString() };

export function toldError(error: { code: string; message: string } | undefined): Pick<PartStatus, 'error'> {
  return error ? { error: { code: error.code, reason: error.message } } : {};
}
