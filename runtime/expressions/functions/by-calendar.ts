/** Functions whose last argument names a calendar of config/calendars. */
import type { Calendar } from '../../contracts/calendar.ts';
import { suggestName } from '../../errors/suggest-name.ts';
import { fail } from '../failure.ts';
import type { Argument, ExpressionFunction, Preparation } from '../function.ts';

type Definition = Pick<ExpressionFunction, 'name' | 'summary' | 'example' | 'parameters' | 'returns'> & {
  readonly with: (calendar: Calendar, ...args: readonly never[]) => unknown;
};

export function byCalendar({ with: run, parameters, ...definition }: Definition): ExpressionFunction {
  const place = parameters.length;
  return {
    ...definition,
    parameters: [...parameters, { name: 'calendar', kind: 'string' }],
    run: () => fail(`${definition.name}: the calendar must be written as a text`),
    prepare: (args, lookups) => {
      const found = calendarNamed(args[place], lookups?.calendars ?? new Map(), definition.name);
      if ('message' in found) return { problem: { argument: place, ...found } };
      return { run: (...given: readonly never[]) => run(found, ...given.slice(0, place)) };
    },
  };
}

type Problem = Omit<NonNullable<Preparation['problem']>, 'argument'>;

function calendarNamed(
  argument: Argument | undefined,
  calendars: ReadonlyMap<string, Calendar>,
  by: string,
): Calendar | Problem {
  const name = argument?.literal?.value;
  if (typeof name !== 'string')
    return { message: 'The calendar must be written as a text', help: `Write ${by}(..., "calendar-name").` };
  const known = [...calendars.keys()];
  const help =
    known.length > 0 ? `The calendars are ${known.join(', ')}.` : 'Declare it in config/calendars as a calendar file.';
  return (
    calendars.get(name) ?? { message: `There is no calendar "${name}"`, help, suggestion: suggestName(name, known) }
  );
}
