/** Texts of the options with properties of the message in them, as `{case.id}`. */
import type { Message } from '../../../runtime/contracts/message.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';

const PROPERTY = /\{([A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*)\}/g;

/** As text; undefined where the message does not carry it. */
export function propertyOf(message: Message, name: string): string | undefined {
  const value = name === 'message.id' ? message.id : name === 'message.type' ? message.type : undefined;
  const found = value ?? message.context.get(name)?.value;
  return found === undefined ? undefined : String(found);
}

export const hasProperties = (text: string) => text.search(PROPERTY) >= 0;

/** Throws BusError ENDPOINT_REFUSED when the message lacks a property; `what` is what the text is for. */
export function filled(text: string, message: Message, endpoint: string, what: string): string {
  return text.replace(PROPERTY, (_, name: string) => {
    const value = propertyOf(message, name);
    if (value !== undefined) return value;
    throw busError('ENDPOINT_REFUSED', { endpoint, reason: `${what} needs ${name}, which it does not carry` });
  });
}
