/** config/pipelines/*.pipeline.yaml: the steps of a pipeline. Which components there are, its compiler knows. */
import type { FileKind } from './kind.ts';
import { closed, name } from './parts.ts';

export const pipeline: FileKind = {
  name: 'pipeline',
  what: 'a pipeline',
  pattern: /^config\/pipelines\/.+\.pipeline\.yaml$/,
  place: 'config/pipelines/*.pipeline.yaml',
  naming: 'pipeline',
  schema: closed(
    'A pipeline: components in order',
    {
      pipeline: name('the pipeline'),
      description: { type: 'string', description: 'What the pipeline is for' },
      steps: {
        type: 'array',
        minItems: 1,
        description: 'Components in order: a name, or a name with its options',
        items: {
          description: 'A component by name, or `name: { options }`',
          anyOf: [
            { type: 'string', description: 'A component without options' },
            {
              type: 'object',
              minProperties: 1,
              maxProperties: 1,
              additionalProperties: { type: 'object' },
              description: 'A component with its options',
            },
          ],
        },
      },
    },
    ['pipeline', 'steps'],
  ),
};
