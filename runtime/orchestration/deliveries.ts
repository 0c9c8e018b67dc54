/**
 * Delivery notification: a send that asks for it is waited for at the end of the scope that it stands in, where its failure is thrown.
 * Atomic scopes cannot wait: what is sent in one is waited for by the scope around it.
 */
import { framesOf, type Run } from './run.ts';
import type { ScopeShape } from './shapes/scope.ts';
import type { Outcome } from './shapes/shape.ts';
import type { Expected, Failure, Frame } from './state.ts';

export function expectDelivery(run: Run, delivery: Expected): void {
  const frame = framesOf(run).findLast(({ completed, scope }) => completed && !isAtomic(run, scope?.id))!;
  frame.deliveries = [...(frame.deliveries ?? []), delivery];
}

const isAtomic = ({ program }: Run, scope: string | undefined) =>
  scope !== undefined && (program.shapes.get(scope) as ScopeShape).atomic;

/** Takes down what the event tells of a delivery. False when it is of none that anybody still waits for. */
export function noteDelivery({ event, state }: Run): boolean {
  if (event.kind !== 'delivered' && event.kind !== 'undelivered') return false;
  for (const frame of state.threads.flatMap(({ frames }) => frames)) {
    const found = frame.deliveries?.find(({ id }) => id === event.id);
    if (!found) continue;
    const others = frame.deliveries!.filter((each) => each !== found);
    const failed = event.kind === 'undelivered' ? [{ ...found, failure: failureOf(found, event) }] : [];
    frame.deliveries = [...failed, ...others];
    return true;
  }
  return false;
}

function failureOf({ port }: Expected, event: Run['event'] & { readonly kind: 'undelivered' }): Failure {
  const { code, fault, reason, detail } = event;
  const told = { ...(fault === undefined ? {} : { fault }), ...(detail === undefined ? {} : { detail }) };
  return { name: 'DeliveryFailure', code, reason, port, ...told };
}

export interface Undelivered {
  readonly failure: Failure;
  /** The place of the send. */
  readonly shape: string;
}

/** What the end of these frames has to wait for, or the failure to throw there, once; undefined when all was delivered. */
export function awaitDeliveries(frames: readonly Frame[]): (Outcome & { to: 'wait' }) | Undelivered | undefined {
  for (const frame of frames) {
    const failed = frame.deliveries?.find(({ failure }) => failure);
    if (!failed) continue;
    frame.deliveries = frame.deliveries!.filter((each) => each !== failed);
    return { failure: failed.failure!, shape: failed.shape };
  }
  const pending = frames.flatMap(({ deliveries = [] }) => deliveries);
  if (pending.length === 0) return undefined;
  return { to: 'wait', for: pending.map(({ id }) => ({ kind: 'delivery', id, branch: 0 })) };
}
