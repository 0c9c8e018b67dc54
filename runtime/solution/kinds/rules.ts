/** orchestrations/*.rules.yaml: a decision table. */
import type { JsonSchema } from '../../contracts/adapter.ts';
import type { FileKind } from './kind.ts';
import { closed, expression, name, path, text } from './parts.ts';

const KINDS = ['string', 'integer', 'number', 'boolean', 'date'];

const cell = (description: string): JsonSchema => ({ type: ['string', 'number', 'boolean', 'null'], description });
const cells = (description: string): JsonSchema => ({
  type: 'object',
  description,
  additionalProperties: cell(
    'A value, values between commas, a range as >= 40 or [10..20), not(...), or - for anything',
  ),
});

/** Under a key that as a property would make a promise of it. */
const outcome: JsonSchema = {
  type: 'object',
  description: 'Output to its value; a text that begins with = is an expression over the inputs',
  additionalProperties: cell('The value'),
};

const rule = closed(
  'A rule',
  {
    when: cells('Input to what it may be; an input that is left out may be anything'),
    if: expression('What must hold besides, over the inputs'),
    ...Object.fromEntries([['then', outcome]]),
    priority: { type: 'number', description: 'Of rules that fit, the highest counts; for hit: priority' },
    note: text('Why it is so'),
  },
  ['then'],
);

export const rules: FileKind = {
  name: 'rules',
  what: 'a decision table',
  pattern: /^orchestrations\/.+\.rules\.yaml$/,
  place: 'orchestrations/*.rules.yaml',
  naming: 'table',
  schema: closed(
    'A decision table',
    {
      table: name('the table'),
      description: text('What it decides'),
      hit: {
        enum: ['unique', 'first', 'collect', 'priority'],
        default: 'unique',
        description:
          'Which of several rules that fit counts: only one may, the first, all of them, or the highest priority',
      },
      inputs: {
        type: 'object',
        minProperties: 1,
        propertyNames: { pattern: '^[A-Za-z][A-Za-z0-9_]*$' },
        description: 'What it is asked: name to type',
        additionalProperties: {
          anyOf: [
            { enum: KINDS, description: `One of ${KINDS.join(', ')}` },
            closed(
              'A text of which all values are known',
              { values: { type: 'array', minItems: 1, items: { type: 'string' }, description: 'All that it may be' } },
              ['values'],
            ),
          ],
        },
      },
      outputs: {
        type: 'object',
        minProperties: 1,
        propertyNames: { pattern: '^[A-Za-z][A-Za-z0-9_]*$' },
        description: 'What it says: name to type',
        additionalProperties: { enum: KINDS, description: `One of ${KINDS.join(', ')}` },
      },
      default: {
        type: 'object',
        description: 'What it says where no rule fits',
        additionalProperties: cell('The value'),
      },
      rules: { type: 'array', items: rule, description: 'The rules, in their order' },
      rows: path('Rules as a CSV file of the solution, one a row; its columns are named like the inputs and outputs'),
    },
    ['table', 'inputs', 'outputs'],
  ),
};
