/** What people need not do any more once a step is taken. */
import type { Instant } from '../contracts/clock.ts';
import type { MessageBox, Operation } from '../contracts/message-box.ts';
import type { Command } from '../contracts/orchestration.ts';

/** The end of the tasks that the commands withdraw. */
export async function withdrawn(commands: readonly Command[], box: MessageBox, now: Instant): Promise<Operation[]> {
  const tasks = commands.flatMap((command) => (command.kind === 'cancel-task' ? [command.task] : []));
  const found = await Promise.all(
    tasks.map((message) => box.inspection.deliveries({ message, state: 'suspended', limit: 1 }, now)),
  );
  return found.flat().map(({ id }) => ({ kind: 'terminate', delivery: id }));
}
