/** Files in folders of an SFTP server, in both directions. */
import type { Adapter, Direction } from '../../runtime/contracts/adapter.ts';
import type { FindingInConfig } from '../../runtime/contracts/finding.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { templateProblem } from '../shared/file-name.ts';
import { receiveSchema, type SftpReceiveConfig, type SftpSendConfig, sendSchema } from './config.ts';
import { receiveRemote } from './receive.ts';
import { sendRemote } from './send.ts';

type SftpConfig = SftpReceiveConfig | SftpSendConfig;

const bank = {
  host: 'sftp.bank.example',
  user: 'northmoor',
  privateKey: { secret: 'BANK_KEY' },
  hostKey: 'SHA256:uNiVztksCsDhcc0u9e8BrZKXqwjKNLbEPOXXNPbzSgw',
};

export const sftp: Adapter<SftpConfig> = {
  name: 'sftp',
  summary: 'Takes files out of a folder of an SFTP server, and writes files into one.',
  receiveConfig: receiveSchema,
  sendConfig: sendSchema,
  exclusive: true,
  examples: [
    {
      title: 'Take statements that the bank has finished, and keep them in its archive folder',
      direction: 'receive',
      config: { ...bank, folder: 'out', pattern: '*.txt', doneFile: '{name}.done', archive: 'out/archive', poll: '1m' },
    },
    {
      title: 'Hand payment files over to the bank',
      direction: 'send',
      config: { ...bank, folder: 'in', fileName: 'bacs-{message.id}.txt' },
    },
  ],
  check,
  receive: (config, context) => receiveRemote(config as SftpReceiveConfig, context),
  send: (config, context) => sendRemote(config as SftpSendConfig, context),
};

function check(config: SftpConfig, direction: Direction): readonly FindingInConfig[] {
  const { password, privateKey, passphrase, doneFile } = config;
  const found: FindingInConfig[] = [];
  if (!password && !privateKey)
    found.push(invalid('user', 'nothing says how the user logs in', 'Give password or privateKey.'));
  if (passphrase && !privateKey)
    found.push(invalid('passphrase', 'there is no private key to unseal', 'Give privateKey, too.'));
  if (doneFile !== undefined && (!doneFile.includes('{name}') || doneFile === '{name}' || /[/\\]/.test(doneFile)))
    found.push(invalid('doneFile', 'it does not name another file beside each file', 'Write it as {name}.done.'));
  return [...found, ...(direction === 'receive' ? receiveFindings(config as SftpReceiveConfig) : sendFindings(config))];
}

function receiveFindings({ folder, pattern, archive }: SftpReceiveConfig): FindingInConfig[] {
  const found: FindingInConfig[] = [];
  if (pattern !== undefined && /[/\\]/.test(pattern))
    found.push(invalid('pattern', 'the pattern names a subfolder', 'Write a pattern for file names only.'));
  if (archive !== undefined && plain(archive) === plain(folder))
    found.push(invalid('archive', 'the archive is the folder itself', 'Name another folder.'));
  return found;
}

function sendFindings({ fileName }: SftpSendConfig): FindingInConfig[] {
  const problem = fileName === undefined ? undefined : templateProblem(fileName);
  return problem ? [invalid('fileName', problem, 'Write a plain name such as report-{message.id}.xml.')] : [];
}

const plain = (path: string) => path.replace(/^\.\//, '').replace(/\/+$/, '');

function invalid(path: string, reason: string, advice: string): FindingInConfig {
  const { code, message, help } = busError('OPTION_INVALID', { reason, advice });
  return { code, severity: 'error', path, message, help };
}
