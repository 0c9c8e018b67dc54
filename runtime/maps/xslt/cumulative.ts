/**
 * What BizTalk's cumulative functoids keep while a map runs: sums, texts, the largest, the smallest, averages, each by its number. Functions of
 * XSLT keep nothing; so theirs tell by a message what to keep, and ask for what is kept now as a document.
 */
import { escapeAttribute } from '../../schemas/xml/escape.ts';

export const CUMULATIVE_ADDRESS = 'http://guildhall/cumulative/';
/** Before what a message tells. */
export const CUMULATIVE_MARK = '\uE003';
export const CUMULATIVE_KINDS = ['Sum', 'Concat', 'Max', 'Min', 'Avg'] as const;

type Kind = (typeof CUMULATIVE_KINDS)[number];

interface Kept {
  text: string;
  total: number | undefined;
  count: number;
}

export interface Cumulative {
  /** False for a line that tells nothing to keep. */
  note(line: string): boolean;
  /** The document at an address; undefined where it is none of these. */
  answer(address: string): string | undefined;
}

const KINDS = CUMULATIVE_KINDS.join('|');
const TOLD = new RegExp(`^${CUMULATIVE_MARK}((?:${KINDS})/[^/]*)/(init|add)/(.*)$`);
const ASKED = new RegExp(`^${CUMULATIVE_ADDRESS}((${KINDS})/[^/]*)/`);

/** For one run. */
export function createCumulative(): Cumulative {
  const kept = new Map<string, Kept>();
  return {
    note: (line) => {
      const [found, key = '', verb, value = ''] = TOLD.exec(line) ?? [];
      if (found === undefined) return false;
      if (verb === 'init') kept.set(key, { text: '', total: undefined, count: 0 });
      const entry = kept.get(key);
      if (verb === 'add' && entry) add(entry, key, decodeURIComponent(value));
      return true;
    },
    answer: (address) => {
      const [found, key = '', kind] = ASKED.exec(address) ?? [];
      if (found === undefined) return undefined;
      const entry = kept.get(key);
      return `<v t="${entry ? escapeAttribute(keptValue(entry, kind as Kind)) : ''}"/>`;
    },
  };
}

function add(entry: Kept, key: string, value: string): void {
  entry.text += value;
  entry.count += 1;
  const number = value.trim() === '' ? Number.NaN : Number(value.replaceAll(',', ''));
  if (Number.isNaN(number)) return;
  const { total } = entry;
  if (total === undefined) entry.total = number;
  else if (key.startsWith('Max')) entry.total = Math.max(total, number);
  else if (key.startsWith('Min')) entry.total = Math.min(total, number);
  else entry.total = total + number;
}

function keptValue({ text, total, count }: Kept, kind: Kind): string {
  if (kind === 'Concat') return text;
  if (total === undefined) return '';
  return fifteenDigits(kind === 'Avg' ? total / count : total);
}

/** As .NET writes a number. */
const fifteenDigits = (value: number) => String(Number(value.toPrecision(15)));
