/** orchestrations/*.orchestration.yaml: a process. The shapes' own schema belongs to the interpreter. */
import { orchestrationSchema } from '../../orchestration/schema.ts';
import type { FileKind } from './kind.ts';

export const orchestration: FileKind = {
  name: 'orchestration',
  what: 'an orchestration',
  pattern: /^orchestrations\/.+\.orchestration\.yaml$/,
  place: 'orchestrations/*.orchestration.yaml',
  naming: 'orchestration',
  schema: orchestrationSchema,
};
