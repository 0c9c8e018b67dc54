/** Files in folders, local or on a mounted share, in both directions. */
import type { Adapter, Direction } from '../../runtime/contracts/adapter.ts';
import type { FindingInConfig } from '../../runtime/contracts/finding.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { templateProblem } from '../../runtime/files/file-name.ts';
import { doneProblems, type OptionProblem, receiveProblems } from '../shared/beside.ts';
import { type FileReceiveConfig, type FileSendConfig, receiveSchema, sendSchema } from './config.ts';
import { receiveFiles } from './receive.ts';
import { sendFiles } from './send.ts';

type FileConfig = FileReceiveConfig | FileSendConfig;

export const file: Adapter<FileConfig> = {
  name: 'file',
  summary: 'Takes files out of a folder, and writes files into one.',
  receiveConfig: receiveSchema,
  sendConfig: sendSchema,
  dynamic: { address: 'folder', kind: 'path', options: ['fileName', 'overwrite'] },
  exclusive: true,
  examples: [
    {
      title: 'Take the CSV files of a folder and keep them in an archive',
      direction: 'receive',
      config: { folder: 'data/in', pattern: '*.csv', poll: '5s', archive: 'data/archive' },
    },
    {
      title: 'Take files that are marked as complete, and say what became of each',
      direction: 'receive',
      config: {
        folder: 'data/in',
        pattern: '*.csv',
        doneFile: '{stem}.done',
        errors: 'data/bad',
        receipts: 'data/receipts',
      },
    },
    {
      title: 'Write each message to a file of its own',
      direction: 'send',
      config: { folder: 'data/out', fileName: 'enquiry-{message.id}.xml' },
    },
  ],
  check,
  receive: (config, context) => receiveFiles(config as FileReceiveConfig, context),
  send: (config, context) => sendFiles(config as FileSendConfig, context),
};

function check(config: FileConfig, direction: Direction): readonly FindingInConfig[] {
  const problems =
    direction === 'receive' ? receiveProblems(config) : [...sendProblems(config), ...doneProblems(config)];
  return problems.map(({ path, reason, advice }) => invalid(path, reason, advice));
}

function sendProblems({ fileName }: FileSendConfig): OptionProblem[] {
  const reason = fileName === undefined ? undefined : templateProblem(fileName);
  return reason ? [{ path: 'fileName', reason, advice: 'Write a plain name such as report-{message.id}.xml.' }] : [];
}

function invalid(path: string, reason: string, advice: string): FindingInConfig {
  const { code, message, help } = busError('OPTION_INVALID', { reason, advice });
  return { code, severity: 'error', path, message, help };
}
