/** mappings/*.map.yaml: a transformation from one or more message types to one. The map's compiler types its expressions. */
import type { FileKind } from './kind.ts';
import { closed, name } from './parts.ts';

export const map: FileKind = {
  name: 'map',
  what: 'a map',
  pattern: /^mappings\/.+\.map\.yaml$/,
  place: 'mappings/*.map.yaml',
  naming: 'map',
  schema: closed(
    'A map',
    {
      map: name('the map'),
      description: { type: 'string', description: 'What the map is for' },
      from: {
        type: 'object',
        minProperties: 1,
        description: 'Its sources: the name that expressions use, and the message type',
        additionalProperties: name('a message type'),
      },
      to: name('the message type that it makes'),
      fields: {
        type: 'object',
        description: 'Fields of the target: an expression, nested fields, or each/when/fields',
      },
      xslt: { type: 'string', description: 'In place of `fields`: a stylesheet in XSLT 1.0, as a path from this file' },
      parameters: {
        type: 'object',
        description: 'Of the stylesheet: the name of an xsl:param, and an expression over the sources',
        additionalProperties: { type: ['string', 'number', 'boolean'] },
      },
    },
    ['map', 'from', 'to'],
  ),
};
