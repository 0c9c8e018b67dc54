/**
 * What BizTalk's cumulative functoids keep while a map runs: sums, texts, the largest, the smallest, averages, each by its number. Functions of
 * XSLT keep nothing; so theirs ask for documents at addresses that say what to keep, each but once, and the answer is what is kept now.
 */
import { escapeAttribute } from '../../schemas/xml/escape.ts';

export const CUMULATIVE_ADDRESS = 'http://guildhall/cumulative/';
export const CUMULATIVE_KINDS = ['Sum', 'Concat', 'Max', 'Min', 'Avg'] as const;

type Kind = (typeof CUMULATIVE_KINDS)[number];

interface Kept {
  text: string;
  total: number | undefined;
  count: number;
}

export interface Cumulative {
  /** The document at an address; undefined where it is none of these. */
  answer(address: string): string | undefined;
}

const ADDRESS = new RegExp(`^${CUMULATIVE_ADDRESS}(${CUMULATIVE_KINDS.join('|')})/(init|add|get)/([^/]*)/v([^/]*)/`);

/** For one run. */
export function createCumulative(): Cumulative {
  const kept = new Map<string, Kept>();
  return {
    answer: (address) => {
      const [found, kind, verb, index, value = ''] = ADDRESS.exec(address) ?? [];
      if (found === undefined) return undefined;
      const key = `${kind} ${index}`;
      if (verb === 'init') kept.set(key, { text: '', total: undefined, count: 0 });
      const entry = kept.get(key);
      if (verb === 'add' && entry) add(entry, kind as Kind, decodeURIComponent(value));
      const now = entry && verb !== 'init' ? told(entry, kind as Kind, verb === 'get') : '';
      return `<v t="${escapeAttribute(now)}"/>`;
    },
  };
}

function add(entry: Kept, kind: Kind, value: string): void {
  entry.text += value;
  entry.count += 1;
  const number = value.trim() === '' ? Number.NaN : Number(value.replaceAll(',', ''));
  if (Number.isNaN(number)) return;
  const { total } = entry;
  if (total === undefined) entry.total = number;
  else if (kind === 'Max') entry.total = Math.max(total, number);
  else if (kind === 'Min') entry.total = Math.min(total, number);
  else entry.total = total + number;
}

function told({ text, total, count }: Kept, kind: Kind, whole: boolean): string {
  if (kind === 'Concat') return text;
  if (total === undefined) return '';
  return fifteenDigits(kind === 'Avg' && whole ? total / count : total);
}

/** As .NET writes a number. */
const fifteenDigits = (value: number) => String(Number(value.toPrecision(15)));
