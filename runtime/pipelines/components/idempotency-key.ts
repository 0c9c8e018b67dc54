/**
 * Says by what the far end knows a message again. Unless told, that is the message and its send port; one that comes twice under another
 * id, since its sender repeated it without a key, is the same business to the far end by what stands in it.
 */
import { derive, withProperties } from '../../contracts/message.ts';
import type { PipelineComponent } from '../../contracts/pipeline.ts';
import { BUS } from '../../contracts/properties.ts';
import { busError } from '../../errors/bus-error.ts';

export interface IdempotencyKeyOptions {
  readonly of: string;
}

export const idempotencyKey: PipelineComponent<IdempotencyKeyOptions> = {
  name: 'idempotency-key',
  summary: 'Makes the key by which the far end knows a message again of its properties.',
  stages: ['pre-assemble'],
  config: {
    type: 'object',
    additionalProperties: false,
    required: ['of'],
    properties: {
      of: {
        type: 'string',
        pattern: '\\{[^{}]+\\}',
        description: 'The key, as report-{report.id}; {property} stands for a property of the message.',
      },
    },
  },
  async execute(message, { of }) {
    const value = of.replace(/\{([^{}]+)\}/g, (_, property: string) => {
      const found = message.context.get(property);
      if (found === undefined) throw busError('IDEMPOTENCY_KEY_INCOMPLETE', { property });
      return String(found.value);
    });
    return derive(message, {
      context: withProperties(message.context, [[BUS.idempotencyKey, { value, promoted: false }]]),
    });
  },
};
