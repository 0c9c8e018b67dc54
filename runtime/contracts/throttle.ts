/** When receive locations take in less, because what they took in before still waits. */
export interface ThrottlePolicy {
  /** Deliveries that may wait at all send ports and orchestrations of a host together. */
  readonly waiting?: number;
  /** Deliveries that may wait at one of them. */
  readonly perPort?: number;
  /** It ends when no more wait than this share of the limit, between 0 and 1. */
  readonly resume: number;
}
