/** Gives a message its type: the document, the properties that the type promotes, and `message.type` itself. */
import { derive, type Message, withProperties } from '../contracts/message.ts';
import { BUS } from '../contracts/properties.ts';
import type { CompiledSchema } from '../contracts/schema.ts';

export function typed(message: Message, schema: CompiledSchema, document: unknown): Message {
  const context = withProperties(message.context, [
    ...schema.promote(document),
    [BUS.messageType, { value: schema.type, promoted: true }],
  ]);
  return derive(message, { type: schema.type, document, context });
}
