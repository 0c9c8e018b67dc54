/** The functions of all expressions, by name. */
import type { ExpressionFunction } from '../function.ts';
import { abs } from './abs.ts';
import { addDays } from './add-days.ts';
import { coalesce } from './coalesce.ts';
import { concat } from './concat.ts';
import { contains } from './contains.ts';
import { count } from './count.ts';
import { date } from './date.ts';
import { daysBetween } from './days-between.ts';
import { decimal } from './decimal.ts';
import { divide } from './divide.ts';
import { endsWith } from './ends-with.ts';
import { integer } from './integer.ts';
import { isPostcode } from './is-postcode.ts';
import { isUprn } from './is-uprn.ts';
import { join } from './join.ts';
import { left } from './left.ts';
import { lookup } from './lookup.ts';
import { lower } from './lower.ts';
import { matches } from './matches.ts';
import { max } from './max.ts';
import { min } from './min.ts';
import { number } from './number.ts';
import { padLeft } from './pad-left.ts';
import { padRight } from './pad-right.ts';
import { parseDate } from './parse-date.ts';
import { postcode } from './postcode.ts';
import { replace } from './replace.ts';
import { right } from './right.ts';
import { round } from './round.ts';
import { size } from './size.ts';
import { split } from './split.ts';
import { startsWith } from './starts-with.ts';
import { string } from './string.ts';
import { substring } from './substring.ts';
import { sum } from './sum.ts';
import { trim } from './trim.ts';
import { truncate } from './truncate.ts';
import { upper } from './upper.ts';

const all: readonly ExpressionFunction[] = [
  abs,
  addDays,
  coalesce,
  concat,
  contains,
  count,
  date,
  daysBetween,
  decimal,
  divide,
  endsWith,
  integer,
  isPostcode,
  isUprn,
  join,
  left,
  lookup,
  lower,
  matches,
  max,
  min,
  number,
  padLeft,
  padRight,
  parseDate,
  postcode,
  replace,
  right,
  round,
  size,
  split,
  startsWith,
  string,
  substring,
  sum,
  trim,
  truncate,
  upper,
];

export const functions: ReadonlyMap<string, ExpressionFunction> = new Map(all.map((entry) => [entry.name, entry]));
