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
  for await (const outcome of runSteps(pipeline.steps, message, context)) {
    if (context.signal.aborted) throw busError('PIPELINE_STOPPED', { name: pipeline.name });
    yield outcome;
  }
}

async function* runSteps(
  steps: readonly PipelineStep[],
  message: Message,
  context: PipelineContext,
): AsyncGenerator<Message> {
  const [first, ...rest] = steps;
  if (!first) {
    yield message;
    return;
  }
  for await (const outcome of runStep(first, message, context)) yield* runSteps(rest, outcome, context);
}

async function* runStep(step: PipelineStep, message: Message, context: PipelineContext): AsyncGenerator<Message> {
  const outcomes = step.component.execute(message, step.config, context)[Symbol.asyncIterator]();
  try {
    for (let next = await take(outcomes, step); !next.done; next = await take(outcomes, step)) yield next.value;
  } finally {
    await outcomes.return?.();
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
