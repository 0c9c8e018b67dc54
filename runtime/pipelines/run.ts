/**
 * Runs a message through a pipeline: each component's output streams into the next. A BusError passes as it is; whatever
 * else a component throws is a bug that names the component.
 */
import type { Message } from '../contracts/message.ts';
import type { Pipeline, PipelineContext, PipelineStep, RecordSink } from '../contracts/pipeline.ts';
import { isBusError, reasonOf } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';

export function runPipeline(pipeline: Pipeline, message: Message, context: PipelineContext): AsyncGenerator<Message> {
  return runFrom(0, pipeline, message, context);
}

/** The first message that comes out, where the rest is of no interest; undefined when none does. Ends what splits early. */
export async function firstOfPipeline(
  pipeline: Pipeline,
  message: Message,
  context: PipelineContext,
): Promise<Message | undefined> {
  const outcome = await inARow(0, pipeline, message, context);
  if (!('rest' in outcome)) return outcome;
  for await (const first of outcome.rest) return first;
  return undefined;
}

async function* runFrom(
  first: number,
  pipeline: Pipeline,
  message: Message,
  context: PipelineContext,
): AsyncGenerator<Message> {
  const outcome = await inARow(first, pipeline, message, context);
  if ('rest' in outcome) yield* outcome.rest;
  else yield outcome;
}

/** Steps that give one message for one are taken in a row; a generator is dear, so only one that splits opens another. */
async function inARow(
  first: number,
  pipeline: Pipeline,
  message: Message,
  context: PipelineContext,
): Promise<Message | { readonly rest: AsyncGenerator<Message> }> {
  const { steps, name } = pipeline;
  let current = message;
  for (let index = first; index < steps.length; index += 1) {
    const step = steps[index]!;
    const outcome = begin(step, current, context);
    if (!('then' in outcome)) return { rest: spread(index, pipeline, outcome[Symbol.asyncIterator](), context) };
    current = await settled(outcome, step);
  }
  if (context.signal.aborted && steps.length > 0) throw busError('PIPELINE_STOPPED', { name });
  return current;
}

async function* spread(
  index: number,
  pipeline: Pipeline,
  outcomes: AsyncIterator<Message>,
  context: PipelineContext,
): AsyncGenerator<Message> {
  const step = pipeline.steps[index]!;
  let done = false;
  try {
    for (;;) {
      const next = await settled(outcomes.next(), step);
      done = next.done === true;
      if (next.done) return;
      const since = context.records?.count;
      try {
        const outcome = await inARow(index + 1, pipeline, next.value, context);
        if ('rest' in outcome) yield* outcome.rest;
        else yield outcome;
      } catch (thrown) {
        await apart(next.value, thrown, since, context.records);
      }
    }
  } finally {
    if (!done) await outcomes.return?.();
  }
}

/** What a record breaks for its own sake ends only that record. */
async function apart(record: Message, thrown: unknown, since?: number, records?: RecordSink): Promise<void> {
  if (!records || !isBusError(thrown) || thrown.kind !== 'message') throw thrown;
  await records.failed(record, thrown, since);
}

function begin({ component, config }: PipelineStep, message: Message, context: PipelineContext) {
  try {
    return component.execute(message, config, context);
  } catch (thrown) {
    throw bugIn(component.name, thrown);
  }
}

async function settled<T>(outcome: Promise<T>, { component }: PipelineStep): Promise<T> {
  try {
    return await outcome;
  } catch (thrown) {
    throw bugIn(component.name, thrown);
  }
}

function bugIn(name: string, thrown: unknown): unknown {
  return isBusError(thrown) ? thrown : busError('COMPONENT_BUG', { name, reason: reasonOf(thrown) }, { cause: thrown });
}
