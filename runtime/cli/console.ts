/** What a verb has to talk with: the terminal, the environment, the sources of time, ids and chance. */

import type { Adapter } from '../contracts/adapter.ts';
import type { Clock, NewId, Random } from '../contracts/clock.ts';
import type { PipelineComponent } from '../contracts/pipeline.ts';

export interface Console {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly tty: boolean;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly random: Random;
  readonly adapters: readonly Adapter[];
  /** Of pipelines. */
  readonly components: readonly PipelineComponent[];
}
