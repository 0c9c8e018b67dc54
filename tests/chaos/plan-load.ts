/** Which report comes next, of which kind and where it must end: decided by the seed and the report's number alone. */
import { type Chance, chanceOf } from '../town/random.ts';
import { type Kind, make, type Report } from '../town/reports.ts';
import type { Receipt } from './evidence.ts';

export interface Planned {
  readonly report: Report;
  readonly receipt: Omit<Receipt, 'accepted'>;
  /** Given once more, word for word, after it was taken. */
  readonly again: boolean;
}

type Ends = Receipt['ends'];

const RAISED = 'works NewEnquiry';
const FINISHED = 'contact-centre works-finished';

/** `waiting` is not a kind of its own: a report of a street where nothing is planned, which nobody takes back. */
const ENDS: Readonly<Record<Exclude<Kind, 'duplicate' | 'rejected'>, Ends>> = {
  works: [RAISED, FINISHED],
  'known to works': [RAISED, FINISHED],
  'refused by works': [RAISED, 'contact-centre works-refused'],
  withdrawn: [RAISED],
  county: ['county report'],
  'unknown street': ['contact-centre unknown-street'],
  sweep: ['contact-centre street-cleansing'],
  unrouted: 'held',
  broken: 'held',
  invalid: 'held',
};

/** What comes of it when the citizen takes it back. */
export const withdrawnEnds = [RAISED, 'works CancelEnquiry', 'contact-centre report-withdrawn'] as const;

type Sent = keyof typeof ENDS;

const MIX: readonly (readonly [Sent, number])[] = [
  ['works', 38],
  ['county', 20],
  ['sweep', 10],
  ['withdrawn', 8],
  ['refused by works', 6],
  ['unknown street', 6],
  ['invalid', 4],
  ['broken', 4],
  ['unrouted', 4],
];
const BAG = MIX.flatMap(([kind, weight]) => Array<Sent>(weight).fill(kind));
const MOST = 99_999;

/** References of the reports that an agent has keyed in before. */
export const fromThePhone = Array.from({ length: MOST / 23 }, (_, index) => numbered(index * 23 + 5));

export function plan(seed: number, number: number): Planned {
  const chance = chanceOf(seed * 1_000_003 + number);
  const kind = number % 23 === 5 ? 'known to works' : chance.pick(BAG);
  const made = ofKind(kind, number, chance);
  const tag = made.id ?? numbered(number);
  const lasting = kind === 'withdrawn';
  const receipt = {
    tag,
    kind,
    channel: made.channel,
    ends: ENDS[kind],
    ...(kind === 'broken' || kind === 'invalid' ? { body: made.body } : {}),
    ...(lasting ? { waits: true } : {}),
  };
  const stays = lasting && chance.next() < 0.4;
  const { followUp: _, ...left } = made;
  const again = (kind === 'works' || kind === 'county') && chance.next() < 0.15;
  return { report: stays ? left : made, receipt, again };
}

function ofKind(kind: Sent, number: number, chance: Chance): Report {
  const report = make(kind, number, chance);
  // Grade B goes into the ordered log (volunteers.ts): these must go nowhere.
  return kind === 'unrouted' ? { ...report, body: report.body.replace('"grade":"B"', '"grade":"A"') } : report;
}

function numbered(number: number): string {
  return `SR-2026-${String(number).padStart(6, '0')}`;
}
