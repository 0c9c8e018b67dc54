/** A message that has reached an instance which takes nothing any more. */
import type { Message } from '../contracts/message.ts';
import type { Suspension } from '../contracts/message-box.ts';
import type { Instance } from '../contracts/orchestration.ts';
import { subscriberOf } from '../contracts/properties.ts';
import { busError } from '../errors/bus-error.ts';

/** Kept for an operator; under the policy `fail` for good. */
export function tooLate(message: Message, { id, late }: Pick<Instance, 'id' | 'late'>): Suspension {
  const { code, message: reason } = busError('INSTANCE_ENDED', { instance: id });
  return { message, subscriber: subscriberOf.unrouted, code, reason, resumable: late !== 'fail' };
}
