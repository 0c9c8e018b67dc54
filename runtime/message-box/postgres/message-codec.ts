/** A message as the columns of its row, and which of its parts lie elsewhere. Pure. */
import type { Message, Part } from '../../contracts/message.ts';
import type { PartRef } from '../part-tables.ts';
import { responseToOf } from '../record.ts';
import { encodeContext, type PartReference } from '../sqlite/message-row.ts';

/** Up to this size (bytes) a part lies in the row of its message, though another may share it. */
const SMALL = 4096;

export interface EncodedMessage {
  readonly message: Message;
  readonly response: string | null;
  readonly context: string;
  readonly parts: string;
  readonly body: Uint8Array | null;
}

const isSmall = ({ bytes }: Part) => bytes !== undefined && bytes.byteLength <= SMALL;

/** `refer` gives the place of a part that is not small. */
export function encodeMessage(message: Message, refer: (part: Part) => PartRef): EncodedMessage {
  const reference = (part: Part): PartReference => {
    const { name, contentType, bytes, size } = part;
    if (isSmall(part)) return [name, contentType, bytes!.byteLength];
    return [name, contentType, bytes?.byteLength ?? size ?? 0, refer(part)];
  };
  return {
    message,
    response: responseToOf(message) ?? null,
    context: encodeContext(message.context),
    parts: JSON.stringify(message.parts.map(reference)),
    body: bodyOf(message),
  };
}

function bodyOf({ parts }: Message): Uint8Array | null {
  const small = parts.filter(isSmall).map(({ bytes }) => bytes!);
  return small.length === 0 ? null : small.length === 1 ? small[0]! : Buffer.concat(small);
}
