/** config/pipelines/*.test.yaml: what goes into a pipeline and what must come out. */
import type { FileKind } from './kind.ts';
import { closed, name, oneOrMore, text } from './parts.ts';
import { casesOf, given } from './test-parts.ts';

export const pipelineTest: FileKind = {
  name: 'pipeline-test',
  what: 'a test of a pipeline',
  pattern: /^config\/pipelines\/.+\.test\.yaml$/,
  place: 'config/pipelines/*.test.yaml',
  schema: closed(
    'Tests of a pipeline',
    {
      test: text('The name of the test'),
      pipeline: name('the pipeline'),
      cases: casesOf({
        message: oneOrMore(
          name('a message type'),
          'The message types that are expected there; of a `document` its type',
        ),
        input: given('What comes in'),
        document: { description: 'Instead of `input`: the document of a message that is to be written' },
        contentType: text('The media type of what comes in'),
        properties: { type: 'object', description: 'Properties that it has already' },
        alone: {
          type: 'boolean',
          default: true,
          description: 'Whether records stand by themselves, as they do at one-way locations',
        },
        expect: {
          type: 'array',
          description: 'The messages that must come out, in order, as far as they are told',
          items: closed('A message', {
            type: { type: ['string', 'null'], description: 'Its message type' },
            document: { description: 'Its document, in full' },
            properties: { type: 'object', description: 'Properties that it must have' },
            body: text('Its bytes as text'),
            base64: text('Its bytes in base64'),
          }),
        },
        suspended: {
          type: 'array',
          items: { type: 'string' },
          description: 'The codes of the records that are suspended by themselves, in order',
        },
        error: text('The code of the error with which the pipeline must end'),
      }),
    },
    ['test', 'pipeline', 'cases'],
  ),
};
