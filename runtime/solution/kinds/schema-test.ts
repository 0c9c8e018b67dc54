/** schemas/*.test.yaml: bytes of a message type and the documents that they are. */
import type { FileKind } from './kind.ts';
import { closed, name, text } from './parts.ts';
import { casesOf, given } from './test-parts.ts';

export const schemaTest: FileKind = {
  name: 'schema-test',
  what: 'a test of a message type',
  pattern: /^schemas\/.+\.test\.yaml$/,
  place: 'schemas/*.test.yaml',
  schema: closed(
    'Tests of a message type',
    {
      test: text('The name of the test'),
      message: name('the message type'),
      cases: casesOf({
        input: given('What is read'),
        document: {
          description: 'With `input` the document that it must be, in full; without it the document that is looked at',
        },
        violations: {
          type: 'array',
          items: { type: 'string' },
          description: 'The paths of everything that breaks the schema; none unless told',
        },
        output: given('The bytes that the document must be written as'),
        error: text('The code of the error with which reading or writing must fail'),
      }),
    },
    ['test', 'message', 'cases'],
  ),
};
