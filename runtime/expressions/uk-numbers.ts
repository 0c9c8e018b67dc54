/**
 * The form and the check digits of numbers that the United Kingdom gives out. Whether one was given out is for its register to say.
 * Sources: HMRC NIM39110 (national insurance), HMRC VAT notice 700 (the moduli 97 and 97-55), NHS Data Dictionary (NHS number),
 * Companies House (company numbers).
 */

const NINO = /^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]?$/;
const COMPANY = /^(?:[A-Z]{2}\d{6}|\d{8})$/;
const LONGEST = 40;

const closed = (text: string) => (text.length > LONGEST ? '' : text.replace(/[\s-]/g, '').toUpperCase());

/** "ab123456c" as "AB 12 34 56 C"; the suffix may be missing. Undefined when it is none. */
export function normalNino(text: string): string | undefined {
  const nino = closed(text);
  return NINO.test(nino)
    ? nino.replace(/^(..)(..)(..)(..)(.?)$/, (_, ...parts: string[]) => parts.slice(0, 5).join(' ').trim())
    : undefined;
}

/** "010203" as "01-02-03"; undefined when it has not six digits. */
export function normalSortCode(text: string): string | undefined {
  const digits = closed(text);
  return /^\d{6}$/.test(digits) ? digits.replace(/^(..)(..)(..)$/, '$1-$2-$3') : undefined;
}

const sum = (digits: string, weights: readonly number[]) =>
  weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);

/** Nine or twelve digits, with or without GB, whose check digits are right. */
export function isVatNumber(text: string): boolean {
  const digits = /^(?:GB)?(\d{9})(?:\d{3})?$/.exec(closed(text))?.[1];
  if (digits === undefined) return false;
  const total = sum(digits, [8, 7, 6, 5, 4, 3, 2]) + Number(digits.slice(7));
  return total % 97 === 0 || (total + 55) % 97 === 0;
}

/** Ten digits, the last of which checks the others. */
export function isNhsNumber(text: string): boolean {
  const digits = closed(text);
  if (!/^\d{10}$/.test(digits)) return false;
  const check = (11 - (sum(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
  return check !== 10 && check === Number(digits[9]);
}

export const isCompanyNumber = (text: string): boolean => COMPANY.test(closed(text));

/** A unique street reference number: up to eight digits. */
export const isUsrn = (text: string): boolean => /^0*[1-9]\d{0,7}$/.test(text.trim());

/** A number of the United Kingdom as +44 and its digits; undefined when it has not nine or ten after the 0. */
export function normalPhone(text: string): string | undefined {
  if (text.length > LONGEST) return undefined;
  const digits = text.replace(/[\s().-]/g, '').replace(/^(?:\+|00)44(?:0)?/, '0');
  return /^0[1-9]\d{8,9}$/.test(digits) ? `+44${digits.slice(1)}` : undefined;
}
