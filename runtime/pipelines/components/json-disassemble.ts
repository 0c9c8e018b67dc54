/** Reads a JSON message and finds its type among those expected: the only one, or the first whose schema it keeps to. */
import { bytesOf } from '../../contracts/message.ts';
import type { PipelineComponent } from '../../contracts/pipeline.ts';
import type { CompiledSchema } from '../../contracts/schema.ts';
import { busError } from '../../errors/bus-error.ts';
import { candidates } from '../candidates.ts';
import { noOptions } from '../no-options.ts';
import { typed } from '../typed.ts';
import { describeViolation } from '../violations.ts';

export const jsonDisassemble: PipelineComponent = {
  name: 'json-disassemble',
  summary: 'Reads a JSON message, finds its type among those expected, and promotes its properties.',
  stages: ['disassemble'],
  config: noOptions,
  async execute(message, _config, context) {
    const schemas = candidates(message, context, 'json');
    const [only] = schemas;
    if (!only) throw busError('MESSAGE_TYPE_UNDECIDED', { format: 'json' });
    const document = only.read(await bytesOf(message.parts[0]));
    return typed(message, schemas.length === 1 ? only : firstFitting(schemas, document), document);
  },
};

function firstFitting(schemas: readonly CompiledSchema[], document: unknown): CompiledSchema {
  const reasons: string[] = [];
  for (const schema of schemas) {
    const [violation] = schema.validate(document);
    if (!violation) return schema;
    reasons.push(`${schema.type} (${describeViolation(violation)})`);
  }
  throw busError('MESSAGE_TYPE_UNMATCHED', { reasons: reasons.join(', ') });
}
