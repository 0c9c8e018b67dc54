/**
 * Runs a message through a pipeline: each component's output streams into the next. A BusError passes as it is; whatever
 * else a component throws is a bug that names the component.
 */
import type { Message } from '../contracts/message.ts';
import type { Pipeline, PipelineContext, PipelineStep } from '../contracts/pipeline.ts';
import { isBusError, reasonOf } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';

export async function* runPipeline(
  pipeline: Pipeline,
  message: Message,
  context: PipelineContext,
): AsyncGenerator<Message> {
  if (pipeline.steps.length === 0) {
    yield message;
    return;
  }
  for await (const outcome of runFrom(0, pipeline.steps, message, context)) {
    if (context.signal.aborted) throw busError('PIPELINE_STOPPED', { name: pipeline.name });
    yield outcome;
  }
}

/** One generator a step, since each costs several turns of the microtask queue for every message. */
async function* runFrom(
  index: number,
  steps: readonly PipelineStep[],
  message: Message,
  context: PipelineContext,
): AsyncGenerator<Message> {
  const step = steps[index]!;
  const last = index === steps.length - 1;
  const outcomes = step.component.execute(message, step.config, context)[Symbol.asyncIterator]();
  let done = false;
  try {
    for (;;) {
      const next = await take(outcomes, step);
      done = next.done === true;
      if (next.done) return;
      if (last) yield next.value;
      else yield* runFrom(index + 1, steps, next.value, context);
    }
  } finally {
    if (!done) await outcomes.return?.();
  }
}

async function take(outcomes: AsyncIterator<Message>, step: PipelineStep): Promise<IteratorResult<Message>> {
  try {
    return await outcomes.next();
  } catch (thrown) {
    if (isBusError(thrown)) throw thrown;
    const { name } = step.component;
    throw busError('COMPONENT_BUG', { name, reason: reasonOf(thrown) }, { cause: thrown });
  }
}
