/**
 * Takes the files out of a zip archive: one message each, in the order of the archive. An archive lies in memory as it came, its files
 * are unpacked as streams. Names that lead out of a folder, encrypted files and wrong sizes or checksums are refused.
 */
import { posix } from 'node:path';
import { crc32 } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { bytesOf, derive, type Message, type Part, withProperties } from '../../contracts/message.ts';
import type { PipelineComponent } from '../../contracts/pipeline.ts';
import { isBusError, reasonOf } from '../../errors/as-bus-error.ts';
import { busError } from '../../errors/bus-error.ts';
import { limited, MOST, maxBytes } from '../packing/limited.ts';
import { ZIP_FILE } from '../zip-file.ts';

interface Config {
  readonly files?: string;
  readonly maxBytes?: number;
  readonly maxFiles?: number;
}

const MOST_FILES = 10_000;

export const unzip: PipelineComponent<Config> = {
  name: 'unzip',
  summary: 'Takes the files out of a zip archive, one message each; their names are carried as `zip.file`.',
  stages: ['decode'],
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      files: { type: 'string', minLength: 1, description: 'Which of its files are taken, as *.csv; all unless told' },
      maxFiles: {
        type: 'integer',
        minimum: 1,
        default: MOST_FILES,
        description: 'The most files that an archive may hold',
      },
      maxBytes,
    },
  },
  async *execute(message, { files, maxBytes: most = MOST, maxFiles = MOST_FILES }, context) {
    const archive = await opened(Buffer.from(await bytesOf(message.parts[0])));
    const entries = await entriesOf(archive, maxFiles);
    let left = most;
    for (const entry of entries.filter(({ fileName }) => isWanted(fileName, files))) {
      left -= entry.uncompressedSize;
      if (left < 0) throw busError('UNPACKED_TOO_LARGE', { format: 'zip archive', limit: most });
      const file = fileOf(entry, archive, message, context.newId());
      context.records?.came(file, () => file.parts[0]);
      yield file;
    }
  },
};

function opened(bytes: Buffer): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    const options = { lazyEntries: true, autoClose: false, validateEntrySizes: true, strictFileNames: true };
    yauzl.fromBuffer(bytes, options, (error, archive) => (error ? reject(broken(error)) : resolve(archive)));
  });
}

function entriesOf(archive: ZipFile, most: number): Promise<Entry[]> {
  if (archive.entryCount > most)
    throw busError('PACKING_BROKEN', {
      format: 'zip',
      reason: `it holds ${archive.entryCount} files, and ${most} is the most`,
    });
  const entries: Entry[] = [];
  return new Promise((resolve, reject) => {
    archive.on('entry', (entry) => {
      entries.push(entry);
      archive.readEntry();
    });
    archive.on('end', () => resolve(entries));
    archive.on('error', (error) => reject(broken(error)));
    archive.readEntry();
  });
}

/** Folders are no files. Without a `/` in the pattern the name counts, whatever its folder. */
function isWanted(name: string, pattern: string | undefined): boolean {
  if (name.endsWith('/')) return false;
  return pattern === undefined || posix.matchesGlob(pattern.includes('/') ? name : posix.basename(name), pattern);
}

function fileOf(entry: Entry, archive: ZipFile, message: Message, id: string): Message {
  const [, ...rest] = message.parts;
  const { fileName, uncompressedSize } = entry;
  if (entry.isEncrypted()) throw busError('PACKING_BROKEN', { format: 'zip', reason: `${fileName} is encrypted` });
  const part: Part = {
    name: 'body',
    contentType: 'application/octet-stream',
    size: uncompressedSize,
    open: () => limited('zip archive', contents(entry, archive), uncompressedSize),
  };
  const context = withProperties(message.context, [[ZIP_FILE, { value: fileName, promoted: false }]]);
  return derive(message, { id, parts: [part, ...rest], context });
}

async function* contents(entry: Entry, archive: ZipFile): AsyncGenerator<Uint8Array> {
  let checksum = 0;
  try {
    for await (const chunk of await streamOf(entry, archive)) {
      checksum = crc32(chunk as Uint8Array, checksum);
      yield chunk as Uint8Array;
    }
  } catch (thrown) {
    throw isBusError(thrown) ? thrown : broken(thrown);
  }
  if (checksum !== entry.crc32) throw broken(`the checksum of ${entry.fileName} does not match`);
}

function streamOf(entry: Entry, archive: ZipFile): Promise<AsyncIterable<unknown>> {
  return new Promise((resolve, reject) => {
    archive.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
  });
}

const broken = (thrown: unknown) =>
  busError(
    'PACKING_BROKEN',
    { format: 'zip', reason: typeof thrown === 'string' ? thrown : reasonOf(thrown) },
    { cause: thrown },
  );
