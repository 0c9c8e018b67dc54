/**
 * A wire tap: writes a copy of the body, as it stands at this step, to a folder before the message goes on. Under a work name first,
 * flushed to the disk, then renamed. What cannot be written keeps the message back, so that nothing goes on unarchived.
 */
import type { FindingInConfig } from '../../contracts/finding.ts';
import type { PipelineComponent } from '../../contracts/pipeline.ts';
import { isBusError, reasonOf } from '../../errors/as-bus-error.ts';
import { busError } from '../../errors/bus-error.ts';
import { fileNameFor, templateProblem } from '../../files/file-name.ts';
import { replaceFile } from '../../files/write-file.ts';

export interface ArchiveOptions {
  readonly folder: string;
  readonly fileName?: string;
}

export const archive: PipelineComponent<ArchiveOptions> = {
  name: 'archive',
  summary: 'Writes a copy of the body to a folder before the message goes on.',
  stages: ['decode', 'validate', 'pre-assemble', 'encode'],
  config: {
    type: 'object',
    additionalProperties: false,
    required: ['folder'],
    properties: {
      folder: { type: 'string', minLength: 1, description: 'A folder that exists, relative to the solution.' },
      fileName: {
        type: 'string',
        pattern: '\\{message\\.id\\}',
        description: 'As {message.type}-{message.id}.xml; {property} stands for a property of the message.',
      },
    },
  },
  check: ({ fileName }) => nameProblems(fileName),
  async execute(message, { folder, fileName }, { resolvePath, newId, signal }) {
    if (!resolvePath) return message;
    const path = resolvePath(folder);
    const name = fileNameFor(message, fileName, path);
    try {
      await replaceFile(path, name, message.parts[0].open(), newId(), signal);
    } catch (thrown) {
      signal.throwIfAborted();
      if (isBusError(thrown)) throw thrown;
      throw busError('ARCHIVE_FAILED', { folder: path, reason: reasonOf(thrown) }, { cause: thrown });
    }
    return message;
  },
};

function nameProblems(fileName: string | undefined): FindingInConfig[] {
  const reason = fileName === undefined ? undefined : templateProblem(fileName);
  if (!reason) return [];
  const advice = 'Write a plain name such as {message.type}-{message.id}.xml.';
  const { code, message, help } = busError('OPTION_INVALID', { reason, advice });
  return [{ code, severity: 'error', path: 'fileName', message, help }];
}
