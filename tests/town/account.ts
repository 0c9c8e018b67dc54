/**
 * The account of a demo: what the town sent, against where it ended. Ends are counted in the books of the legacy systems; what
 * is suspended, how much was kept and how many processes ran are the bus's own words. Only if all of it agrees does it balance.
 */
import type { Counts } from '../../runtime/contracts/inspection.ts';
import type { Kind, Report } from './reports.ts';
import type { TownAccount } from './town.ts';

/** What the bus says of itself. */
export interface BusAccount {
  readonly counts: Counts;
  /** Messages on record that came in through the ports of reports and surveys. */
  readonly kept: number;
}

export interface Account {
  readonly sent: number;
  readonly accepted: number;
  readonly delivered: Readonly<Record<string, number>>;
  readonly suspended: Readonly<Record<string, number>>;
  readonly rejected: number;
  readonly duplicates: number;
  readonly lost: number;
  /** Calls that the works system counted, and what was wrong with some. */
  readonly works: Pick<TownAccount['works'], 'calls' | 'whileDown' | 'duplicates'>;
  /** Council tax: lines dropped, and lines acknowledged. */
  readonly lines: { readonly dropped: number; readonly acknowledged: number; readonly moves: number };
  /** All that does not agree, in words; empty when it balances. */
  readonly problems: readonly string[];
}

/** The end of a report by the town's books. */
type End = 'works' | 'county' | 'officer' | 'sweepers';

const ENDS: Readonly<Record<Kind, End | undefined>> = {
  works: 'works',
  'known to works': 'works',
  withdrawn: 'works',
  county: 'county',
  'refused by works': 'officer',
  'unknown street': 'officer',
  sweep: 'sweepers',
  duplicate: undefined,
  broken: undefined,
  invalid: undefined,
  unrouted: undefined,
  rejected: undefined,
};

export function accountOf(reports: readonly Report[], town: TownAccount, bus: BusAccount): Account {
  const ends = endsIn(town);
  const delivered = countBy([...ends.values()].flat());
  const suspended = Object.fromEntries(sumBy(bus.counts.suspended, ({ code }) => code));
  const rejected = town.portal.answers.filter(({ status }) => status === 415).length;
  const duplicates = reports.filter(({ kind }) => kind === 'duplicate').length;
  const deliveredInAll = sum(Object.values(delivered));
  const lost = reports.length - deliveredInAll - sum(Object.values(suspended)) - rejected - duplicates;
  const lines = linesOf(town);
  const account = {
    sent: reports.length,
    accepted: reports.length - rejected,
    delivered,
    suspended,
    rejected,
    duplicates,
  };
  const problems = [
    ...reports.flatMap((report) => wrongEnd(report, ends)),
    ...repeatedAnswers(reports, town),
    ...differences(reports, town, bus, { ...account, lost }, lines),
  ];
  return { ...account, lost, works: town.works, lines, problems };
}

function endsIn(town: TownAccount): Map<string, End[]> {
  const ends = new Map<string, End[]>();
  const add = (reference: string, end: End) => ends.set(reference, [...(ends.get(reference) ?? []), end]);
  for (const { reference, calls } of town.works.enquiries) if (calls > 0) add(reference, 'works');
  for (const { reference } of town.county.reports) add(reference, 'county');
  for (const { reference, kind } of town['contact-centre'].cases) {
    if (kind === 'unknown-street' || kind === 'works-refused') add(reference, 'officer');
    if (kind === 'street-cleansing') add(reference, 'sweepers');
  }
  return ends;
}

function wrongEnd({ id, kind }: Report, ends: ReadonlyMap<string, readonly End[]>): string[] {
  if (id === undefined || kind === 'duplicate') return [];
  const expected = ENDS[kind] ?? 'nowhere';
  const found = (ends.get(id) ?? ['nowhere']).join(' and ');
  return found === expected ? [] : [`${id} (${kind}) should have ended at ${expected}, but ended at ${found}.`];
}

/** A report that is sent twice must get the first answer again, word for word. */
function repeatedAnswers(reports: readonly Report[], town: TownAccount): string[] {
  const answers = new Map(town.portal.answers.map((answer) => [answer.key, answer]));
  return reports.flatMap(({ key, id, kind, channel }) => {
    if (kind !== 'duplicate' || channel !== 'portal') return [];
    const first = reports.find((report) => report.id === id && report.kind !== 'duplicate')!;
    const same = answers.get(key)?.body === answers.get(first.key)?.body && answers.has(key);
    return same ? [] : [`${id}: the second answer is not the first.`];
  });
}

function differences(
  reports: readonly Report[],
  town: TownAccount,
  bus: BusAccount,
  account: Omit<Account, 'problems' | 'works' | 'lines'>,
  lines: Account['lines'],
): string[] {
  const of = (...kinds: Kind[]) => reports.filter(({ kind }) => kinds.includes(kind)).length;
  const withNumber = of('works', 'known to works');
  const cases = countBy(town['contact-centre'].cases.map(({ kind }) => kind));
  const processes = bus.counts.instances.filter(({ program }) => program === 'report-street-problem');
  const completed = sum(processes.filter(({ status }) => status === 'completed').map(({ count }) => count));
  return [
    differs('lost', 0, account.lost),
    differs('sent by the town', account.sent, town.portal.sent + town.mobile.confirmed.length),
    differs('kept by the bus', account.accepted - account.duplicates, bus.kept),
    differs('suspended', of('broken', 'invalid', 'unrouted'), sum(Object.values(account.suspended))),
    differs('rejected', of('rejected'), account.rejected),
    differs('processes', of('county', 'refused by works', 'unknown street', 'withdrawn') + withNumber, completed),
    differs('enquiries closed', withNumber, cases['works-finished'] ?? 0),
    differs('enquiries cancelled', of('withdrawn'), town.works.enquiries.filter(({ cancelled }) => cancelled).length),
    differs('withdrawals noted', of('withdrawn'), cases['report-withdrawn'] ?? 0),
    differs('lines acknowledged', lines.dropped, lines.acknowledged),
    differs('moves at the contact centre', lines.moves, cases['council-tax-move'] ?? 0),
    differs('calls that a system did not understand', 0, strange(town)),
  ].flat();
}

const differs = (what: string, expected: number, found: number) =>
  expected === found ? [] : [`${what}: ${found} instead of ${expected}.`];

const strange = ({ works, county, 'contact-centre': centre, 'council-tax': tax }: TownAccount) =>
  works.strange + county.strange.length + centre.refused.length + tax.strange.length;

function linesOf({ 'council-tax': tax }: TownAccount): Account['lines'] {
  const moves = tax.dropped.filter(({ change }) => change.startsWith('moved-')).length;
  return { dropped: tax.dropped.length, acknowledged: tax.acknowledged.length, moves };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

function sumBy<T extends { readonly count: number }>(
  items: readonly T[],
  key: (item: T) => string,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const item of items) sums.set(key(item), (sums.get(key(item)) ?? 0) + item.count);
  return sums;
}

const countBy = (names: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    sumBy(
      names.map((name) => ({ name, count: 1 })),
      ({ name }) => name,
    ),
  );
