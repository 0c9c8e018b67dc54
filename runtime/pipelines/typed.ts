/** Gives a message its type: the document, the properties that the type promotes, and `message.type` itself. */
import type { Message, Property, Scalar } from '../contracts/message.ts';
import { BUS } from '../contracts/properties.ts';
import type { CompiledSchema } from '../contracts/schema.ts';

/** What else is new about it. */
export interface Made {
  readonly id?: string;
  readonly parts?: Message['parts'];
  /** Properties that are carried. */
  readonly carried?: Readonly<Record<string, Scalar>>;
}

export function typed(message: Message, schema: CompiledSchema, document: unknown, made: Made = {}): Message {
  const { interchange } = message;
  const { id = message.id, parts = message.parts, carried = {} } = made;
  const { type } = schema;
  const context = new Map<string, Property>(message.context);
  for (const name in carried) context.set(name, { value: carried[name]!, promoted: false });
  schema.promote(document).forEach((property, name) => {
    context.set(name, property);
  });
  context.set(BUS.messageType, { value: type, promoted: true });
  return { id, interchange, type, parts, context, document };
}
