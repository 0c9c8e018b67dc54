/** An open task: what is asked, of which role, and who has taken it on. */
import type { TrackingEvent } from '../contracts/events.ts';
import type { Message } from '../contracts/message.ts';
import { TASK } from '../contracts/properties.ts';
import { busError } from '../errors/bus-error.ts';
import { textOf } from '../host/documents.ts';
import { type Caller, checkRole } from './callers.ts';
import type { AdminContext } from './context.ts';
import { type Holder, holderOf } from './task-holder.ts';

export const OPEN = { state: 'suspended', code: 'TASK_OPEN' } as const;

export interface OpenTask {
  readonly delivery: string;
  readonly asked: Message;
  readonly role: string;
  readonly holder: Holder | undefined;
  readonly history: readonly TrackingEvent[];
}

/** Throws BusError TASK_NOT_OPEN, and TASK_FORBIDDEN where the caller has not its role. */
export async function openTask(id: string, caller: Caller, { box, clock }: AdminContext): Promise<OpenTask> {
  const [delivery] = await box.inspection.deliveries({ ...OPEN, message: id, limit: 1 }, clock.now());
  const record = delivery && (await box.inspection.message(id));
  if (!record) throw busError('TASK_NOT_OPEN', { id });
  const { message: asked, history } = record;
  const role = textOf(asked.context, TASK.role)!;
  checkRole(caller, role);
  return { delivery: delivery.id, asked, role, holder: holderOf(history), history };
}

/** Whoever did it: people by their own name, whatever they say; operators say it. Throws BusError ADMIN_BAD_REQUEST. */
export function actorOf(caller: Caller, said: string | undefined): string {
  if (caller && said !== undefined && said !== caller.name) {
    throw busError('ADMIN_BAD_REQUEST', { reason: `you are ${caller.name}, and cannot act as ${said}` });
  }
  const name = caller?.name ?? said;
  if (name === undefined) throw busError('ADMIN_BAD_REQUEST', { reason: 'say who did it: ?by=' });
  return name;
}
