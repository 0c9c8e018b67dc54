/**
 * The 200 reports of a demo, of all kinds, made up by a seed. Each knows where it should end; how many there are of each kind
 * does not depend on the seed, only their words and their order do.
 */
import { type Chance, chanceOf } from './random.ts';
import { countyStreets, districtStreets, privateStreet, unknownStreet, unplannedStreet } from './streets.ts';

/** How many reports of a kind there are, and so where they should end. */
export const kinds = {
  /** The works system gives a number. */
  works: 92,
  /** The works system knows it already, from the phone: its number is adopted. */
  'known to works': 8,
  /** The works system refuses it in the body of a 200: an officer gets a case. */
  'refused by works': 8,
  /** Taken back by the citizen once it has a number: the enquiry is cancelled. */
  withdrawn: 6,
  /** A road of the county's. */
  county: 24,
  /** No such street: an officer gets a case. */
  'unknown street': 6,
  /** Sent a second time: the first outcome again. */
  duplicate: 16,
  /** Not JSON: suspended. */
  broken: 8,
  /** JSON, but not a report: suspended. */
  invalid: 10,
  /** A litter survey that nobody subscribes to: suspended until somebody does. */
  unrouted: 10,
  /** A litter survey that sends for a sweeper. */
  sweep: 8,
  /** Of a kind that the web form's address does not take: refused at the door, nothing is kept. */
  rejected: 4,
} as const;

export type Kind = keyof typeof kinds;

export interface Report {
  /** Unique for each sending, also where the same report is sent twice. */
  readonly key: string;
  /** The report's or survey's own id, where it has one. */
  readonly id: string | undefined;
  readonly kind: Kind;
  readonly channel: 'portal' | 'mobile';
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
  /** What the citizen sends once it is answered. */
  readonly followUp?: { readonly path: string; readonly body: string };
}

const CATEGORIES = ['pothole', 'streetlight', 'fly-tipping', 'blocked-drain', 'abandoned-vehicle', 'overgrown-hedge'];
const WORDS = [
  'deep',
  'dark',
  'at the corner',
  'since Monday',
  'near the school',
  'again',
  '<urgent>',
  'é & ü',
  'by the bridge',
];
const NAMES = ['Ada Penhallow', 'Bo Jones-Ng', 'Siobhán O’Dell', 'Mr & Mrs Vane', 'Tomasz Ćwik'];

export function reportsOf(seed: number): readonly Report[] {
  const chance = chanceOf(seed);
  const plan = Object.entries(kinds) as [Kind, number][];
  const once = plan.flatMap(([kind, count]) => (kind === 'duplicate' ? [] : Array<Kind>(count).fill(kind)));
  const reports = chance.shuffle(once).map((kind, index) => make(kind, index + 1, chance));
  return withDuplicates(reports, chance);
}

/** Each somewhere behind the report that it repeats, through the same channel. */
function withDuplicates(reports: readonly Report[], chance: Chance): Report[] {
  const originals = reports.filter(({ kind }) => kind === 'works' || kind === 'county');
  const all = [...reports];
  for (const [index, original] of chance.shuffle(originals).slice(0, kinds.duplicate).entries()) {
    const first = all.indexOf(original) + 1;
    const copy: Report = { ...original, key: `again-${index + 1}`, kind: 'duplicate' };
    all.splice(first + chance.below(all.length - first + 1), 0, copy);
  }
  return all;
}

/** A report of a kind; `number` makes its id and key. Not for duplicates, which are made of others. */
export function make(kind: Kind, number: number, chance: Chance): Report {
  const base = { key: `report-${number}`, id: undefined, kind, contentType: 'application/json' };
  if (kind === 'unrouted' || kind === 'sweep') {
    const survey = surveyOf(number, kind === 'sweep' ? chance.pick(['C', 'D']) : chance.pick(['A', 'B']), chance);
    return { ...base, id: survey.id, channel: 'portal', path: '/litter-surveys', body: JSON.stringify(survey) };
  }
  const report = reportOf(number, usrnFor(kind, chance), chance);
  const portalOnly = kind === 'withdrawn' || kind === 'rejected';
  const channel = portalOnly || chance.next() < 0.6 ? 'portal' : 'mobile';
  const filled: Report = { ...base, channel, path: '/street-reports', body: JSON.stringify(report) };
  if (kind === 'broken') return { ...filled, body: filled.body.slice(0, 40 + chance.below(80)) };
  if (kind === 'invalid') return { ...filled, body: JSON.stringify(spoiled(report, chance)) };
  if (kind === 'rejected')
    return { ...filled, contentType: 'application/x-www-form-urlencoded', body: 'category=pothole' };
  if (kind === 'withdrawn') return { ...filled, id: report.id, followUp: withdrawalOf(report.id) };
  return { ...filled, id: report.id };
}

function usrnFor(kind: Kind, chance: Chance): string {
  if (kind === 'county') return chance.pick(countyStreets).usrn;
  if (kind === 'refused by works') return privateStreet;
  if (kind === 'withdrawn') return unplannedStreet;
  return kind === 'unknown street' ? unknownStreet : chance.pick(districtStreets).usrn;
}

function reportOf(number: number, usrn: string, chance: Chance) {
  const photos = Array.from({ length: chance.below(4) }, (_, index) => ({
    name: `IMG_${number}_${index + 1}.jpg`,
    url: `https://photos.example/${number}/${index + 1}?size=full&v=2`,
    size: chance.pick([40_000, 900_000, 8_000_000]),
  }));
  return {
    id: `SR-2026-${String(number).padStart(6, '0')}`,
    reported: `2026-10-${chance.pick(['24', '25', '26'])}T${String(chance.below(24)).padStart(2, '0')}:30:00Z`,
    category: chance.pick(CATEGORIES),
    description: chance.shuffle(WORDS).slice(0, 4).join(' '),
    location: {
      usrn,
      ...(chance.next() < 0.5 ? { uprn: String(10_008_900_000 + chance.below(10_000)).padStart(12, '0') } : {}),
      ...(chance.next() < 0.5
        ? { easting: `4${chance.below(90_000) + 10_000}`, northing: `31${chance.below(9_000) + 1_000}.50` }
        : {}),
    },
    photos,
    reporter: { name: chance.pick(NAMES), ...(chance.next() < 0.7 ? { email: `citizen${number}@example.org` } : {}) },
  };
}

function spoiled(report: ReturnType<typeof reportOf>, chance: Chance): unknown {
  const { category: _, ...uncategorised } = report;
  return chance.pick<unknown>([
    uncategorised,
    { ...report, category: 'dragon' },
    { ...report, location: { ...report.location, usrn: Number(report.location.usrn) } },
    { ...report, reported: 'yesterday' },
  ]);
}

function withdrawalOf(report: string) {
  const withdrawal = { report, withdrawn: '2026-10-27T09:00:00Z', reason: 'It is gone, thank you.' };
  return { path: '/report-withdrawals', body: JSON.stringify(withdrawal) };
}

const surveyOf = (number: number, grade: string, chance: Chance) => ({
  id: `LS-${String(number).padStart(6, '0')}`,
  surveyed: '2026-10-25',
  usrn: chance.pick(districtStreets).usrn,
  grade,
});
