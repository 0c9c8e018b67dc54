/** A person who does tasks: what is open when they look, as the admin API would hand it in. */
import { type Message, partOf, withProperties } from '../../runtime/contracts/message.ts';
import type { MessageBox } from '../../runtime/contracts/message-box.ts';
import { BUS, TASK } from '../../runtime/contracts/properties.ts';
import { carried, promoted } from '../../runtime/host/documents.ts';
import { createRandom, pick, seedFrom } from './chance.ts';
import { tagOf } from './describe.ts';
import type { Item } from './plan.ts';
import type { World } from './world.ts';

export interface Clerk {
  does(item: Item & { readonly kind: 'clerk' }): Promise<void>;
}

/** The task was withdrawn, or ended by an operator, a moment ago. */
const TOO_LATE = new Set(['ALREADY_ENDED', 'NOT_FOUND']);

export function createClerk(box: MessageBox, { clock, chance, story, ledger }: World): Clerk {
  return {
    async does({ name, text }) {
      const query = { state: 'suspended', code: 'TASK_OPEN', limit: 100 } as const;
      const open = await box.inspection.deliveries(query, clock.now());
      if (open.length === 0) return;
      const { id: delivery, message } = pick(open, createRandom(seedFrom(chance, name)));
      const { message: asked } = (await box.inspection.message(message!))!;
      const answer = filledIn(`answer ${name}`, asked, text);
      story.tell('clerk', () => `says ${text} to ${tagOf(asked)}`);
      try {
        await box.commit({
          now: clock.now(),
          operate: [{ kind: 'terminate', delivery }],
          publish: [{ message: answer, unrouted: 'keep' }],
        });
      } catch (thrown) {
        const { code } = thrown as { code?: string };
        story.tell('clerk', () => `is too late: ${code}`);
        if (!TOO_LATE.has(String(code))) ledger.breach('broken', `doing a task was refused: ${code}`);
      }
    },
  };
}

function filledIn(id: string, asked: Message, text: string): Message {
  const tag = tagOf(asked);
  const context = withProperties(new Map(), [
    [BUS.messageType, promoted('note')],
    [BUS.responseTo, promoted(asked.id)],
    [TASK.by, carried('a clerk')],
    [BUS.organisation, asked.context.get(BUS.organisation)!],
  ]);
  const body = partOf(Buffer.from(JSON.stringify({ id: tag, key: tag, text })), 'application/json');
  return { id, interchange: asked.interchange, type: 'note', parts: [body], context };
}
