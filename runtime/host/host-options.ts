/** What a host is given. */
import type { Clock, NewId, Random } from '../contracts/clock.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { BusEvent } from '../contracts/events.ts';
import type { Limiter } from '../contracts/limiter.ts';
import type { MessageBox } from '../contracts/message-box.ts';
import type { ReplayCache } from '../contracts/replays.ts';
import type { ListenAddress } from '../solution/bus-config.ts';
import type { Recompile } from './definitions.ts';

export interface HostOptions {
  /** Unique among the hosts that share a MessageBox: start() rejects with HOST_NAME_TAKEN while another of that name lives. */
  readonly name: string;
  readonly deployment: Deployment;
  /** False for a host that takes what is deployed as it is; otherwise `deployment` becomes current. */
  readonly deploy?: boolean;
  readonly box: MessageBox;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly random: Random;
  /** Where the listener shared by all HTTP locations listens; port 0 takes a free one. */
  readonly http: ListenAddress;
  readonly emit: (event: BusEvent) => void;
  readonly recompile: Recompile;
  /** Keeps the limits of send ports. Default: this host alone keeps them. The caller closes it after the host. */
  readonly limiter?: Limiter;
  /** Remembers what callers may say once only. Default: this host alone does. The caller closes it after the host. */
  readonly replays?: ReplayCache;
  /** How long (ms) what is under way may take to end when the host stops. Default: 30 seconds. */
  readonly drain?: number;
}

export const DRAIN = 30_000;
