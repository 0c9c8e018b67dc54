/** A message at each time of a schedule: what starts polls, reports and reminders. */
import type { Adapter } from '../../runtime/contracts/adapter.ts';
import type { FindingInConfig } from '../../runtime/contracts/finding.ts';
import { busError } from '../../runtime/errors/bus-error.ts';
import { defaults, receiveSchema, type TimerConfig } from './config.ts';
import { receiveTimes } from './receive.ts';
import { problemOf } from './schedule.ts';

export const timer: Adapter<TimerConfig> = {
  name: 'timer',
  summary: 'Starts something at the times of a schedule.',
  receiveConfig: receiveSchema,
  exclusive: true,
  examples: [
    {
      title: 'Every working morning at half past six, by the clock of London',
      direction: 'receive',
      config: { cron: '30 6 * * MON-FRI', body: { report: 'overnight' } },
    },
  ],
  check,
  receive: receiveTimes,
};

/** Any instant will do to see whether there are times at all. */
const SOME_TIME = Date.UTC(2026, 0, 1);

function check({ cron, zone = defaults.zone }: TimerConfig): readonly FindingInConfig[] {
  const reason = problemOf(cron, zone, SOME_TIME);
  if (reason === undefined) return [];
  const isZone = /timezone/i.test(reason);
  const advice = isZone ? 'Write an IANA name such as Europe/London.' : 'Write it as "30 6 * * MON-FRI".';
  const { code, message, help } = busError('OPTION_INVALID', {
    reason: isZone ? `there is no time zone ${zone}` : reason,
    advice,
  });
  return [{ code, severity: 'error', path: isZone ? 'zone' : 'cron', message, help }];
}
