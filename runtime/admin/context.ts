/** What the admin API works on. */
import type { Clock, NewId } from '../contracts/clock.ts';
import type { BusEvent } from '../contracts/events.ts';
import type { MessageBox } from '../contracts/message-box.ts';
import type { Retention } from '../contracts/retention.ts';
import type { Host } from '../host/host.ts';
import type { Rotate } from '../message-box/sealed/rotate.ts';
import type { AdminUser } from './callers.ts';

export interface AdminContext {
  readonly bus: string;
  readonly version: string;
  readonly host: Host;
  readonly hostName: string;
  readonly box: MessageBox;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly retention: Retention;
  /** People with tokens of their own, who may do the tasks of their roles. */
  readonly users?: readonly AdminUser[];
  /** Told what people were refused. */
  readonly emit?: (event: BusEvent) => void;
  /** Where the store is sealed. */
  readonly rotate?: Rotate;
}
