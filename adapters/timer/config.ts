/** The options of timer locations: their type, their JSON Schema, their defaults. */
import type { JsonSchema } from '../../runtime/contracts/adapter.ts';
import { durationPattern } from '../../runtime/contracts/duration.ts';

export interface TimerConfig {
  readonly cron: string;
  readonly zone?: string;
  readonly missed?: 'skip' | 'once' | 'all';
  readonly within?: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

export const defaults = { zone: 'Europe/London', missed: 'once', within: '24h' } as const;

export const receiveSchema: JsonSchema = {
  type: 'object',
  required: ['cron'],
  properties: {
    cron: {
      type: 'string',
      minLength: 9,
      description:
        'When: minute, hour, day of month, month, day of week, as "30 6 * * MON-FRI"; L is the last day, LW the last working day, MON#1 the first Monday; six fields begin with seconds',
    },
    zone: {
      type: 'string',
      minLength: 1,
      default: defaults.zone,
      description:
        'The time zone, an IANA name. A time that the clock leaves out counts right after the change; one that comes twice counts once',
    },
    missed: {
      enum: ['skip', 'once', 'all'],
      default: defaults.missed,
      description: 'What becomes of times at which no host ran: left out, made up for once, or each made up for',
    },
    within: {
      type: 'string',
      pattern: durationPattern,
      default: defaults.within,
      description: 'Times that were missed longer ago are left out in any case',
    },
    body: { type: 'object', description: 'Fields of the message beside `scheduledAt`; it is a JSON object' },
  },
};
