/** schemas/*.flat.yaml: the layout of a flat file. */
import type { JsonSchema } from '../../contracts/adapter.ts';
import type { FileKind } from './kind.ts';
import { closed, name } from './parts.ts';

const text = (description: string): JsonSchema => ({ type: 'string', minLength: 1, description });
const mark = (description: string): JsonSchema => ({
  type: 'string',
  minLength: 1,
  description: `${description}: characters, or crlf, lf, cr, tab, space, or bytes as 0x1D`,
});
const character = (description: string): JsonSchema => ({ type: 'string', minLength: 1, maxLength: 1, description });
const whole = (description: string, minimum = 0): JsonSchema => ({ type: 'integer', minimum, description });
const flag = (description: string, preset = false): JsonSchema => ({ type: 'boolean', default: preset, description });
const names = (description: string): JsonSchema => ({
  anyOf: [text(description), { type: 'array', minItems: 1, items: text(description) }],
});

const repeat: JsonSchema = {
  description: 'How often it occurs: `true` for any number of times, a number, or least and most',
  anyOf: [
    { type: 'boolean' },
    { type: 'integer', minimum: 1 },
    closed('How often', { min: whole('At least'), max: whole('At most', 1) }),
  ],
};

const total: JsonSchema = closed('What the field says of other records; checked when read, filled in when written', {
  count: names('The records that are counted, or `all`'),
  sum: names('The field whose values are added up, as record.field'),
  hash: names('The field whose digits are added up, as record.field'),
  digits: whole('How many digits of the total are kept, counted from the right', 1),
  where: {
    type: 'object',
    description: 'Only records whose field has this value, or one of these',
    additionalProperties: {
      anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'array', items: { type: ['string', 'number'] } }],
    },
  },
});

const occurs = { repeat, optional: flag('Whether it may be missing') };

const delimited = {
  tag: text('What the record begins with'),
  tagAt: whole('The position of the tag in a positional record, from 1', 1),
  delimiter: mark('What stands between its fields; without it the record is positional'),
  order: {
    enum: ['prefix', 'infix', 'postfix'],
    description:
      'Whether a delimiter stands before, between or behind fields; by default between them, or before them where there is a tag',
  },
  quote: character('What stands around values that hold delimiters; doubled within them'),
  escape: character('What makes the next character plain'),
  keepEmpty: flag('Whether empty fields keep their delimiters', true),
  dropTrailing: flag('Whether empty fields at the end lose them'),
  fields: {
    type: 'object',
    minProperties: 1,
    additionalProperties: { $ref: '#/$defs/field' },
    description: 'Its fields, in their order',
  },
};

const field: JsonSchema = closed('A field, or a record within the record', {
  description: { type: 'string', description: 'What it says' },
  type: {
    enum: ['string', 'integer', 'decimal', 'boolean', 'date', 'time', 'date-time'],
    description: 'What it is; a string unless told, a total an integer',
  },
  length: whole('How many characters, or bytes, it takes', 1),
  at: whole('Its position in a positional record, from 1; by default behind the field before it', 1),
  pad: {
    type: 'string',
    maxLength: 1,
    description: 'What fills it up to its length; by default 0 for numbers, else a blank',
  },
  justify: { enum: ['left', 'right'], description: 'Where its value stands; by default right for numbers' },
  required: flag('Whether it must have a value'),
  values: {
    type: 'array',
    minItems: 1,
    items: { type: ['string', 'number'] },
    description: 'The only values; of a boolean those for true and false',
  },
  minLength: whole('The fewest characters, to which it is filled up'),
  maxLength: whole('The most characters', 1),
  const: { type: ['string', 'number'], description: 'What always stands there; it is not in the document' },
  default: { description: 'What is written where the document has nothing' },
  scale: whole('Digits behind the implied point of a decimal'),
  sign: { enum: ['none', 'leading', 'trailing'], default: 'leading', description: 'Where a minus stands' },
  form: { enum: ['text', 'zoned', 'packed', 'binary'], default: 'text', description: 'How the digits of a number lie' },
  pattern: text('How a date or time is written: yyyy yy MM dd DDD HH mm ss SSS'),
  quoted: flag('Whether it is always in quotes when it is written'),
  column: text('The heading of its column, where it is not its name'),
  total,
  ...occurs,
  repeatDelimiter: mark('What stands between its repetitions'),
  ...delimited,
});

const item: JsonSchema = {
  anyOf: [
    closed(
      'A record',
      {
        record: name('the record'),
        description: { type: 'string', description: 'What it says' },
        last: flag('Whether only the last record of the file is it'),
        headings: flag('Whether a record of column headings comes before the first'),
        ...occurs,
        ...delimited,
      },
      ['record', 'fields'],
    ),
    closed(
      'A group of records that come in their order',
      {
        group: name('the group'),
        description: { type: 'string', description: 'What it is' },
        ...occurs,
        layout: { $ref: '#/$defs/layout' },
      },
      ['group', 'layout'],
    ),
    closed(
      'One of several records',
      {
        choice: name('the choice'),
        description: { type: 'string', description: 'What it is' },
        ...occurs,
        layout: { $ref: '#/$defs/layout' },
      },
      ['choice', 'layout'],
    ),
  ],
};

export const flat: FileKind = {
  name: 'flat',
  what: 'a flat file',
  pattern: /^schemas\/.+\.flat\.yaml$/,
  place: 'schemas/*.flat.yaml',
  naming: 'flat',
  schema: {
    ...closed(
      'The layout of a flat file',
      {
        flat: name('the layout'),
        description: { type: 'string', description: 'What such a file is' },
        encoding: {
          type: 'string',
          minLength: 1,
          default: 'utf-8',
          description:
            'How its bytes are characters: utf-8, utf-16le, utf-16be, windows-1252, iso-8859-1, us-ascii, cp037, cp285, ...',
        },
        records: closed('How it is cut into records', {
          end: mark('What ends a record, or none; any line break ends one where it is a line break'),
          between: flag('Whether that stands between records, and not behind the last'),
          escape: character('What makes the next character no end'),
          length: whole('All records are so many bytes long', 1),
          rdw: flag('Whether four bytes before each record tell its length'),
          skip: closed('Records that are passed over', {
            blank: flag('Those without a character', true),
            comment: text('Those that begin with it'),
          }),
        }),
        layout: { $ref: '#/$defs/layout' },
      },
      ['flat', 'layout'],
    ),
    $defs: {
      field,
      item,
      layout: {
        type: 'array',
        minItems: 1,
        items: { $ref: '#/$defs/item' },
        description: 'Records and groups in their order',
      },
    },
  },
};
