/** The message types of one format that may come in where a pipeline runs, in the order in which they are expected. */
import type { Message } from '../contracts/message.ts';
import type { PipelineContext } from '../contracts/pipeline.ts';
import type { CompiledSchema, Format } from '../contracts/schema.ts';

/** A message that has a type already and comes where nothing is expected keeps it. */
export function candidates(message: Message, context: PipelineContext, format: Format): readonly CompiledSchema[] {
  const names = context.expected.length === 0 && message.type !== undefined ? [message.type] : context.expected;
  return names.flatMap((name) => context.schemas.find(name) ?? []).filter((schema) => schema.format === format);
}
