/** The functions of all expressions, by name. */
import type { ExpressionFunction } from '../function.ts';
import { abs } from './abs.ts';
import { addDays } from './add-days.ts';
import { addMonths } from './add-months.ts';
import { addServiceTime } from './add-service-time.ts';
import { addWorkingDays } from './add-working-days.ts';
import { arctan } from './arctan.ts';
import { average } from './average.ts';
import { base64 } from './base64.ts';
import { capitalize } from './capitalize.ts';
import { ceiling } from './ceiling.ts';
import { character } from './character.ts';
import { characterCode } from './character-code.ts';
import { coalesce } from './coalesce.ts';
import { concat } from './concat.ts';
import { contains } from './contains.ts';
import { cos } from './cos.ts';
import { count } from './count.ts';
import { date } from './date.ts';
import { daysBetween } from './days-between.ts';
import { decimal } from './decimal.ts';
import { distinct } from './distinct.ts';
import { divide } from './divide.ts';
import { endOfMonth } from './end-of-month.ts';
import { endsWith } from './ends-with.ts';
import { exp } from './exp.ts';
import { first } from './first.ts';
import { floor } from './floor.ts';
import { formatNumber } from './format-number.ts';
import { fromHex } from './from-hex.ts';
import { indexOf } from './index-of.ts';
import { integer } from './integer.ts';
import { isCompanyNumber } from './is-company-number.ts';
import { isNhsNumber } from './is-nhs-number.ts';
import { isNino } from './is-nino.ts';
import { isOpen } from './is-open.ts';
import { isPostcode } from './is-postcode.ts';
import { isUprn } from './is-uprn.ts';
import { isUsrn } from './is-usrn.ts';
import { isVatNumber } from './is-vat-number.ts';
import { isWorkingDay } from './is-working-day.ts';
import { join } from './join.ts';
import { last } from './last.ts';
import { lastWorkingDay } from './last-working-day.ts';
import { left } from './left.ts';
import { ln } from './ln.ts';
import { log10 } from './log10.ts';
import { lookup } from './lookup.ts';
import { lower } from './lower.ts';
import { matches } from './matches.ts';
import { max } from './max.ts';
import { min } from './min.ts';
import { nextOpen } from './next-open.ts';
import { nino } from './nino.ts';
import { normalizeSpace } from './normalize-space.ts';
import { number } from './number.ts';
import { padLeft } from './pad-left.ts';
import { padRight } from './pad-right.ts';
import { parseDate } from './parse-date.ts';
import { phone } from './phone.ts';
import { postcode } from './postcode.ts';
import { power } from './power.ts';
import { replace } from './replace.ts';
import { reverseLookup } from './reverse-lookup.ts';
import { right } from './right.ts';
import { round } from './round.ts';
import { sha256 } from './sha256.ts';
import { sin } from './sin.ts';
import { size } from './size.ts';
import { sortCode } from './sort-code.ts';
import { split } from './split.ts';
import { sqrt } from './sqrt.ts';
import { startsWith } from './starts-with.ts';
import { string } from './string.ts';
import { substring } from './substring.ts';
import { sum } from './sum.ts';
import { tan } from './tan.ts';
import { toHex } from './to-hex.ts';
import { trim } from './trim.ts';
import { trimLeft } from './trim-left.ts';
import { trimRight } from './trim-right.ts';
import { truncate } from './truncate.ts';
import { upper } from './upper.ts';
import { workingDaysBetween } from './working-days-between.ts';
import { yearsBetween } from './years-between.ts';

const all: readonly ExpressionFunction[] = [
  abs,
  addDays,
  addMonths,
  addServiceTime,
  addWorkingDays,
  arctan,
  average,
  base64,
  capitalize,
  ceiling,
  character,
  characterCode,
  coalesce,
  concat,
  contains,
  cos,
  count,
  date,
  daysBetween,
  decimal,
  distinct,
  divide,
  endOfMonth,
  endsWith,
  exp,
  first,
  floor,
  formatNumber,
  fromHex,
  indexOf,
  integer,
  isCompanyNumber,
  isNhsNumber,
  isNino,
  isOpen,
  isPostcode,
  isUprn,
  isUsrn,
  isVatNumber,
  isWorkingDay,
  join,
  last,
  lastWorkingDay,
  left,
  ln,
  log10,
  lookup,
  lower,
  matches,
  max,
  min,
  nextOpen,
  nino,
  normalizeSpace,
  number,
  padLeft,
  padRight,
  parseDate,
  phone,
  postcode,
  power,
  replace,
  reverseLookup,
  right,
  round,
  sha256,
  sin,
  size,
  sortCode,
  split,
  sqrt,
  startsWith,
  string,
  substring,
  sum,
  tan,
  toHex,
  trim,
  trimLeft,
  trimRight,
  truncate,
  upper,
  workingDaysBetween,
  yearsBetween,
];

export const functions: ReadonlyMap<string, ExpressionFunction> = new Map(all.map((entry) => [entry.name, entry]));
