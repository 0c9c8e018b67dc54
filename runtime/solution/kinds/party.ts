/** config/parties/*.party.yaml: whom messages come from, and by what they are known. */
import type { FileKind } from './kind.ts';
import { closed, name, oneOrMore, text } from './parts.ts';

export const party: FileKind = {
  name: 'party',
  what: 'a party',
  pattern: /^config\/parties\/.+\.party\.yaml$/,
  place: 'config/parties/*.party.yaml',
  naming: 'party',
  schema: closed(
    'A party: whom messages come from',
    {
      party: name('the party'),
      description: text('Who that is'),
      aliases: {
        type: 'object',
        minProperties: 1,
        description: 'By which values of which properties it is known, as http.caller: works',
        propertyNames: { minLength: 1, description: 'A property' },
        additionalProperties: oneOrMore(
          { type: ['string', 'number'], minLength: 1, description: 'A value, or a network such as 10.2.0.0/16' },
          'One value or several',
        ),
      },
    },
    ['party', 'aliases'],
  ),
};
