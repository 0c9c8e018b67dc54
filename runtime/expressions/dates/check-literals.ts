/** Time zones and patterns that stand in an expression as texts are checked before anything runs. */
import { reasonOf } from '../../errors/as-bus-error.ts';
import { nearest } from '../../errors/nearest.ts';
import type { Argument, Preparation } from '../function.ts';
import { datePattern } from './pattern.ts';
import { isZone } from './zone.ts';

type Problem = Preparation['problem'];

export function checkZone(args: readonly Argument[], argument: number): Problem {
  const zone = args[argument]?.literal?.value;
  if (typeof zone !== 'string' || isZone(zone)) return undefined;
  const suggestion = nearest(zone, ['Europe/London', 'UTC', ...Intl.supportedValuesOf('timeZone')]) ?? 'Europe/London';
  const help = 'Use a name of the time zone database, such as Europe/London or UTC.';
  return { argument, message: `There is no time zone "${zone}"`, help, suggestion };
}

export function checkPattern(args: readonly Argument[], argument: number): Problem {
  const pattern = args[argument]?.literal?.value;
  if (typeof pattern !== 'string') return undefined;
  try {
    datePattern(pattern);
    return undefined;
  } catch (thrown) {
    const reason = reasonOf(thrown);
    return {
      argument,
      message: reason[0]!.toUpperCase() + reason.slice(1),
      help: "A pattern is like dd/MM/yyyy or yyyy-MM-dd'T'HH:mm:ss.",
      suggestion: `"${corrected(pattern)}"`,
    };
  }
}

/** The letters as we write them; where that is no pattern either, a usual one. */
function corrected(pattern: string): string {
  const letters = pattern
    .replace(/Y/g, 'y')
    .replace(/D/g, 'd')
    .replace(/(?<=d)T(?=H)/g, "'T'")
    .replace(/Z$/, 'XXX');
  try {
    datePattern(letters);
    return letters;
  } catch {
    return 'dd/MM/yyyy'; // What was wrong is told by the finding itself.
  }
}
