/** What the admin API works on. */
import type { Clock } from '../contracts/clock.ts';
import type { MessageBox } from '../contracts/message-box.ts';
import type { Host } from '../host/host.ts';

export interface AdminContext {
  readonly bus: string;
  readonly version: string;
  readonly host: Host;
  readonly hostName: string;
  readonly box: MessageBox;
  readonly clock: Clock;
}
