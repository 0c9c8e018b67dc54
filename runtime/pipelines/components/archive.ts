/**
 * A wire tap: writes a copy of the body, as it stands at this step, to a folder before the message goes on. Under a work name first,
 * flushed to the disk, then renamed. What cannot be written keeps the message back, so that nothing goes on unarchived; unless it is told to
 * pass, and says so.
 */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FindingInConfig } from '../../contracts/finding.ts';
import type { Message } from '../../contracts/message.ts';
import type { PipelineComponent, PipelineContext } from '../../contracts/pipeline.ts';
import { isBusError, reasonOf } from '../../errors/as-bus-error.ts';
import { busError } from '../../errors/bus-error.ts';
import { fileNameFor, templateProblem } from '../../files/file-name.ts';
import { replaceFile } from '../../files/write-file.ts';

export interface ArchiveOptions {
  readonly folder: string;
  readonly fileName?: string;
  readonly onFailure?: 'keep' | 'pass';
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
      folder: {
        type: 'string',
        minLength: 1,
        description:
          'A folder that exists, relative to the solution; from {date} on, as archive/{date}, it is made for each day',
      },
      fileName: {
        type: 'string',
        pattern: '\\{message\\.id\\}',
        description: 'As {message.type}-{message.id}.xml; {property} stands for a property of the message.',
      },
      onFailure: {
        enum: ['keep', 'pass'],
        default: 'keep',
        description: 'Whether a message whose copy cannot be written is kept back and tried again, or goes on without',
      },
    },
  },
  check: ({ folder, fileName }) => [...folderProblems(folder), ...nameProblems(fileName)],
  async execute(message, config, context) {
    if (!context.resolvePath) return message;
    try {
      await copy(message, config, context.resolvePath, context);
    } catch (thrown) {
      context.signal.throwIfAborted();
      if (config.onFailure !== 'pass') throw thrown;
      tell(message, config.folder, thrown, context);
    }
    return message;
  },
};

async function copy(
  message: Message,
  { folder, fileName }: ArchiveOptions,
  resolvePath: (path: string) => string,
  { newId, now, signal }: PipelineContext,
): Promise<void> {
  const path = await folderOf(resolvePath, folder, now?.() ?? 0);
  const name = fileNameFor(message, fileName, path);
  try {
    await replaceFile(path, name, message.parts[0].open(), newId(), signal);
  } catch (thrown) {
    throw isBusError(thrown) ? thrown : failed(path, thrown);
  }
}

const failed = (folder: string, thrown: unknown) =>
  busError('ARCHIVE_FAILED', { folder, reason: reasonOf(thrown) }, { cause: thrown });

/** What stands before the day must be there: an archive that is not mounted is not made anew beside it. `at`: ms. */
async function folderOf(resolvePath: (path: string) => string, written: string, at: number): Promise<string> {
  const steps = written.split('/');
  const first = steps.findIndex((step) => step.includes(DATE));
  if (first < 0) return resolvePath(written);
  const base = resolvePath(steps.slice(0, first).join('/') || '.');
  const day = new Date(at).toISOString().slice(0, 10);
  const path = join(base, ...steps.slice(first).map((step) => step.replaceAll(DATE, day)));
  try {
    await stat(base);
    await mkdir(path, { recursive: true });
  } catch (thrown) {
    throw failed(path, thrown);
  }
  return path;
}

function tell({ id }: Message, folder: string, thrown: unknown, { emit, now }: PipelineContext): void {
  const code = isBusError(thrown) ? thrown.code : 'ARCHIVE_FAILED';
  emit?.({
    name: 'archive-failed',
    at: now?.() ?? 0,
    data: { message: id, folder, code, reason: reasonOf(thrown) },
  });
}

const DATE = '{date}';

function folderProblems(folder: string): FindingInConfig[] {
  if (!/[{}]/.test(folder.replaceAll(DATE, ''))) return [];
  return [
    wrong('folder', 'Only {date} may stand in a folder', 'Write it as archive/{date}; the rest goes into fileName'),
  ];
}

function nameProblems(fileName: string | undefined): FindingInConfig[] {
  const reason = fileName === undefined ? undefined : templateProblem(fileName);
  return reason ? [wrong('fileName', reason, 'Write a plain name such as {message.type}-{message.id}.xml')] : [];
}

function wrong(path: string, reason: string, advice: string): FindingInConfig {
  const { code, message, help } = busError('OPTION_INVALID', { reason, advice });
  return { code, severity: 'error', path, message, help };
}
