/** Refuses a message that breaks the schema of its type, with all violations at once. A message without a type passes. */
import { bytesOf, derive } from '../../contracts/message.ts';
import type { PipelineComponent } from '../../contracts/pipeline.ts';
import type { Format } from '../../contracts/schema.ts';
import { noOptions } from '../no-options.ts';
import { schemaViolation } from '../violations.ts';

/** Formats whose violations have a place in the bytes; of others the bytes need not be written for it. */
const PLACED: ReadonlySet<Format> = new Set<Format>(['json', 'xml']);

export const validate: PipelineComponent = {
  name: 'validate',
  summary: 'Refuses a message that breaks the schema of its type, with all violations at once.',
  stages: ['validate'],
  config: noOptions,
  async execute(message, _config, context) {
    const schema = message.type === undefined ? undefined : context.schemas.find(message.type);
    if (!schema) {
      return message;
    }
    const placed = PLACED.has(schema.format) || message.document === undefined;
    const bytes = placed ? await bytesOf(message.parts[0]) : undefined;
    const document = message.document ?? schema.read(bytes!);
    const violations = schema.validate(document, bytes?.byteLength === 0 ? undefined : bytes);
    if (violations.length > 0) throw schemaViolation(schema.type, violations, message.context);
    return message.document === undefined ? derive(message, { document }) : message;
  },
};
