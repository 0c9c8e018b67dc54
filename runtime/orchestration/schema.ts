/** The JSON Schema of an orchestration's file, put together from those of the shapes. */
import type { JsonSchema } from '../contracts/adapter.ts';
import { closed, steps, text } from './shapes/fragments.ts';
import { shapes } from './shapes/index.ts';

export const namePattern = '^[A-Za-z][A-Za-z0-9_]*$';
const names = { pattern: namePattern, description: 'Letters, digits and _, beginning with a letter' };

const step: JsonSchema = {
  ...closed('A step: one shape, and a name if you like', {
    name: text('What findings, errors and history call this step'),
    ...Object.fromEntries([...shapes].map(([kind, { schema }]) => [kind, schema])),
  }),
  minProperties: 1,
};

export const variableKinds = ['string', 'integer', 'number', 'boolean', 'any'] as const;

export const orchestrationSchema: JsonSchema = {
  ...closed(
    'An orchestration',
    {
      orchestration: {
        type: 'string',
        pattern: '^[A-Za-z][A-Za-z0-9_-]*$',
        description: 'The name of the orchestration: letters, digits, - and _, beginning with a letter',
      },
      description: { type: 'string', description: 'What the orchestration is for' },
      messages: {
        type: 'object',
        minProperties: 1,
        description: 'Its messages: the name that steps and expressions use, and the message type',
        propertyNames: names,
        additionalProperties: text('The name of a message type'),
      },
      variables: {
        type: 'object',
        description: 'Its variables and their types',
        propertyNames: names,
        additionalProperties: { enum: [...variableKinds], description: `One of ${variableKinds.join(', ')}` },
      },
      correlations: {
        type: 'object',
        description: 'Correlation sets: by which properties a later message finds its instance',
        additionalProperties: {
          type: 'array',
          items: { type: 'string' },
          description: 'Promoted properties of the messages that carry it; none: all messages belong together',
        },
      },
      calendar: text('The calendar by which `5wd` is counted; the only one of the solution unless told'),
      late: {
        enum: ['park', 'new', 'fail'],
        default: 'park',
        description: 'What becomes of a message that correlates after the end: park, new or fail',
      },
      body: { ...steps('The steps; the first receives the message that starts it'), minItems: 1 },
    },
    ['orchestration', 'messages', 'body'],
  ),
  $defs: { step },
};
