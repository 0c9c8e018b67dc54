/** config/calendars/*.calendar.yaml: working days, holidays and service hours. */
import type { FileKind } from './kind.ts';
import { closed, name, path, text } from './parts.ts';

export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

const time = (description: string, standard: string) => ({
  type: 'string',
  pattern: '^([01]\\d|2[0-4]):[0-5]\\d$',
  description: `${description}, as 09:00`,
  default: standard,
});

export const calendar: FileKind = {
  name: 'calendar',
  what: 'a calendar',
  pattern: /^config\/calendars\/.+\.calendar\.yaml$/,
  place: 'config/calendars/*.calendar.yaml',
  naming: 'calendar',
  schema: closed(
    'A calendar',
    {
      calendar: name('the calendar'),
      description: text('Whose days and hours it has'),
      zone: { ...text('The time zone of its days and hours, an IANA name'), default: 'Europe/London' },
      week: {
        type: 'array',
        minItems: 1,
        uniqueItems: true,
        items: { enum: [...WEEKDAYS] },
        description: 'The weekdays that are worked; Monday to Friday unless told',
      },
      hours: closed('The service hours of a working day, by the clock of the zone', {
        from: time('When it opens', '00:00'),
        to: time('When it closes', '24:00'),
      }),
      holidays: {
        description:
          "Days that are not worked: dates, or a file in the form of GOV.UK's bank holidays and a division of it",
        anyOf: [
          { type: 'array', items: { type: 'string', format: 'date', description: 'A date, as 2026-12-25' } },
          closed(
            'Holidays of a file',
            {
              file: path('Where the file lies in the solution, as config/calendars/bank-holidays.json'),
              division: { ...text('england-and-wales, scotland or northern-ireland'), default: 'england-and-wales' },
              also: {
                type: 'array',
                items: { type: 'string', format: 'date', description: 'A date, as 2026-12-24' },
                description: 'More days',
              },
            },
            ['file'],
          ),
        ],
      },
    },
    ['calendar'],
  ),
};
