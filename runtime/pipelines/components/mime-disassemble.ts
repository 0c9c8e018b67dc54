/**
 * Takes a MIME multipart apart (mixed, related, form-data and the like, nested ones, too): into the parts of one message, or into one message
 * for each part. The multipart lies in memory as it came.
 */
import { posix } from 'node:path';
import { derive, type Message, type Part, type Property, partOf, withProperties } from '../../contracts/message.ts';
import type { PipelineComponent, PipelineContext } from '../../contracts/pipeline.ts';
import { busError } from '../../errors/bus-error.ts';
import { MIME_NAME, MIME_PART } from '../mime-part.ts';
import { contentOf, type Entity, essenceOf, hasHeaders, nameOf, readEntity, typeOf } from '../packing/mime/entity.ts';
import { isMultipart, leavesOf } from '../packing/mime/multipart.ts';
import { bytesIn } from '../packing/whole.ts';

export interface MimeDisassembleOptions {
  readonly as?: 'parts' | 'messages';
  readonly contentType?: string;
  readonly name?: string;
  readonly index?: number;
  readonly maxParts?: number;
  readonly others?: 'refuse' | 'pass';
}

const MOST_PARTS = 100;

export const mimeDisassemble: PipelineComponent<MimeDisassembleOptions> = {
  name: 'mime-disassemble',
  summary: 'Takes a MIME multipart apart: into the parts of one message, or into messages.',
  stages: ['decode'],
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      as: {
        enum: ['parts', 'messages'],
        default: 'parts',
        description: 'One message, whose body is the part that is asked for; or a message for each part that is',
      },
      contentType: {
        type: 'string',
        minLength: 1,
        description: 'Parts of this media type, as application/xml or text/*',
      },
      name: {
        type: 'string',
        minLength: 1,
        description: 'Parts of this name, as *.xml: of a file, a field or a Content-ID',
      },
      index: { type: 'integer', minimum: 1, description: 'The part with this number among those, from 1' },
      maxParts: { type: 'integer', minimum: 1, default: MOST_PARTS, description: 'The most parts that it may have' },
      others: {
        enum: ['refuse', 'pass'],
        default: 'refuse',
        description: 'What becomes of a body that is no multipart',
      },
    },
  },
  async *execute(message, options, context) {
    const bytes = await bytesIn(message, 'mime');
    const [{ contentType }] = message.parts;
    const entity = isMultipart(contentType) ? { type: contentType, body: bytes } : entityIn(bytes);
    if (!entity || !isMultipart(entity.type)) {
      if (options.others !== 'pass') throw notOne(contentType);
      yield message;
      return;
    }
    const leaves = leavesOf(entity.body, entity.type, options.maxParts ?? MOST_PARTS);
    const wanted = wantedOf(leaves, options);
    if (wanted.length === 0) throw lacking(options, leaves.length);
    if (options.as === 'messages') yield* messagesOf(message, wanted, leaves, context);
    else yield oneOf(message, wanted[0]!, leaves);
  },
};

function entityIn(bytes: Buffer): { readonly type: string; readonly body: Buffer } | undefined {
  if (!hasHeaders(bytes)) return undefined;
  const entity = readEntity(bytes);
  return { type: typeOf(entity), body: entity.body };
}

function wantedOf(leaves: readonly Entity[], { contentType, name, index }: MimeDisassembleOptions): readonly Entity[] {
  const fitting = leaves.filter(
    (part) =>
      (contentType === undefined || posix.matchesGlob(essenceOf(typeOf(part)), contentType.toLowerCase())) &&
      (name === undefined || posix.matchesGlob(nameOf(part) ?? '', name)),
  );
  return index === undefined ? fitting : fitting.slice(index - 1, index);
}

/** The one that is asked for is the body, the others follow in their order. */
function oneOf(message: Message, body: Entity, leaves: readonly Entity[]): Message {
  const others = leaves.filter((part) => part !== body).map((part, index) => partFor(part, `part-${index + 2}`));
  return derive(message, {
    parts: [partFor(body, 'body', 'body'), ...others, ...message.parts.slice(1)],
    context: withProperties(message.context, told(body, leaves).slice(1)),
  });
}

function* messagesOf(
  message: Message,
  wanted: readonly Entity[],
  leaves: readonly Entity[],
  { newId, records }: PipelineContext,
): Generator<Message> {
  for (const part of wanted) {
    const context = withProperties(message.context, told(part, leaves));
    const made = derive(message, {
      id: newId(),
      parts: [partFor(part, 'body', 'body'), ...message.parts.slice(1)],
      context,
    });
    records?.came(made, () => made.parts[0]);
    yield made;
  }
}

function told(part: Entity, leaves: readonly Entity[]): [string, Property][] {
  const name = nameOf(part);
  return [
    [MIME_PART, { value: leaves.indexOf(part) + 1, promoted: false }],
    ...(name === undefined ? [] : [[MIME_NAME, { value: name, promoted: false }] as [string, Property]]),
  ];
}

const partFor = (part: Entity, standard: string, name = nameOf(part) ?? standard): Part =>
  partOf(contentOf(part), typeOf(part), name);

const notOne = (contentType: string) =>
  busError('PACKING_BROKEN', { format: 'mime', reason: `it is no multipart, but ${contentType || 'of no type'}` });

function lacking({ contentType, name, index }: MimeDisassembleOptions, count: number) {
  const asked = [contentType, name, index === undefined ? undefined : `number ${index}`].filter(
    (each) => each !== undefined,
  );
  const reason = asked.length === 0 ? 'it has no parts' : `none of its ${count} parts is ${asked.join(', ')}`;
  return busError('PACKING_BROKEN', { format: 'mime', reason });
}
