/** What the broker and whoever consumes learn of a message beside its bytes. */
import type { Options } from 'amqplib';
import { parseDuration } from '../../runtime/contracts/duration.ts';
import type { Message } from '../../runtime/contracts/message.ts';
import { BUS } from '../../runtime/contracts/properties.ts';
import type { AmqpSendConfig } from './config.ts';

export type PublishOptions = Options.Publish & { readonly messageId: string };

const HIGHEST_PRIORITY = 255;

export function optionsFor(message: Message, config: AmqpSendConfig): PublishOptions {
  const key = message.context.get(BUS.idempotencyKey)?.value;
  const headers = (config.properties ?? []).flatMap((name) => {
    const value = message.context.get(name)?.value;
    return value === undefined ? [] : [[name, value] as const];
  });
  const priority = priorityOf(message, config);
  return {
    messageId: String(key ?? message.id),
    contentType: message.parts[0].contentType,
    persistent: config.persistent ?? true,
    mandatory: true,
    headers: Object.fromEntries(headers),
    ...(priority === undefined ? {} : { priority }),
    ...(config.expires === undefined ? {} : { expiration: parseDuration(config.expires) ?? 0 }),
    ...(message.type === undefined ? {} : { type: message.type }),
  };
}

/** A property that is missing, or no number, says nothing. */
function priorityOf({ context }: Message, { priority }: AmqpSendConfig): number | undefined {
  if (priority === undefined || typeof priority === 'number') return priority;
  const value = Number(context.get(priority)?.value ?? Number.NaN);
  return Number.isFinite(value) ? Math.min(HIGHEST_PRIORITY, Math.max(0, Math.round(value))) : undefined;
}
