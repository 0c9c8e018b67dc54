/** Every error code of the bus: kind, text, help. One table a part of the bus, joined here. */
import { adapterErrors } from './adapters.ts';
import { adminErrors } from './admin.ts';
import { expressionErrors } from './expressions.ts';
import { hostErrors } from './host.ts';
import { mapErrors } from './maps.ts';
import { messageBoxErrors } from './message-box.ts';
import { orchestrationErrors } from './orchestration.ts';
import { pipelineErrors } from './pipelines.ts';
import { schemaErrors } from './schemas.ts';
import { solutionErrors } from './solution.ts';

export const catalog = {
  ...adapterErrors,
  ...adminErrors,
  ...expressionErrors,
  ...hostErrors,
  ...mapErrors,
  ...messageBoxErrors,
  ...orchestrationErrors,
  ...pipelineErrors,
  ...schemaErrors,
  ...solutionErrors,
} as const;

export type ErrorCode = keyof typeof catalog;
