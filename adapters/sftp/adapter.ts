/** Files in folders of an SFTP server, in both directions. */
import type { Adapter, Direction } from '../../runtime/contracts/adapter.ts';
import type { FindingInConfig } from '../../runtime/contracts/finding.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { templateProblem } from '../../runtime/files/file-name.ts';
import { doneProblems, type OptionProblem, receiveProblems } from '../shared/beside.ts';
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
  const { password, privateKey, passphrase } = config;
  const found: FindingInConfig[] = [];
  if (!password && !privateKey)
    found.push(invalid('user', 'nothing says how the user logs in', 'Give password or privateKey.'));
  if (passphrase && !privateKey)
    found.push(invalid('passphrase', 'there is no private key to unseal', 'Give privateKey, too.'));
  const problems =
    direction === 'receive' ? receiveProblems(config) : [...sendProblems(config), ...doneProblems(config)];
  return [...found, ...problems.map(({ path, reason, advice }) => invalid(path, reason, advice))];
}

function sendProblems({ fileName }: SftpSendConfig): OptionProblem[] {
  const reason = fileName === undefined ? undefined : templateProblem(fileName);
  return reason ? [{ path: 'fileName', reason, advice: 'Write a plain name such as report-{message.id}.xml.' }] : [];
}

function invalid(path: string, reason: string, advice: string): FindingInConfig {
  const { code, message, help } = busError('OPTION_INVALID', { reason, advice });
  return { code, severity: 'error', path, message, help };
}
