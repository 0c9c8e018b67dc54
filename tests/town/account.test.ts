/** The account balances when every report ended where it should, and says so when one did not. */
import { accountOf, type BusAccount } from './account.ts';
import { type Kind, type Report, reportsOf } from './reports.ts';
import type { TownAccount } from './town.ts';

const reports = reportsOf(1);
const idsOf = (...kinds: Kind[]) => reports.filter(({ kind }) => kinds.includes(kind)).map(({ id }) => id!);
const WITH_NUMBER = ['works', 'known to works', 'withdrawn'] as const;

function answerTo({ key, id, kind }: Report) {
  return { key, status: kind === 'rejected' ? 415 : 200, attempts: 1, body: `answer to ${id}` };
}

function perfectTown(): TownAccount {
  const withdrawn = new Set(idsOf('withdrawn'));
  const cases = (kind: string, ids: readonly string[]) => ids.map((reference) => ({ reference, kind, calls: 1 }));
  const portal = reports.filter(({ channel }) => channel === 'portal');
  return {
    works: {
      calls: 0,
      whileDown: 0,
      duplicates: 0,
      strange: 0,
      refused: idsOf('refused by works'),
      enquiries: idsOf(...WITH_NUMBER).map((reference) => {
        const cancelled = withdrawn.has(reference);
        return { reference, number: '4200001', byPhone: false, calls: 1, cancelled, updates: cancelled ? 0 : 2 };
      }),
    },
    gazetteer: { lookups: 0, notFound: 0 },
    'contact-centre': {
      cases: [
        ...cases('works-finished', idsOf('works', 'known to works')),
        ...cases('works-refused', idsOf('refused by works')),
        ...cases('unknown-street', idsOf('unknown street')),
        ...cases('report-withdrawn', idsOf('withdrawn')),
        ...cases('street-cleansing', idsOf('sweep')),
      ],
      refused: [],
    },
    county: { reports: idsOf('county').map((reference) => ({ reference, files: 1 })), strange: [] },
    'council-tax': { files: 0, dropped: [], acknowledged: [], strange: [] },
    mobile: { confirmed: reports.filter(({ channel }) => channel === 'mobile').map(({ key }) => key) },
    portal: { sent: portal.length, open: 0, answers: portal.map(answerTo) },
  };
}

const perfectBus: BusAccount = {
  kept: 180,
  counts: {
    messages: 0,
    deliveries: [],
    suspended: [
      { subscriber: 'receive:street-reports/portal', code: 'BROKEN', count: 18 },
      { subscriber: 'unrouted', code: 'NO_SUBSCRIBER', count: 10 },
    ],
    instances: [{ program: 'report-street-problem', status: 'completed', count: 144 }],
  },
};

test('it balances when everything ended where it should', () => {
  const account = accountOf(reports, perfectTown(), perfectBus);
  expect(account.problems).toEqual([]);
  expect(account).toMatchObject({
    sent: 200,
    accepted: 196,
    delivered: { works: 106, county: 24, officer: 14, sweepers: 8 },
    suspended: { BROKEN: 18, NO_SUBSCRIBER: 10 },
    rejected: 4,
    duplicates: 16,
    lost: 0,
  });
});

test('a report that is in nobody’s book is lost, and named', () => {
  const town = perfectTown();
  const [missing, ...others] = town.county.reports;
  const account = accountOf(reports, { ...town, county: { ...town.county, reports: others } }, perfectBus);
  expect(account.lost).toBe(1);
  expect(account.problems).toContain(
    `${missing!.reference} (county) should have ended at county, but ended at nowhere.`,
  );
});

test('a report that is in two books is named', () => {
  const town = perfectTown();
  const { reference } = town.works.enquiries[0]!;
  const twice = [...town.county.reports, { reference, files: 1 }];
  const { problems } = accountOf(reports, { ...town, county: { ...town.county, reports: twice } }, perfectBus);
  expect(problems).toContainEqual(expect.stringContaining('but ended at works and county.'));
});

test('a second answer that is not the first is named', () => {
  const town = perfectTown();
  const { key, id } = reports.find(({ kind, channel }) => kind === 'duplicate' && channel === 'portal')!;
  const answers = town.portal.answers.map((answer) => (answer.key === key ? { ...answer, body: 'other' } : answer));
  const { problems } = accountOf(reports, { ...town, portal: { ...town.portal, answers } }, perfectBus);
  expect(problems).toEqual([`${id}: the second answer is not the first.`]);
});

test('what the bus kept must be what the town sent', () => {
  const { problems } = accountOf(reports, perfectTown(), { ...perfectBus, kept: 179 });
  expect(problems).toEqual(['kept by the bus: 179 instead of 180.']);
});
