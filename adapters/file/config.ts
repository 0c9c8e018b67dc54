/** The options of file locations and file send ports: their types, their JSON Schemas, their defaults. */
import type { JsonSchema } from '../../runtime/contracts/adapter.ts';
import { durationPattern, parseDuration } from '../../runtime/contracts/duration.ts';
import { type AfterwardsOptions, type BesideOptions, doneOption, receiveOptions } from '../shared/beside.ts';

export interface FileReceiveConfig extends BesideOptions, AfterwardsOptions {
  readonly folder: string;
  readonly pattern?: string;
  readonly poll?: string;
  readonly stableFor?: string;
  readonly sort?: 'name' | 'mtime';
  readonly maxBytes?: number;
  readonly contentType?: string;
}

export interface FileSendConfig {
  readonly folder: string;
  readonly fileName?: string;
  readonly overwrite?: boolean;
  readonly doneFile?: string;
}

export const defaults = { pattern: '*', poll: '1s', stableFor: '1s', sort: 'name', maxBytes: 1_073_741_824 } as const;

/** Milliseconds of a duration that its schema has checked. */
export const milliseconds = (text: string): number => parseDuration(text) ?? 0;

const folder = (description: string): JsonSchema => ({ type: 'string', minLength: 1, description });
const duration = (description: string, standard: string): JsonSchema => {
  return { type: 'string', pattern: durationPattern, default: standard, description };
};

export const receiveSchema: JsonSchema = {
  type: 'object',
  required: ['folder'],
  properties: {
    folder: folder('The folder to take files from, relative to the solution; its subfolders and links are left alone'),
    pattern: {
      type: 'string',
      minLength: 1,
      default: defaults.pattern,
      description: 'Which file names to take: * and ? stand for any characters, {csv,txt} for alternatives',
    },
    poll: duration('How often to look into the folder', defaults.poll),
    stableFor: duration(
      'A file is taken once its size and time have not changed for so long; 0s where files are renamed into place',
      defaults.stableFor,
    ),
    sort: {
      enum: ['name', 'mtime'],
      default: defaults.sort,
      description: 'In which order to take the files that are ready',
    },
    ...receiveOptions(''),
    maxBytes: {
      type: 'integer',
      minimum: 1,
      default: defaults.maxBytes,
      description: 'Files larger than this are left where they are, and reported',
    },
    contentType: {
      type: 'string',
      minLength: 3,
      description: 'The media type of the files; by default it goes by the extension',
    },
  },
};

export const sendSchema: JsonSchema = {
  type: 'object',
  required: ['folder'],
  properties: {
    folder: folder('The folder to write files to, relative to the solution; it must exist'),
    fileName: {
      type: 'string',
      minLength: 1,
      description:
        'The name of the file; {message.id}, {message.type} and {any.property} are filled in. By default {message.id} and an extension by content type',
    },
    overwrite: {
      type: 'boolean',
      default: false,
      description: 'Replace a file of the same name; otherwise a message that would is refused',
    },
    doneFile: doneOption,
  },
};
