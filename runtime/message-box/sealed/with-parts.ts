/** A message whose parts are changed, and nothing else: also its document stays. */
import type { Message, Part } from '../../contracts/message.ts';

export function withParts(message: Message, change: (part: Part) => Part): Message {
  const [body, ...rest] = message.parts.map(change);
  return { ...message, parts: [body!, ...rest] };
}
