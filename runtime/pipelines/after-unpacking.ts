/**
 * What a pipeline still has to do with a message that was taken out of an interchange and suspended by itself: it lies as it was handed
 * to the component that failed, so what was decoded and unpacked for it must not be decoded and unpacked again.
 */
import type { Message } from '../contracts/message.ts';
import type { Pipeline } from '../contracts/pipeline.ts';
import { MIME_PART } from './mime-part.ts';
import { isRecord } from './record-number.ts';
import { ZIP_FILE } from './zip-file.ts';

export function afterUnpacking(pipeline: Pipeline, { context }: Message): Pipeline {
  const { steps } = pipeline;
  if (isRecord(context))
    return { ...pipeline, steps: steps.filter(({ component }) => !component.stages.includes('decode')) };
  const unpacked = UNPACKING.filter(([property]) => context.has(property)).map(([, name]) => name);
  return {
    ...pipeline,
    steps: steps.slice(steps.findLastIndex(({ component }) => unpacked.includes(component.name)) + 1),
  };
}

/** The property that what came out has, and the component that took it out. */
const UNPACKING: readonly (readonly [string, string])[] = [
  [ZIP_FILE, 'unzip'],
  [MIME_PART, 'mime-disassemble'],
];
