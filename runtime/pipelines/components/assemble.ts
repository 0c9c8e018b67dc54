/**
 * Writes the document of a message by the schema of its type. Only where the bytes are not written yet: a component that
 * changes the document gives the message an empty body. Bytes that stand pass untouched.
 */
import { derive, partOf } from '../../contracts/message.ts';
import type { PipelineComponent } from '../../contracts/pipeline.ts';
import { noOptions } from '../no-options.ts';

export const assemble: PipelineComponent = {
  name: 'assemble',
  summary: 'Writes the document of a message by its schema where its bytes are not written yet.',
  stages: ['assemble'],
  config: noOptions,
  async execute(message, _config, context) {
    const schema = message.type === undefined ? undefined : context.schemas.find(message.type);
    if (!schema || message.document === undefined || message.parts[0].size !== 0) {
      return message;
    }
    const body = partOf(schema.write(message.document), schema.contentType);
    return derive(message, { parts: [body, ...message.parts.slice(1)], document: message.document });
  },
};
