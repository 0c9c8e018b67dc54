/** Packs the body into a zip archive of one file, as a stream. */
import { Readable } from 'node:stream';
import yazl from 'yazl';
import type { Message } from '../../contracts/message.ts';
import type { PipelineComponent } from '../../contracts/pipeline.ts';
import { BUS } from '../../contracts/properties.ts';
import { recoded } from '../packing/through.ts';

interface Config {
  readonly file?: string;
}

export const zip: PipelineComponent<Config> = {
  name: 'zip',
  summary: 'Packs the body into a zip archive of one file.',
  stages: ['encode'],
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      file: {
        type: 'string',
        minLength: 1,
        description:
          'The name of the file in the archive; {property} stands for a property of the message. By default what the message was called where it came from',
      },
    },
  },
  async execute(message, { file }) {
    const name = nameOf(message, file);
    return recoded(message, 'application/zip', (bytes) => packed(bytes, name));
  },
};

/** No folder, whatever a property says. */
function nameOf({ context, id }: Message, pattern: string | undefined): string {
  const source = context.get(BUS.sourceName)?.value ?? id;
  const written =
    pattern?.replace(/\{([^{}]+)\}/g, (_, name: string) => String(context.get(name)?.value ?? '')) ?? String(source);
  return written.replace(/[\\/:]/g, '_').replace(/^\.+/, '') || 'body';
}

/** Times in the archive are those of its first day, so that the same body gives the same bytes. */
async function* packed(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const archive = new yazl.ZipFile();
  archive.addReadStream(Readable.from(bytes, { objectMode: false }) as NodeJS.ReadableStream, name, {
    mtime: new Date(315_619_200_000),
  });
  archive.end();
  for await (const chunk of archive.outputStream) yield chunk as Uint8Array;
}
