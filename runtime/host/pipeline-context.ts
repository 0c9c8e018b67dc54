/** What pipelines are run with, wherever a message is. */
import type { Clock, NewId } from '../contracts/clock.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { BusEvent } from '../contracts/events.ts';
import type { PipelineContext } from '../contracts/pipeline.ts';

export interface PipelineHost {
  readonly newId: NewId;
  readonly clock: Clock;
  readonly emit: (event: BusEvent) => void;
}

export function pipelineContext(
  { schemas, secret, resolvePath, parties }: Deployment,
  { newId, clock, emit }: PipelineHost,
  expected: readonly string[],
  signal: AbortSignal,
): PipelineContext {
  const known = parties ? { parties } : {};
  return { schemas, expected, newId, signal, secret, resolvePath, now: () => clock.now(), emit, ...known };
}
