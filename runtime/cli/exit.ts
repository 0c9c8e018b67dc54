/** Exit codes that scripts can rely on. */
export const EXIT = {
  /** It did what was asked. */
  ok: 0,
  /** It ran, and the answer is no: findings, failed tests, a refused message. */
  failed: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** No bus is running, or its admin API cannot be reached. */
  noBus: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
