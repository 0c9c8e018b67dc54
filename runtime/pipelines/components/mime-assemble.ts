/** Writes the parts of a message as one MIME multipart, as a stream. Source: RFC 2046, 5.1; RFC 7578 for forms */
import { derive, type Message, type Part } from '../../contracts/message.ts';
import type { PipelineComponent } from '../../contracts/pipeline.ts';
import { BUS } from '../../contracts/properties.ts';
import { extensionOf } from '../../files/media-types.ts';
import { base64Lines } from '../packing/mime/transfer.ts';

export interface MimeAssembleOptions {
  readonly subtype?: 'mixed' | 'related' | 'form-data';
  readonly name?: string;
  readonly field?: string;
  readonly headers?: boolean;
}

export const mimeAssemble: PipelineComponent<MimeAssembleOptions> = {
  name: 'mime-assemble',
  summary: 'Writes the parts of a message as one MIME multipart.',
  stages: ['encode'],
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      subtype: { enum: ['mixed', 'related', 'form-data'], default: 'mixed', description: 'Which multipart it is' },
      name: {
        type: 'string',
        minLength: 1,
        description:
          'The name of the body in it, as claim.xml or the field of a form; {property} stands for a property',
      },
      headers: {
        type: 'boolean',
        default: false,
        description:
          'Its headers stand in the body, parts in base64, as for a file or a mail; else they are its media type',
      },
    },
  },
  async execute(message, { subtype = 'mixed', name, field = 'file', headers = false }, { newId }) {
    const boundary = `guildhall-${newId()}`;
    const [body] = message.parts;
    const pieces = message.parts.map((part, index) => ({
      part,
      head: headOf(part, index === 0 ? bodyName(message, name) : part.name, {
        subtype,
        boundary,
        headers,
        index,
        field: index === 0 ? field : part.name,
      }),
    }));
    const start = subtype === 'related' ? `; type="${essence(body)}"; start="<part-1@guildhall>"` : '';
    const contentType = `multipart/${subtype}${start}; boundary="${boundary}"`;
    const top = headers ? `MIME-Version: 1.0\r\nContent-Type: ${contentType}\r\n\r\n` : '';
    async function* open(): AsyncGenerator<Uint8Array> {
      if (top !== '') yield Buffer.from(top);
      for (const { part, head } of pieces) {
        yield Buffer.from(head);
        if (headers) yield* inBase64(part.open());
        else yield* part.open();
        yield Buffer.from('\r\n');
      }
      yield Buffer.from(`--${boundary}--\r\n`);
    }
    const written: Part = {
      name: body.name,
      contentType: headers ? 'message/rfc822' : contentType,
      size: undefined,
      open,
    };
    return derive(message, { parts: [written] });
  },
};

const essence = ({ contentType }: Part) => contentType.split(';')[0]!.trim();

function bodyName({ context, parts: [body] }: Message, pattern: string | undefined): string {
  const source = context.get(BUS.sourceName)?.value;
  if (pattern !== undefined)
    return pattern.replace(/\{([^{}]+)\}/g, (_, property: string) => String(context.get(property)?.value ?? ''));
  const last = String(source ?? '')
    .split(/[\\/]/)
    .at(-1);
  return last === undefined || last === '' ? `body${extensionOf(body.contentType)}` : last;
}

interface Place {
  readonly subtype: string;
  readonly boundary: string;
  readonly headers: boolean;
  readonly index: number;
  readonly field: string;
}

function headOf({ contentType }: Part, name: string, { subtype, boundary, headers, index, field }: Place): string {
  const encoding = headers ? 'base64' : 'binary';
  const disposition =
    subtype === 'form-data'
      ? `form-data; name=${quoted(field)}; filename=${quoted(name)}`
      : `attachment; filename=${quoted(name)}`;
  return [
    `--${boundary}`,
    `Content-Type: ${contentType.replace(/[\r\n]/g, ' ') || 'application/octet-stream'}`,
    ...(subtype === 'form-data'
      ? []
      : [`Content-Transfer-Encoding: ${encoding}`, `Content-ID: <part-${index + 1}@guildhall>`]),
    ...(subtype === 'form-data' && headers ? [`Content-Transfer-Encoding: ${encoding}`] : []),
    `Content-Disposition: ${disposition}`,
    '\r\n',
  ].join('\r\n');
}

/** As forms of browsers do: quotes and line breaks in percent, the rest in UTF-8. */
const quoted = (name: string) =>
  `"${name.replace(/["\r\n]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)}"`;

/** Whole lines, whatever pieces the bytes come in. */
async function* inBase64(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const LINE = 57;
  let rest = Buffer.alloc(0);
  for await (const chunk of bytes) {
    const all = Buffer.concat([rest, chunk]);
    const whole = all.length - (all.length % LINE);
    if (whole > 0) yield Buffer.from(base64Lines(all.subarray(0, whole)));
    rest = all.subarray(whole);
  }
  if (rest.length > 0) yield Buffer.from(base64Lines(rest));
}
