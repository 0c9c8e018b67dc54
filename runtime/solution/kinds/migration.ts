/** orchestrations/*.migrate.yaml: how instances of earlier versions come to the version of an orchestration that it lies beside. */
import type { FileKind } from './kind.ts';
import { closed, expression, name, oneOrMore, text } from './parts.ts';

export const migration: FileKind = {
  name: 'migration',
  what: 'a migration',
  pattern: /^orchestrations\/.+\.migrate\.yaml$/,
  place: 'orchestrations/*.migrate.yaml',
  naming: 'migration',
  schema: closed(
    'How running instances come to this version of an orchestration',
    {
      migration: name('the migration'),
      orchestration: name('the orchestration'),
      description: text('What has changed, and why the positions are what they are'),
      from: oneOrMore(
        { type: 'string', pattern: '^[0-9a-f]{8,64}$', description: 'The beginning of a hash, 8 characters or more' },
        'The definition or definitions that the instances run under now; without it, any',
      ),
      positions: {
        type: 'object',
        description:
          'Step of the earlier version to the step of this one at which an instance goes on: a name, or a place such as body.2',
        additionalProperties: text('The step of this version'),
      },
      variables: {
        type: 'object',
        description: 'Variable to the value that it gets, over the messages and variables of this version',
        additionalProperties: expression('The value'),
      },
      correlations: {
        type: 'object',
        description: 'Correlation set to the values of its properties',
        additionalProperties: {
          type: 'object',
          minProperties: 1,
          description: 'Property to its value, over the messages and variables of this version',
          additionalProperties: expression('The value'),
        },
      },
    },
    ['migration', 'orchestration'],
  ),
};
