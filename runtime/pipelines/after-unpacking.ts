/**
 * What a pipeline still has to do with a message that was taken out of an interchange and suspended by itself: it lies as it was handed
 * to the component that failed, so what was decoded and unpacked for it must not be decoded and unpacked again.
 */
import type { Message } from '../contracts/message.ts';
import type { Pipeline } from '../contracts/pipeline.ts';
import { isRecord } from './record-number.ts';
import { ZIP_FILE } from './zip-file.ts';

export function afterUnpacking(pipeline: Pipeline, { context }: Message): Pipeline {
  const { steps } = pipeline;
  if (isRecord(context))
    return { ...pipeline, steps: steps.filter(({ component }) => !component.stages.includes('decode')) };
  if (!context.has(ZIP_FILE)) return pipeline;
  const unzip = steps.findLastIndex(({ component }) => component.name === 'unzip');
  return { ...pipeline, steps: steps.slice(unzip + 1) };
}
