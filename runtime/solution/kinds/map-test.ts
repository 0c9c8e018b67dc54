/** mappings/*.test.yaml: inputs of a map and what it must make of them. */
import type { FileKind } from './kind.ts';
import { closed, name, text } from './parts.ts';

export const mapTest: FileKind = {
  name: 'map-test',
  what: 'a test of a map',
  pattern: /^mappings\/.+\.test\.yaml$/,
  place: 'mappings/*.test.yaml',
  schema: closed(
    'Tests of a map',
    {
      test: text('The name of the test'),
      map: name('the map'),
      cases: {
        type: 'array',
        minItems: 1,
        description: 'The cases, each on its own',
        items: closed(
          'A case',
          {
            name: text('What the case shows'),
            input: { type: 'object', description: 'A document for each source of the map, by the names of its `from`' },
            expect: { description: 'The document that the map must make, in full' },
            error: text('Instead of `expect`: the code of the error that the map must fail with'),
          },
          ['name', 'input'],
        ),
      },
    },
    ['test', 'map', 'cases'],
  ),
};
