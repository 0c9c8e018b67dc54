/** What an expression throws within: a reason for people. Leaves the folder as BusError EXPRESSION_FAILED only. */
export class Failure extends Error {}

export function fail(reason: string): never {
  throw new Failure(reason);
}
