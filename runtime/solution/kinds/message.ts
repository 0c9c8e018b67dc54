/** schemas/*.message.yaml: a message type, its schema and its promoted properties. */
import type { FileKind } from './kind.ts';
import { closed, expression, name } from './parts.ts';

export const message: FileKind = {
  name: 'message',
  what: 'a message type',
  pattern: /^schemas\/.+\.message\.yaml$/,
  place: 'schemas/*.message.yaml',
  naming: 'message',
  schema: closed(
    'A message type',
    {
      message: name('the message type'),
      description: { type: 'string', description: 'What such a message says' },
      schema: {
        type: 'string',
        minLength: 1,
        pattern: '\\.(json|xsd|wsdl|flat\\.yaml)$',
        description:
          'The file of its schema, in schemas/ or beside this file: *.schema.json, *.xsd, *.wsdl or *.flat.yaml; XML may be without',
      },
      format: {
        enum: ['json', 'xml', 'csv', 'flat'],
        description: 'How it is written; by default as the schema file suggests',
      },
      root: { type: 'string', minLength: 1, description: 'XML: the root element, as name or {namespace}name' },
      record: {
        type: 'string',
        minLength: 1,
        description: 'Flat file: the record or group that a message is, where it is not the whole file',
      },
      csv: closed('How the CSV is written', {
        delimiter: { type: 'string', minLength: 1, maxLength: 1, default: ',', description: 'Between two values' },
        header: { type: 'boolean', default: true, description: 'Whether the first line names the columns' },
        quote: { type: 'string', minLength: 1, maxLength: 1, default: '"', description: 'Around values' },
      }),
      promote: {
        type: 'object',
        description: 'Properties that subscriptions, dedupe and correlations may use: name to place in the document',
        additionalProperties: expression('The value of the property'),
      },
    },
    ['message'],
  ),
};
