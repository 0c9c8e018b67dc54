/** What every sender of the load has in common. */

export interface Sender {
  /** Takes nothing new on; what it has begun it brings to an end. */
  close(): void;
  /** How much it has begun and not brought to an end. */
  readonly open: number;
}
