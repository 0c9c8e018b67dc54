/**
 * Limit and bus by turns, so that whatever else the machine does meets both. Who goes first alternates; medians are
 * compared.
 */
import type { Measured } from './measured.ts';
import type { Options } from './options.ts';
import { medianOf, type Round } from './round.ts';

export interface Contest {
  readonly item: string;
  /** What the other is called while it runs: `by hand`. */
  readonly beside?: string;
  limit(): Promise<Round>;
  subject(): Promise<Round>;
}

export async function compare(contest: Contest, options: Options): Promise<Measured> {
  const limits: Round[] = [];
  const subjects: Round[] = [];
  const turns = [
    { name: contest.beside ?? 'by hand', run: contest.limit, rounds: limits },
    { name: 'guildhall', run: contest.subject, rounds: subjects },
  ];
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const { name, run, rounds } of turns) {
      const measured = await run();
      rounds.push(measured);
      options.progress(`round ${round}: ${name} ${told(measured)}`);
    }
    turns.reverse();
  }
  return measuredOf(contest.item, options.store, medianOf(subjects), medianOf(limits));
}

function measuredOf(item: string, store: Options['store'], subject: Round, limit: Round): Measured {
  return {
    item,
    store,
    perSecond: subject.perSecond,
    limitPerSecond: limit.perSecond,
    ratio: Math.round((subject.perSecond / limit.perSecond) * 1000) / 1000,
    p50: subject.p50,
    p99: subject.p99,
    limitP99: limit.p99,
    rssMb: subject.rssMb,
    ...(subject.cpuUs === undefined ? {} : { cpuUs: subject.cpuUs }),
    ...(limit.cpuUs === undefined ? {} : { limitCpuUs: limit.cpuUs }),
  };
}

const told = ({ perSecond, p99, cpuUs }: Round) =>
  `${Math.round(perSecond)}/s, p99 ${p99.toFixed(2)} ms${cpuUs === undefined ? '' : `, ${cpuUs.toFixed(1)} us of processor time a message`}`;
