/** The judge finds what is planted in the evidence of a run in which all went well, and nothing else. */
import type { Arrival, Evidence, Held, Process, Receipt, Rule } from './evidence.ts';
import { judge } from './judge.ts';

const receipt = (tag: string, ends: Receipt['ends'], more: Partial<Receipt> = {}): Receipt => {
  return { tag, kind: 'made', channel: 'portal', accepted: true, ends, ...more };
};
const arrival = (tag: string, end: string, key = `${tag}@${end}`): Arrival => ({ tag, end, key });
const process = (id: string, tag: string, status: Process['status'], more: Partial<Process> = {}): Process => {
  return { id, tag, status, subscriptions: 0, timers: 0, ...more };
};
const held = (tag: string, more: Partial<Held> = {}): Held => {
  return {
    tag,
    message: `message of ${tag}`,
    state: 'suspended',
    code: 'SCHEMA',
    reason: 'it has no category',
    ...more,
  };
};

const sound: Evidence = {
  receipts: [
    receipt('works-1', ['works NewEnquiry', 'contact-centre works-finished']),
    receipt('county-1', ['county report']),
    receipt('invalid-1', 'held', { body: '{"id":"invalid-1"}' }),
    receipt('waiting-1', ['works NewEnquiry'], { waits: true }),
    receipt('failed-1', ['works NewEnquiry']),
    receipt('log-1', ['contact-centre log'], { lane: { key: 'a', place: 1 } }),
    receipt('log-2', ['contact-centre log'], { lane: { key: 'a', place: 2 } }),
    receipt('log-3', ['contact-centre log'], { lane: { key: 'b', place: 1 } }),
    receipt('refused-1', ['county report'], { accepted: false }),
    receipt('twice-1', ['county report'], { answers: ['4200001', '4200001'] }),
  ],
  arrivals: [
    arrival('log-1', 'contact-centre log'),
    arrival('works-1', 'works NewEnquiry'),
    arrival('works-1', 'works NewEnquiry'),
    arrival('log-3', 'contact-centre log'),
    arrival('log-2', 'contact-centre log'),
    arrival('log-1', 'contact-centre log'),
    arrival('works-1', 'contact-centre works-finished'),
    arrival('county-1', 'county report'),
    arrival('twice-1', 'county report'),
    arrival('waiting-1', 'works NewEnquiry'),
  ],
  held: [held('invalid-1', { body: '{"id":"invalid-1"}' })],
  processes: [
    process('i-1', 'works-1', 'completed'),
    process('i-2', 'waiting-1', 'waiting', { subscriptions: 2, timers: 1 }),
    process('i-3', 'failed-1', 'suspended', { failure: { code: 'TIMEOUT', reason: 'no answer in time' } }),
  ],
  subscriptions: ['i-2', 'i-2'],
  strange: [],
  seen: [],
  underWay: [],
};

test('what is sound is found sound, and counted', () => {
  expect(judge(sound)).toEqual({
    accepted: 9,
    delivered: 7,
    suspended: 2,
    lost: 0,
    doubled: 0,
    repeated: 2,
    breaches: [],
  });
});

const without = (tag: string, end: string) => ({
  arrivals: sound.arrivals.filter((found) => found.tag !== tag || found.end !== end),
});
const also = (...more: Arrival[]) => ({ arrivals: [...sound.arrivals, ...more] });
const withProcess = (...more: Process[]) => ({ processes: [...sound.processes, ...more] });

const planted: readonly (readonly [string, Rule, Partial<Evidence>, string])[] = [
  ['one that never arrived', 'lost', without('county-1', 'county report'), 'county-1'],
  ['one that arrived at one of two places', 'lost', without('works-1', 'contact-centre works-finished'), 'finished'],
  ['a bad one that is on no record', 'lost', { held: [] }, 'invalid-1'],
  ['one under a second key', 'doubled', also(arrival('county-1', 'county report', 'another')), 'county-1'],
  ['a second instance of one report', 'doubled', withProcess(process('i-4', 'works-1', 'completed')), 'i-4'],
  [
    'one that overtook another',
    'disordered',
    { arrivals: [arrival('log-2', 'contact-centre log'), ...sound.arrivals] },
    'log-1',
  ],
  ['one that came to a wrong place', 'stray', also(arrival('county-1', 'works NewEnquiry')), 'county-1'],
  ['one that nobody sent', 'stray', also(arrival('ghost', 'county report')), 'ghost'],
  ['a call that was not understood', 'stray', { strange: ['works: no operation Foo'] }, 'Foo'],
  ['a bad one with other bytes', 'changed', { held: [held('invalid-1', { body: '{}' })] }, 'invalid-1'],
  [
    'one that is held for no reason',
    'unexplained',
    { held: [...sound.held, held('county-1', { reason: '' })] },
    'county-1',
  ],
  ['a process that failed for no reason', 'unexplained', withProcess(process('i-5', 'county-1', 'suspended')), 'i-5'],
  ['a timer of what has ended', 'zombie', withProcess(process('i-6', 'county-1', 'completed', { timers: 1 })), 'i-6'],
  ['a subscription of what has ended', 'zombie', { subscriptions: ['i-1'] }, 'i-1'],
  ['a subscription of what never was', 'zombie', { subscriptions: ['i-9'] }, 'i-9'],
  ['a process that still runs', 'stuck', withProcess(process('i-7', 'county-1', 'running')), 'i-7'],
  [
    'a process that waits for nothing that may come',
    'stuck',
    withProcess(process('i-8', 'county-1', 'waiting', { subscriptions: 1 })),
    'i-8',
  ],
  ['work that never ended', 'stuck', { underWay: ['3 leased for send:works'] }, 'send:works'],
  [
    'a second answer unlike the first',
    'answered otherwise',
    { receipts: [...sound.receipts, receipt('county-1', ['county report'], { answers: ['1', '2'] })] },
    'county-1',
  ],
];

test.each(planted)('%s', (_, rule, change, named) => {
  const { breaches } = judge({ ...sound, ...change });
  expect(breaches).toEqual([expect.objectContaining({ rule, text: expect.stringContaining(named) })]);
});

test('what was lost and what was doubled are counted', () => {
  const { lost, delivered } = judge({ ...sound, ...without('county-1', 'county report') });
  expect({ lost, delivered }).toEqual({ lost: 1, delivered: 6 });
  expect(judge({ ...sound, ...also(arrival('county-1', 'county report', 'another')) }).doubled).toBe(1);
});

test('what was never accepted may be delivered, and need not be', () => {
  expect(judge({ ...sound, ...also(arrival('refused-1', 'county report')) }).breaches).toEqual([]);
});
